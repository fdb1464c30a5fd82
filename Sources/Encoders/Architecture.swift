internal import Checkpoints

/// What an architecture is made of and how its checkpoints name the parts.
///
/// A description, not code: families that differ in names differ here only.
struct Architecture {
  var embeddings: EmbeddingNames
  /// The names of a layer's parts begin with this, the layer's number and a dot.
  var layers: String
  var attention: AttentionNames
  var feedForward: FeedForwardNames
}

/// The tables that are added up to a token's first state, and the norm that follows.
struct EmbeddingNames {
  var words: String
  var positions: String
  /// The table whose first row belongs to every token.
  var tokenTypes: String
  var norm: String
}

/// The parts of self-attention; each is a linear layer with `weight` and `bias`.
struct AttentionNames {
  var query: String
  var key: String
  var value: String
  var output: String
  var norm: String
}

/// The parts of the feed-forward half of a layer.
struct FeedForwardNames {
  var up: String
  var down: String
  var norm: String
}

extension Architecture {
  init(_ family: TransformerConfiguration.Family) {
    switch family {
    case .bert: self = .bert
    }
  }

  static let bert = Architecture(
    embeddings: EmbeddingNames(
      words: "embeddings.word_embeddings.weight", positions: "embeddings.position_embeddings.weight",
      tokenTypes: "embeddings.token_type_embeddings.weight", norm: "embeddings.LayerNorm"),
    layers: "encoder.layer.",
    attention: AttentionNames(
      query: "attention.self.query", key: "attention.self.key", value: "attention.self.value",
      output: "attention.output.dense", norm: "attention.output.LayerNorm"),
    feedForward: FeedForwardNames(up: "intermediate.dense", down: "output.dense", norm: "output.LayerNorm"))
}
