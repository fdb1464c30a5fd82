/// Tokens and their ids, kept apart scalar by scalar.
struct Vocabulary: Sendable {
  /// What `token(for:)` gives for ids that no token has.
  private(set) var tokens: [String?] = []
  /// The ids by token.
  private(set) var trie: ScalarTrie
  /// How many tokens there are; less than the highest id + 1 where ids are left out.
  private(set) var count = 0
  private let file: String

  /// A vocabulary of (token, id) pairs.
  ///
  /// - Throws: `duplicateToken`, `duplicateID`, or `idOutOfRange` for ids that are negative or would leave
  ///   the table nearly empty, which only a damaged file asks for.
  init(_ entries: [(token: String, id: Int)], file: String) throws(TokenizationError) {
    self.file = file
    let limit = entries.count * 2 + 0x10_0000
    var highest = -1
    var length = 0
    for (token, id) in entries {
      guard (0..<limit).contains(id) else {
        throw .idOutOfRange(file: file, token: token, id: id, limit: limit - 1)
      }
      highest = max(highest, id)
      length += token.utf8.count
    }
    tokens = [String?](repeating: nil, count: highest + 1)
    trie = ScalarTrie(minimumCapacity: length)
    for (token, id) in entries { try insert(token, id: id) }
  }

  private mutating func insert(_ token: String, id: Int) throws(TokenizationError) {
    if let first = tokens[id] {
      if first.hasSameScalars(as: token) { throw .duplicateToken(file: file, token: token) }
      throw .duplicateID(file: file, id: id, first: first, second: token)
    }
    if trie.insert(token.unicodeScalars, value: Int32(id)) != nil {
      throw .duplicateToken(file: file, token: token)
    }
    tokens[id] = token
    count += 1
  }

  /// Adds a token behind the others.
  mutating func append(_ token: String, id: Int) throws(TokenizationError) {
    guard id <= tokens.count + 0x1_0000 else {
      throw .idOutOfRange(file: file, token: token, id: id, limit: tokens.count)
    }
    while tokens.count <= id { tokens.append(nil) }
    try insert(token, id: id)
  }

  func id(of token: String) -> Int32? {
    let id = trie.value(of: token.unicodeScalars)
    return id < 0 ? nil : id
  }

  func token(for id: Int32) -> String? {
    tokens.indices.contains(Int(id)) ? tokens[Int(id)] : nil
  }
}
