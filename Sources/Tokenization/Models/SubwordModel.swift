import JSONText

/// How a piece of text becomes tokens: a value for each kind in `tokenizer.json`.
enum SubwordModel: Sendable {
  case wordPiece(WordPiece)
  case wordLevel(WordLevel)

  /// The kinds as `tokenizer.json` names them.
  enum Kind: String, CaseIterable {
    case wordPiece = "WordPiece"
    case wordLevel = "WordLevel"
  }

  /// The tokens of one piece, in order: each an id and its range of `scalars`.
  @inline(__always)
  func tokenize(
    _ scalars: [Unicode.Scalar], _ piece: Range<Int>, into tokens: inout [ModelToken]
  ) {
    switch self {
    case .wordPiece(let model): model.tokenize(scalars, piece, into: &tokens)
    case .wordLevel(let model): model.tokenize(scalars, piece, into: &tokens)
    }
  }

  /// The id of the token that stands for what the vocabulary lacks.
  var unknownID: Int32 {
    switch self {
    case .wordPiece(let model): model.unknownID
    case .wordLevel(let model): model.unknownID
    }
  }

  /// The model's own tokens, added ones not counted.
  var vocabulary: Vocabulary {
    switch self {
    case .wordPiece(let model): model.vocabulary
    case .wordLevel(let model): model.vocabulary
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
  /// Reads the value of the key `model`.
  init(_ json: JSONReader) throws(TokenizationError) {
    let name = try Self.name(json)
    guard let kind = Kind.named(name) else {
      throw .unsupportedPart(file: json.file, part: .model, name: name, supported: Kind.names)
    }
    let vocabulary = try Self.vocabulary(json)
    let unknown = try json.string("unk_token")
    guard let unknownID = vocabulary.id(of: unknown) else {
      throw .tokenAbsent(file: json.file, token: unknown, purpose: "unk_token")
    }
    switch kind {
    case .wordPiece:
      let maximum = try json.integer("max_input_chars_per_word")
      guard maximum >= 0 else {
        throw json.wrongValue("max_input_chars_per_word", found: "\(maximum)", expected: "0 or more")
      }
      self = .wordPiece(
        WordPiece(
          vocabulary: vocabulary, unknownID: unknownID,
          continuingPrefix: try json.string("continuing_subword_prefix"), maximumWordLength: maximum))
    case .wordLevel: self = .wordLevel(WordLevel(vocabulary: vocabulary, unknownID: unknownID))
    }
  }

  /// Files of old versions have no `type`; their keys tell.
  private static func name(_ json: JSONReader) throws(TokenizationError) -> String {
    if let name = try json.optionalString("type") { return name }
    if try json.value("merges") != nil { return "BPE" }
    if try json.value("continuing_subword_prefix") != nil { return Kind.wordPiece.rawValue }
    if case .array = try json.value("vocab") { return "Unigram" }
    return Kind.wordLevel.rawValue
  }

  private static func vocabulary(_ json: JSONReader) throws(TokenizationError) -> Vocabulary {
    let object = try json.object("vocab")
    var entries: [(token: String, id: Int)] = []
    entries.reserveCapacity(object.members.count)
    for member in object.members {
      guard case .integer(let id) = member.value else {
        throw object.wrongValue(member.key, found: member.value.summary, expected: "an id")
      }
      entries.append((member.key, id))
    }
    return try Vocabulary(entries, file: json.file)
  }
}
