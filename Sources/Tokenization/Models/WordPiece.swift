/// WordPiece: each word is cut greedily into the longest tokens of the vocabulary, from left to right.
///
/// Pieces after the first carry a prefix in the vocabulary (`##`). A word of which a part is in no token is
/// one unknown token, and so is a word that is too long.
struct WordPiece: Sendable {
  let vocabulary: Vocabulary
  let unknownID: Int32
  /// Words of more scalars than this are unknown at once.
  let maximumWordLength: Int
  /// The tokens, to find the longest at a place.
  private let trie: ScalarTrie
  /// The node behind the prefix, from which continuing pieces are looked up; nil when none has the prefix.
  private let continuation: UInt32?
  /// Whether no two ids have the same token, so that a word which is a token is found in the vocabulary at once.
  private let hasDistinctTokens: Bool

  init(vocabulary: Vocabulary, unknownID: Int32, continuingPrefix: String, maximumWordLength: Int) {
    self.vocabulary = vocabulary
    self.unknownID = unknownID
    self.maximumWordLength = maximumWordLength
    var trie = ScalarTrie(minimumCapacity: vocabulary.text.count)
    var isDistinct = true
    vocabulary.forEachToken { id, token in
      if trie.insert(token, value: id) != nil { isDistinct = false }
    }
    self.trie = trie
    hasDistinctTokens = isDistinct
    continuation = trie.node(of: continuingPrefix.unicodeScalars)
  }

  /// The work is at most the length of the word times that of the longest token.
  @inline(__always)
  func tokenize(_ scalars: [Unicode.Scalar], _ word: Range<Int>, into tokens: inout [ModelToken]) {
    tokenize(word, into: &tokens) { scalars[$0] }
  }

  /// The same for a word whose scalars are asked for by their place.
  @inline(__always)
  func tokenize(
    _ word: Range<Int>, into tokens: inout [ModelToken], _ scalar: (Int) -> Unicode.Scalar
  ) {
    guard word.count <= maximumWordLength, var match = trie.longestMatch(word, scalar) else {
      tokens.append(ModelToken(id: unknownID, range: word))
      return
    }
    let count = tokens.count
    tokens.append(ModelToken(id: match.value, range: word.lowerBound..<match.end))
    while match.end < word.upperBound {
      guard let continuation,
        let next = trie.longestMatch(match.end..<word.upperBound, from: continuation, scalar)
      else {
        tokens.removeLast(tokens.count - count)
        tokens.append(ModelToken(id: unknownID, range: word))
        return
      }
      tokens.append(ModelToken(id: next.value, range: match.end..<next.end))
      match = next
    }
  }

  /// The id of a word that is a token as a whole, asked for byte by byte; nil where it is none, or may be several.
  @inline(__always)
  func wholeWord(byteCount: Int, _ byte: (Int) -> UInt8) -> Int32? {
    guard hasDistinctTokens, byteCount <= maximumWordLength else { return nil }
    return vocabulary.id(byteCount: byteCount, byte)
  }
}
