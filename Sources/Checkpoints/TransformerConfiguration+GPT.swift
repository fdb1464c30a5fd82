import JSONText

/// Decoders with layer norms and biases, read as encoders: a token sees itself and those before it.
extension TransformerConfiguration {
  static func gpt2(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration {
    try keys.require("scale_attn_by_inverse_layer_idx", false)
    var configuration = try gpt(
      .gpt2, "GPT2Model", &keys, layers: 12, hidden: 768, heads: 12, vocabulary: 50_257)
    if try !keys.bool("scale_attn_weights", default: true) { configuration.attentionScale = 1 }
    try configuration.readPositions(&keys, "n_positions", default: 1024)
    return configuration
  }

  /// GPT-J: queries and keys are rotated in part, attention and feed-forward part stand side by side.
  static func gptj(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration {
    var configuration = try gpt(
      .gptj, "GPTJModel", &keys, layers: 28, hidden: 4096, heads: 16, vocabulary: 50_400)
    let limit = configuration.headWidth
    let width = try keys.integer("rotary_dim", in: 2...max(2, limit), default: 64)
    guard width % 2 == 0, width <= limit else {
      throw keys.file.invalid("rotary_dim", "\(width)", "an even number up to \(limit), the width of a head")
    }
    let rotation = Rotation(width: width, base: 10_000, isInterleaved: true)
    configuration.attention = .init(
      repeating: LayerAttention(window: .causal, rotation: rotation), count: configuration.layers)
    configuration.placement = .parallel
    configuration.biases = LayerBiases(projections: false, attentionOutput: false, feedForward: true)
    configuration.positions = try keys.integer(
      "n_positions", "max_position_embeddings", in: ShapeLimits.positions, default: 2048)
    return configuration
  }

  /// GPT-Neo: scores are not scaled; some layers attend to a window.
  static func gptNeo(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration {
    let layers = try keys.integer("num_layers", "num_hidden_layers", in: ShapeLimits.layers, default: 24)
    let hidden = try keys.integer("hidden_size", in: ShapeLimits.width, default: 2048)
    let heads = try keys.integer("num_heads", "num_attention_heads", in: ShapeLimits.heads, default: 16)
    try keys.requireDivisor("num_heads", heads, of: "hidden_size", hidden)
    let intermediate = try keys.optionalInteger(
      "intermediate_size", in: ShapeLimits.intermediate, default: nil)
    var configuration = TransformerConfiguration(
      .gptNeo, architecture: "GPTNeoModel", layers: layers, hidden: hidden, heads: heads,
      intermediate: intermediate ?? 4 * hidden,
      activation: try keys.activation("activation_function", default: .geluTanh),
      normEpsilon: try keys.number("layer_norm_epsilon", in: ShapeLimits.epsilon, default: 1e-5),
      vocabulary: try keys.integer("vocab_size", in: ShapeLimits.vocabulary, default: 50_257))
    configuration.makeDecoder()
    configuration.attentionScale = 1
    configuration.biases.projections = false
    let window = try keys.integer("window_size", in: 1...ShapeLimits.positions.upperBound, default: 256)
    configuration.attention = try neoLayers(&keys, count: layers).map { isLocal in
      LayerAttention(window: isLocal ? .local(left: window - 1, right: 0) : .causal)
    }
    try configuration.readPositions(&keys, "max_position_embeddings", default: 2048)
    return configuration
  }

  /// BLOOM: ALiBi, and a norm after the embeddings.
  static func bloom(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration {
    try keys.require("apply_residual_connection_post_layernorm", false)
    let hidden = try keys.integer("n_embed", "hidden_size", in: ShapeLimits.width, default: 64)
    let heads = try keys.integer("n_head", "num_attention_heads", in: ShapeLimits.heads, default: 8)
    try keys.requireDivisor("n_head", heads, of: "hidden_size", hidden)
    var configuration = TransformerConfiguration(
      .bloom, architecture: "BloomModel",
      layers: try keys.integer("n_layer", "num_hidden_layers", in: ShapeLimits.layers, default: 2),
      hidden: hidden, heads: heads, intermediate: 4 * hidden, activation: .geluTanh,
      normEpsilon: try keys.number("layer_norm_epsilon", in: ShapeLimits.epsilon, default: 1e-5),
      vocabulary: try keys.integer("vocab_size", in: ShapeLimits.vocabulary, default: 250_880))
    configuration.makeDecoder()
    configuration.hasEmbeddingNorm = true
    configuration.hasSlopes = true
    return configuration
  }

  private static func gpt(
    _ family: Family, _ architecture: String, _ keys: inout ConfigurationKeys, layers: Int, hidden: Int,
    heads: Int, vocabulary: Int
  ) throws(CheckpointError) -> TransformerConfiguration {
    let hidden = try keys.integer("n_embd", "hidden_size", in: ShapeLimits.width, default: hidden)
    let heads = try keys.integer("n_head", "num_attention_heads", in: ShapeLimits.heads, default: heads)
    try keys.requireDivisor("n_head", heads, of: "n_embd", hidden)
    let inner = try keys.optionalInteger("n_inner", in: ShapeLimits.intermediate, default: nil)
    var configuration = TransformerConfiguration(
      family, architecture: architecture,
      layers: try keys.integer("n_layer", "num_hidden_layers", in: ShapeLimits.layers, default: layers),
      hidden: hidden, heads: heads, intermediate: inner ?? 4 * hidden,
      activation: try keys.activation("activation_function", default: .geluTanh),
      normEpsilon: try keys.number("layer_norm_epsilon", in: ShapeLimits.epsilon, default: 1e-5),
      vocabulary: try keys.integer("vocab_size", in: ShapeLimits.vocabulary, default: vocabulary))
    configuration.makeDecoder()
    return configuration
  }

  /// Norms before the parts and after the last layer, no norm after the embeddings, causal attention.
  mutating func makeDecoder() {
    placement = .pre
    hasFinalNorm = true
    hasEmbeddingNorm = false
    attention = .init(repeating: LayerAttention(window: .causal), count: layers)
  }

  private mutating func readPositions(
    _ keys: inout ConfigurationKeys, _ name: String, default standard: Int
  ) throws(CheckpointError) {
    let rows = try keys.integer(
      name, name == "n_positions" ? "max_position_embeddings" : name, in: ShapeLimits.positions,
      default: standard)
    positionTable = PositionTable(rows: rows)
    positions = rows
  }

  /// `attention_types`, a list of patterns and how often each is repeated: whether each layer is local.
  private static func neoLayers(
    _ keys: inout ConfigurationKeys, count: Int
  ) throws(CheckpointError) -> [Bool] {
    let (key, file) = ("attention_types", keys.file)
    let expected = "patterns of 'global' and 'local' with their numbers, \(count) layers in all"
    guard let value = file.value(key) else {
      guard count == 24 else { throw file.invalid(key, "missing", expected) }
      return (0..<24).map { !$0.isMultiple(of: 2) }
    }
    guard case .array(let groups) = value else { throw file.invalid(key, value.summary, expected) }
    var layers: [Bool] = []
    for group in groups {
      guard case .array(let parts) = group, parts.count == 2, case .array(let pattern) = parts[0],
        case .integer(let times) = parts[1], (0...count).contains(times), pattern.count <= count
      else { throw file.invalid(key, group.summary, expected) }
      var kinds: [Bool] = []
      for kind in pattern {
        guard case .string(let name) = kind, name == "global" || name == "local" else {
          throw file.invalid(key, kind.summary, expected)
        }
        kinds.append(name == "local")
      }
      for _ in 0..<times where layers.count <= count { layers += kinds }
    }
    guard layers.count == count else { throw file.invalid(key, "for \(layers.count) layers", expected) }
    return layers
  }
}
