import JSONText

/// The large parts of a model, which a cache can keep as plain arrays.
struct ModelTables: Sendable {
  var vocabulary: Vocabulary
  /// In the order of their ranks; nil where the model has no such list.
  var merges: [Merge]?
  /// By id; empty where the model has none.
  var scores: [Double] = []
  /// The tokens with their scores; nil where they have none.
  var trie: PieceTrie?

  /// The keys of `model` that are read here and nowhere else.
  static let keys = ["vocab", "merges"]
}

extension ModelTables {
  /// Reads ids by token.
  init(vocabulary object: JSONReader) throws(TokenizationError) {
    var entries: [(token: String, id: Int)] = []
    entries.reserveCapacity(object.members.count)
    for member in object.members {
      guard case .integer(let id) = member.value else {
        throw object.wrongValue(member.key, found: member.value.summary, expected: "an id")
      }
      entries.append((member.key, id))
    }
    vocabulary = try Vocabulary(entries, file: object.file)
  }

  /// Reads tokens with their scores, whose ids are their places.
  private init(pieces json: JSONReader) throws(TokenizationError) {
    let elements = try json.array("vocab")
    var tokens: [String] = []
    tokens.reserveCapacity(elements.count)
    scores.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard case .array(let pair) = element, pair.count == 2, case .string(let token) = pair[0],
        let score = pair[1].number
      else {
        throw json.wrongValue("vocab[\(index)]", found: element.summary, expected: "a token and its score")
      }
      tokens.append(token)
      scores.append(score)
    }
    vocabulary = try Vocabulary(list: tokens, file: json.file)
    trie = PieceTrie(zip(tokens, scores).map { ($0, $1) })
  }

  /// Reads the tables out of the value of the key `model`.
  init(_ json: JSONReader) throws(TokenizationError) {
    guard try SubwordModel.kind(json) != .unigram else {
      try self.init(pieces: json)
      return
    }
    try self.init(vocabulary: try json.object("vocab"))
    guard let list = try json.optionalArray("merges") else { return }
    let prefix = try json.optionalString("continuing_subword_prefix") ?? ""
    var reader = MergeReader(vocabulary, continuingPrefix: prefix)
    for (index, element) in list.enumerated() {
      switch element {
      case .string(let text):
        if text.utf8.starts(with: "#version".utf8) { continue }
        try reader.append(text, key: "\(json.fullKey("merges"))[\(index)]")
      case .array(let pair):
        guard pair.count == 2, case .string(let left) = pair[0], case .string(let right) = pair[1] else {
          throw json.wrongValue("merges[\(index)]", found: element.summary, expected: "two tokens")
        }
        try reader.append(left[...], right[...], key: "\(json.fullKey("merges"))[\(index)]")
      default:
        throw json.wrongValue("merges[\(index)]", found: element.summary, expected: "two tokens")
      }
    }
    merges = reader.merges
  }
}

/// Turns pairs of tokens into merges.
struct MergeReader {
  private(set) var merges: [Merge] = []
  private let vocabulary: Vocabulary
  private let prefixByteCount: Int

  /// The right token of each pair begins with the continuing prefix, and loses it when joined.
  init(_ vocabulary: Vocabulary, continuingPrefix: String) {
    self.vocabulary = vocabulary
    prefixByteCount = continuingPrefix.utf8.count
  }

  /// Adds a merge written as two tokens with a space between them.
  mutating func append(_ text: String, key: @autoclosure () -> String) throws(TokenizationError) {
    let parts = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw .wrongValue(
        file: vocabulary.file, key: key(), found: JSONValue.string(text).summary,
        expected: "two tokens with a space between them")
    }
    try append(Substring(parts[0]), Substring(parts[1]), key: key())
  }

  /// Adds a merge of two tokens, which must be in the vocabulary like what they become.
  mutating func append(
    _ left: Substring, _ right: Substring, key: @autoclosure () -> String
  ) throws(TokenizationError) {
    let joined = Array(left.utf8) + Array(right.utf8.dropFirst(prefixByteCount))
    guard let leftID = vocabulary.id(ofUTF8: left.utf8) else { throw absent(left, key()) }
    guard let rightID = vocabulary.id(ofUTF8: right.utf8) else { throw absent(right, key()) }
    guard let joinedID = vocabulary.id(ofUTF8: joined) else {
      throw absent(String(decoding: joined, as: UTF8.self)[...], key())
    }
    merges.append(Merge(left: leftID, right: rightID, joined: joinedID))
  }

  private func absent(_ token: Substring, _ key: String) -> TokenizationError {
    .tokenAbsent(file: vocabulary.file, token: String(token), purpose: key)
  }
}

extension BytePairEncoding {
  /// Reads the value of the key `model`, of which the large parts have been read before.
  init(_ json: JSONReader, _ tables: ModelTables) throws(TokenizationError) {
    guard let merges = tables.merges else {
      throw .missingKey(file: json.file, key: json.fullKey("merges"))
    }
    if let dropout = try json.value("dropout"), dropout.number != 0 {
      throw json.wrongValue(
        "dropout", found: dropout.summary, expected: "null or 0, so that a text always has the same tokens")
    }
    var options = Options()
    options.fusesUnknown = try json.optionalBool("fuse_unk") ?? false
    options.fallsBackToBytes = try json.optionalBool("byte_fallback") ?? false
    options.ignoresMerges = try json.optionalBool("ignore_merges") ?? false
    options.continuingPrefix = Array(
      try json.optionalString("continuing_subword_prefix")?.unicodeScalars ?? .init())
    options.endSuffix = Array(try json.optionalString("end_of_word_suffix")?.unicodeScalars ?? .init())
    if let unknown = try json.optionalString("unk_token") {
      options.unknownID = tables.vocabulary.id(of: unknown)
      // The reference implementation fails at the first unknown character, which those with all bytes never have.
      let spellsAll = ByteAlphabet.scalars.allSatisfy { tables.vocabulary.id(of: [$0]) != nil }
      guard options.unknownID != nil || spellsAll else {
        throw .tokenAbsent(file: json.file, token: unknown, purpose: "unk_token")
      }
    }
    self.init(vocabulary: tables.vocabulary, merges: merges, options: options)
  }
}
