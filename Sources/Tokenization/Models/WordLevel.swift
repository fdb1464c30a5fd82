/// One token a word; a word that is not in the vocabulary is the unknown token.
struct WordLevel: Sendable {
  let vocabulary: Vocabulary
  let unknownID: Int32

  func tokenize(_ scalars: [Unicode.Scalar], _ word: Range<Int>, into tokens: inout [ModelToken]) {
    tokens.append(ModelToken(id: vocabulary.id(of: scalars[word]) ?? unknownID, range: word))
  }
}
