/// A text and the pieces into which it has been split so far.
struct PreTokenizedText {
  var text: NormalizedText
  /// Non-empty ranges of `text.scalars`, ascending and apart.
  var pieces: [Range<Int>]

  init(_ text: NormalizedText) {
    self.text = text
    pieces = text.scalars.isEmpty ? [] : [0..<text.scalars.count]
  }

  /// Splits each piece further.
  @inline(__always)
  mutating func splitPieces(_ split: ([Unicode.Scalar], Range<Int>, inout [Range<Int>]) -> Void) {
    var parts: [Range<Int>] = []
    parts.reserveCapacity(max(pieces.count, text.scalars.count / 4))
    for piece in pieces { split(text.scalars, piece, &parts) }
    pieces = parts
  }
}

/// How a normalised text is split before the model sees it: a value for each kind in `tokenizer.json`.
indirect enum PreTokenizer: Sendable, Equatable {
  /// At white space, and round each punctuation mark.
  case bert
  /// Runs of word characters, and runs of what is neither that nor white space.
  case wordsAndSymbols
  case whitespaceSplit
  case punctuation(SplitBehaviour)
  case digits(individually: Bool)
  /// At one scalar, which is left out.
  case delimiter(Unicode.Scalar)
  /// Pieces of so many scalars.
  case fixedLength(Int)
  case split(Split)
  case byteLevel(addsPrefixSpace: Bool, splitsWords: Bool)
  case metaspace(Metaspace)
  case sequence([PreTokenizer])

  /// The kinds as `tokenizer.json` names them.
  enum Kind: String, CaseIterable {
    case bert = "BertPreTokenizer"
    case wordsAndSymbols = "Whitespace"
    case whitespaceSplit = "WhitespaceSplit"
    case punctuation = "Punctuation"
    case digits = "Digits"
    case delimiter = "CharDelimiterSplit"
    case fixedLength = "FixedLength"
    case split = "Split"
    case byteLevel = "ByteLevel"
    case metaspace = "Metaspace"
    case sequence = "Sequence"
  }

  func split(_ text: inout PreTokenizedText) {
    switch self {
    case .bert: text.splitPieces(Self.splitLikeBert)
    case .wordsAndSymbols: text.splitPieces(Self.splitWordsAndSymbols)
    case .whitespaceSplit:
      text.splitPieces { scalars, piece, parts in
        SplitBehaviour.removed.split(scalars, piece, into: &parts) { $0.isWhitespace }
      }
    case .punctuation(let behaviour):
      text.splitPieces { scalars, piece, parts in
        behaviour.split(scalars, piece, into: &parts) { ScalarClass.of($0).contains(.punctuation) }
      }
    case .digits(let individually):
      let behaviour: SplitBehaviour = individually ? .isolated : .contiguous
      text.splitPieces { scalars, piece, parts in
        behaviour.split(scalars, piece, into: &parts) { $0.isNumeric }
      }
    case .delimiter(let delimiter):
      text.splitPieces { scalars, piece, parts in
        SplitBehaviour.removed.split(scalars, piece, into: &parts) { $0 == delimiter }
      }
    case .fixedLength(let length):
      text.splitPieces { scalars, piece, parts in
        for start in stride(from: piece.lowerBound, to: piece.upperBound, by: length) {
          parts.append(start..<min(piece.upperBound - start, length) + start)
        }
      }
    case .split(let split):
      text.splitPieces { scalars, piece, parts in split.split(scalars, piece, into: &parts) }
    case .byteLevel(let addsPrefixSpace, let splitsWords):
      text.spellBytes(addsPrefixSpace: addsPrefixSpace, splitsWords: splitsWords)
    case .metaspace(let metaspace): metaspace.split(&text)
    case .sequence(let preTokenizers): for preTokenizer in preTokenizers { preTokenizer.split(&text) }
    }
  }

  private static func splitLikeBert(
    _ scalars: [Unicode.Scalar], _ piece: Range<Int>, into parts: inout [Range<Int>]
  ) {
    var start = piece.lowerBound
    for index in piece {
      let classes = ScalarClass.of(scalars[index])
      guard !classes.isDisjoint(with: [.whitespace, .punctuation]) else { continue }
      if start < index { parts.append(start..<index) }
      if !classes.contains(.whitespace) { parts.append(index..<index + 1) }
      start = index + 1
    }
    if start < piece.upperBound { parts.append(start..<piece.upperBound) }
  }

  private static func splitWordsAndSymbols(
    _ scalars: [Unicode.Scalar], _ piece: Range<Int>, into parts: inout [Range<Int>]
  ) {
    enum Run { case word, symbol, space }
    var start = piece.lowerBound
    var current = Run.space
    for index in piece {
      let scalar = scalars[index]
      let run: Run = scalar.isWordCharacter ? .word : scalar.isWhitespace ? .space : .symbol
      guard run != current else { continue }
      if current != .space { parts.append(start..<index) }
      start = index
      current = run
    }
    if current != .space { parts.append(start..<piece.upperBound) }
  }
}

extension PreTokenizer {
  /// Reads the value of the key `pre_tokenizer`.
  init(_ json: JSONReader) throws(TokenizationError) {
    let name = try json.string("type")
    guard let kind = Kind.named(name) else {
      throw .unsupportedPart(file: json.file, part: .preTokenizer, name: name, supported: Kind.names)
    }
    switch kind {
    case .bert: self = .bert
    case .wordsAndSymbols: self = .wordsAndSymbols
    case .whitespaceSplit: self = .whitespaceSplit
    case .punctuation:
      let behaviour = try json.optionalString("behavior") ?? SplitBehaviour.isolated.rawValue
      guard let behaviour = SplitBehaviour.named(behaviour) else {
        throw json.wrongValue(
          "behavior", found: "'\(behaviour)'", expected: SplitBehaviour.names.joined(separator: ", "))
      }
      self = .punctuation(behaviour)
    case .digits: self = .digits(individually: try json.bool("individual_digits"))
    case .delimiter: self = .delimiter(try Self.delimiter(json))
    case .fixedLength: self = .fixedLength(try Self.length(json))
    case .split: self = .split(try Split(json))
    case .byteLevel:
      self = .byteLevel(
        addsPrefixSpace: try json.bool("add_prefix_space"),
        splitsWords: try json.optionalBool("use_regex") ?? true)
    case .metaspace: self = .metaspace(try Metaspace(json))
    case .sequence:
      var preTokenizers: [PreTokenizer] = []
      for element in try json.steps("pretokenizers") { preTokenizers.append(try PreTokenizer(element)) }
      self = .sequence(preTokenizers)
    }
  }

  private static func delimiter(_ json: JSONReader) throws(TokenizationError) -> Unicode.Scalar {
    let scalars = try json.string("delimiter").unicodeScalars
    guard let delimiter = scalars.first, scalars.count == 1 else {
      throw json.wrongValue("delimiter", found: "\(scalars.count) scalars", expected: "one")
    }
    return delimiter
  }

  private static func length(_ json: JSONReader) throws(TokenizationError) -> Int {
    let length = try json.value("length") == nil ? 5 : json.integer("length")
    guard length > 0 else {
      throw json.wrongValue("length", found: "\(length)", expected: "1 or more")
    }
    return length
  }
}
