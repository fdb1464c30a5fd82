/// What is done to a text before it is split: a value for each kind that `tokenizer.json` can name.
indirect enum Normalizer: Sendable, Equatable {
  case bert(BertNormalizer)
  case lowercase
  case canonicalDecomposition
  case compatibilityDecomposition
  case canonicalComposition
  case compatibilityComposition
  case stripAccents
  case strip(left: Bool, right: Bool)
  case replace(pattern: [Unicode.Scalar], content: [Unicode.Scalar])
  /// Simple expressions, which are many times as fast as the others.
  case replaceRepeated(RepeatedScalar, content: [Unicode.Scalar])
  case replaceMatches(Expression, content: [Unicode.Scalar])
  case prepend([Unicode.Scalar])
  case translation
  case byteLevel
  case characterMap(CharacterMap)
  case sequence([Normalizer])

  /// The kinds as `tokenizer.json` names them.
  enum Kind: String, CaseIterable {
    case bert = "BertNormalizer"
    case lowercase = "Lowercase"
    case canonicalDecomposition = "NFD"
    case compatibilityDecomposition = "NFKD"
    case canonicalComposition = "NFC"
    case compatibilityComposition = "NFKC"
    case stripAccents = "StripAccents"
    case strip = "Strip"
    case replace = "Replace"
    case prepend = "Prepend"
    case translation = "Nmt"
    case byteLevel = "ByteLevel"
    case characterMap = "Precompiled"
    case sequence = "Sequence"
  }

  func normalize(_ text: inout NormalizedText) {
    switch self {
    case .bert(let normalizer): normalizer.normalize(&text)
    case .lowercase: text.lowercase()
    case .canonicalDecomposition: text.decompose()
    case .compatibilityDecomposition: text.decompose(compatibly: true)
    case .canonicalComposition: text.compose()
    case .compatibilityComposition: text.compose(compatibly: true)
    case .stripAccents: text.filter { $0.value < 0x80 || !$0.isCombiningMark }
    case .strip(let left, let right): text.strip(left: left, right: right)
    case .replace(let pattern, let content): text.replace(pattern, with: content)
    case .replaceRepeated(let pattern, let content): text.replace(pattern, with: content)
    case .replaceMatches(let pattern, let content): text.replace(pattern, with: content)
    case .prepend(let prefix): text.prepend(prefix)
    case .translation: text.cleanLikeTranslation()
    case .byteLevel: text.spellBytes()
    case .characterMap(let map): map.normalize(&text)
    case .sequence(let normalizers): for normalizer in normalizers { normalizer.normalize(&text) }
    }
  }

  /// The string alone, for patterns that are matched against normalised text.
  func normalized(_ string: String) -> [Unicode.Scalar] {
    var text = NormalizedText(Array(string.unicodeScalars))
    normalize(&text)
    return text.scalars
  }
}

extension Normalizer {
  /// Reads the value of the key `normalizer`.
  init(_ json: JSONReader) throws(TokenizationError) {
    let name = try json.string("type")
    guard let kind = Kind.named(name) else {
      throw .unsupportedPart(file: json.file, part: .normalizer, name: name, supported: Kind.names)
    }
    switch kind {
    case .bert:
      self = .bert(
        BertNormalizer(
          cleansText: try json.bool("clean_text"),
          spacesChineseCharacters: try json.bool("handle_chinese_chars"),
          stripsAccents: try json.optionalBool("strip_accents"), lowercases: try json.bool("lowercase")))
    case .lowercase: self = .lowercase
    case .canonicalDecomposition: self = .canonicalDecomposition
    case .compatibilityDecomposition: self = .compatibilityDecomposition
    case .canonicalComposition: self = .canonicalComposition
    case .compatibilityComposition: self = .compatibilityComposition
    case .stripAccents: self = .stripAccents
    case .strip: self = .strip(left: try json.bool("strip_left"), right: try json.bool("strip_right"))
    case .replace: self = try .replace(json)
    case .prepend: self = .prepend(Array(try Self.content("prepend", json).unicodeScalars))
    case .translation: self = .translation
    case .byteLevel: self = .byteLevel
    case .characterMap: self = .characterMap(try CharacterMap(json))
    case .sequence:
      var normalizers: [Normalizer] = []
      for element in try json.steps("normalizers") { normalizers.append(try Normalizer(element)) }
      self = .sequence(normalizers)
    }
  }

  /// Longer patterns and contents are in no real file, and would make a text explode.
  private static let maximumReplacementLength = 256

  private static func replace(_ json: JSONReader) throws(TokenizationError) -> Normalizer {
    let content = Array(try content("content", json).unicodeScalars)
    let pattern = try json.object("pattern")
    if let expression = try pattern.optionalString("Regex") {
      if let repeated = RepeatedScalar(expression) { return .replaceRepeated(repeated, content: content) }
      do {
        return .replaceMatches(try Expression(expression), content: content)
      } catch {
        throw .unsupportedExpression(file: json.file, expression: expression, problem: error.problem)
      }
    }
    let literal = try Self.content("String", pattern)
    guard !literal.isEmpty else { throw pattern.wrongValue("String", found: "empty", expected: "some text") }
    return .replace(pattern: Array(literal.unicodeScalars), content: content)
  }

  /// The string of a key, which may not be too long.
  private static func content(_ key: String, _ json: JSONReader) throws(TokenizationError) -> String {
    let content = try json.string(key)
    let length = content.unicodeScalars.count
    guard length <= maximumReplacementLength else {
      throw json.wrongValue(
        key, found: "\(length) scalars", expected: "at most \(maximumReplacementLength)")
    }
    return content
  }
}
