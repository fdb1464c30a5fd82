/// One token a word; a word that is not in the vocabulary is the unknown token.
struct WordLevel: Sendable {
  let vocabulary: Vocabulary
  let unknownID: Int32

  func tokenize(_ scalars: [Unicode.Scalar], _ word: Range<Int>, into tokens: inout [ModelToken]) {
    let id = vocabulary.trie.value(of: scalars[word])
    tokens.append(ModelToken(id: id < 0 ? unknownID : id, range: word))
  }
}
