/// What is done to a text before it is split: a value for each kind that `tokenizer.json` can name.
indirect enum Normalizer: Sendable, Equatable {
  case bert(BertNormalizer)
  case lowercase
  case canonicalDecomposition
  case stripAccents
  case strip(left: Bool, right: Bool)
  case replace(pattern: [Unicode.Scalar], content: [Unicode.Scalar])
  case sequence([Normalizer])

  /// The kinds as `tokenizer.json` names them.
  enum Kind: String, CaseIterable {
    case bert = "BertNormalizer"
    case lowercase = "Lowercase"
    case canonicalDecomposition = "NFD"
    case stripAccents = "StripAccents"
    case strip = "Strip"
    case replace = "Replace"
    case sequence = "Sequence"
  }

  func normalize(_ text: inout NormalizedText) {
    switch self {
    case .bert(let normalizer): normalizer.normalize(&text)
    case .lowercase: text.lowercase()
    case .canonicalDecomposition: text.decomposeCanonically()
    case .stripAccents: text.filter { $0.value < 0x80 || !$0.isCombiningMark }
    case .strip(let left, let right): text.strip(left: left, right: right)
    case .replace(let pattern, let content): text.replace(pattern, with: content)
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
    case .stripAccents: self = .stripAccents
    case .strip: self = .strip(left: try json.bool("strip_left"), right: try json.bool("strip_right"))
    case .replace: self = try .replace(json)
    case .sequence:
      var normalizers: [Normalizer] = []
      for element in try json.objects("normalizers") { normalizers.append(try Normalizer(element)) }
      self = .sequence(normalizers)
    }
  }

  /// Longer patterns and contents are in no real file, and would make a text explode.
  private static let maximumReplacementLength = 256

  private static func replace(_ json: JSONReader) throws(TokenizationError) -> Normalizer {
    let pattern = try json.object("pattern")
    if let expression = try pattern.optionalString("Regex") {
      throw .unsupportedPart(
        file: json.file, part: .normalizer, name: "Replace of the expression \(expression)",
        supported: Kind.names)
    }
    let literal = try pattern.string("String")
    guard !literal.isEmpty else { throw pattern.wrongValue("String", found: "empty", expected: "some text") }
    let content = try json.string("content")
    let length = max(literal.unicodeScalars.count, content.unicodeScalars.count)
    guard length <= maximumReplacementLength else {
      throw json.wrongValue(
        "content", found: "\(length) scalars", expected: "at most \(maximumReplacementLength)")
    }
    return .replace(pattern: Array(literal.unicodeScalars), content: Array(content.unicodeScalars))
  }
}
