/// The one table of a static model: a row for each token.
///
/// sentence-transformers' StaticEmbedding stores it as `embedding.weight`; model2vec as `embeddings`, perhaps with a
/// `mapping` from tokens to shared rows and a factor for each token in `weights`.
struct StaticTable {
  let weights: WeightStore
  /// How many tokens there are: rows of the table, or of the mapping.
  let vocabulary: Int
  /// The length of a row.
  let hidden: Int

  /// - Throws: `tensorMissing` without a table; `invalidValue` where the parts do not fit.
  init(folder: String) throws(CheckpointError) {
    weights = try WeightStore(folder: folder)
    let name =
      weights.contains("embedding.weight") || !weights.contains("embeddings")
      ? "embedding.weight" : "embeddings"
    guard let shape = weights.shape(of: name) else {
      throw .tensorMissing(file: weights.file, name: name, closest: weights.names.first)
    }
    guard shape.count == 2, ShapeLimits.vocabulary ~= shape[0], ShapeLimits.width ~= shape[1] else {
      throw .invalidValue(
        file: weights.file, key: name, found: "of shape \(shape)", expected: "a table [tokens, hidden]")
    }
    hidden = shape[1]
    let mapping = weights.shape(of: "mapping")
    guard mapping == nil || mapping?.count == 1 && ShapeLimits.vocabulary ~= mapping?.first ?? 0 else {
      throw .invalidValue(
        file: weights.file, key: "mapping", found: "of shape \(mapping ?? [])",
        expected: "a row number for each token")
    }
    vocabulary = mapping?.first ?? shape[0]
    if let factors = weights.shape(of: "weights"), factors != [vocabulary] {
      throw .shapeMismatch(file: weights.file, name: "weights", expected: [vocabulary], found: factors)
    }
  }
}
