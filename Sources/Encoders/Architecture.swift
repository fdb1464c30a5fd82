internal import Checkpoints

/// How a family's checkpoints name the parts that the configuration describes.
///
/// A description, not code: families that differ in names differ here only. An empty name belongs to a part that the
/// family does not have.
struct Architecture {
  var embeddings: EmbeddingNames
  /// The names of a layer's parts begin with this, the layer's number and a dot.
  var layers: String
  var attention: AttentionNames
  var feedForward: FeedForwardNames
  var norms: LayerNormNames
  var finalNorm = ""
  /// Whether matrices are stored `[inputs, outputs]`.
  var isTransposed = false
}

/// The tables that are added up to a token's first state, and the norm that follows.
struct EmbeddingNames {
  /// The names that the table of words can have, best first.
  var words: [String]
  var positions = ""
  /// The tables whose first row belongs to every token.
  var tokenTypes = ""
  var taskTypes = ""
  var norm = ""
}

/// The parts of self-attention; the linear ones have `weight` and perhaps `bias`.
struct AttentionNames {
  enum Projections {
    case separate(query: String, key: String, value: String)
    /// One matrix: all queries, then all keys, then all values.
    case fused(String)
    /// One matrix: for each head its query, its key and its value.
    case fusedByHead(String)
  }

  var projections: Projections
  var output: String
  var queryNorm = ""
  var keyNorm = ""
  /// The table of the bias by distance, with its whole name: one layer has it for all.
  var relativeBias = ""
}

/// The parts of the feed-forward half of a layer.
struct FeedForwardNames {
  enum Up {
    case plain(String)
    /// The activation of `gate` multiplies `up`.
    case gated(gate: String, up: String)
    /// Both in one matrix, the gate first.
    case fusedGate(String)
  }

  var up: Up
  var down: String
}

/// The norms of a layer, by what they stand before or after.
struct LayerNormNames {
  var beforeAttention = ""
  var afterAttention = ""
  var beforeFeedForward = ""
  var afterFeedForward = ""
}
