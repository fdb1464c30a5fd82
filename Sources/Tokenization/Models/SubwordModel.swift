import JSONText

/// How a piece of text becomes tokens: a value for each kind in `tokenizer.json`.
enum SubwordModel: Sendable {
  case wordPiece(WordPiece)
  case wordLevel(WordLevel)
  case bytePairs(BytePairEncoding)
  case unigram(Unigram)

  /// The kinds as `tokenizer.json` names them.
  enum Kind: String, CaseIterable {
    case wordPiece = "WordPiece"
    case wordLevel = "WordLevel"
    case bytePairs = "BPE"
    case unigram = "Unigram"
  }

  /// The tokens of one piece, in order: each an id and its range of `scalars`.
  @inline(__always)
  func tokenize(
    _ scalars: [Unicode.Scalar], _ piece: Range<Int>, into tokens: inout [ModelToken]
  ) {
    switch self {
    case .wordPiece(let model): model.tokenize(scalars, piece, into: &tokens)
    case .wordLevel(let model): model.tokenize(scalars, piece, into: &tokens)
    case .bytePairs(let model): model.tokenize(scalars, piece, into: &tokens)
    case .unigram(let model): model.tokenize(scalars, piece, into: &tokens)
    }
  }

  /// The id of the token that stands for what the vocabulary lacks; nil where that is left out.
  var unknownID: Int32? {
    switch self {
    case .wordPiece(let model): model.unknownID
    case .wordLevel(let model): model.unknownID
    case .bytePairs(let model): model.options.unknownID
    case .unigram(let model): model.unknownID
    }
  }

  /// Whether an unknown token is shown as the text that it stands for, not as the vocabulary writes it.
  var showsUnknownText: Bool {
    if case .unigram = self { return true }
    return false
  }

  /// The model's own tokens, added ones not counted.
  var vocabulary: Vocabulary {
    switch self {
    case .wordPiece(let model): model.vocabulary
    case .wordLevel(let model): model.vocabulary
    case .bytePairs(let model): model.vocabulary
    case .unigram(let model): model.vocabulary
    }
  }
}

/// A token as a model finds it.
struct ModelToken: Equatable, Sendable {
  var id: Int32
  /// Where it stands in the normalised scalars.
  var range: Range<Int>
}

extension SubwordModel {
  /// Reads the value of the key `model`, of which the large parts have been read before.
  init(_ json: JSONReader, _ tables: ModelTables) throws(TokenizationError) {
    switch try Self.kind(json) {
    case .wordPiece:
      let maximum = try json.integer("max_input_chars_per_word")
      guard maximum >= 0 else {
        throw json.wrongValue("max_input_chars_per_word", found: "\(maximum)", expected: "0 or more")
      }
      self = .wordPiece(
        WordPiece(
          vocabulary: tables.vocabulary, unknownID: try Self.unknownID(json, tables.vocabulary),
          continuingPrefix: try json.string("continuing_subword_prefix"), maximumWordLength: maximum))
    case .wordLevel:
      self = .wordLevel(
        WordLevel(
          vocabulary: tables.vocabulary, unknownID: try Self.unknownID(json, tables.vocabulary)))
    case .bytePairs: self = .bytePairs(try BytePairEncoding(json, tables))
    case .unigram: self = .unigram(try Unigram(json, tables))
    }
  }

  /// Which kind the value of the key `model` is.
  static func kind(_ json: JSONReader) throws(TokenizationError) -> Kind {
    let name = try name(json)
    guard let kind = Kind.named(name) else {
      throw .unsupportedPart(file: json.file, part: .model, name: name, supported: Kind.names)
    }
    return kind
  }

  /// Files of old versions have no `type`; their keys tell.
  private static func name(_ json: JSONReader) throws(TokenizationError) -> String {
    if let name = try json.optionalString("type") { return name }
    if try json.value("merges") != nil { return Kind.bytePairs.rawValue }
    if try json.value("continuing_subword_prefix") != nil { return Kind.wordPiece.rawValue }
    if case .array = try json.value("vocab") { return Kind.unigram.rawValue }
    return Kind.wordLevel.rawValue
  }

  private static func unknownID(
    _ json: JSONReader, _ vocabulary: Vocabulary
  ) throws(TokenizationError) -> Int32 {
    let unknown = try json.string("unk_token")
    guard let unknownID = vocabulary.id(of: unknown) else {
      throw .tokenAbsent(file: json.file, token: unknown, purpose: "unk_token")
    }
    return unknownID
  }
}
