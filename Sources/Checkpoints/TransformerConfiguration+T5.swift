extension TransformerConfiguration {
  /// The encoder of T5, and its decoder's shape.
  ///
  /// Scores are not scaled; a bias by distance, stored in the first layer, belongs to all of them.
  static func t5(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration {
    try keys.require("is_decoder", false, because: "a decoder alone gives no text embeddings")
    let (activation, isGated) = try feedForward(&keys)
    let layers = try keys.integer("num_layers", "num_hidden_layers", in: ShapeLimits.layers, default: 6)
    var configuration = TransformerConfiguration(
      .t5, architecture: "T5EncoderModel", layers: layers,
      hidden: try keys.integer("d_model", "hidden_size", in: ShapeLimits.width, default: 512),
      heads: try keys.integer("num_heads", "num_attention_heads", in: ShapeLimits.heads, default: 8),
      intermediate: try keys.integer("d_ff", in: ShapeLimits.intermediate, default: 2048),
      activation: activation,
      normEpsilon: try keys.number("layer_norm_epsilon", in: ShapeLimits.epsilon, default: 1e-6),
      vocabulary: try keys.integer("vocab_size", in: ShapeLimits.vocabulary, default: 32_128))
    configuration.headWidth = try keys.integer("d_kv", "head_dim", in: ShapeLimits.width, default: 64)
    configuration.attentionScale = 1
    configuration.isGated = isGated
    configuration.norm = .rms(addsOne: false)
    configuration.placement = .pre
    configuration.hasFinalNorm = true
    configuration.hasEmbeddingNorm = false
    configuration.biases = .none
    configuration.relativeBias = try relativeBias(&keys)
    let ids = 0...(configuration.vocabulary - 1)
    configuration.padTokenID = try keys.optionalInteger("pad_token_id", in: ids, default: 0)
    // The decoder starts with the pad, unless the file says otherwise.
    let start = try keys.file.integer("decoder_start_token_id", in: ids) ?? configuration.padTokenID
    let decoderLayers = try keys.file.integer("num_decoder_layers", in: ShapeLimits.layers)
    configuration.decoder = start.map { DecoderFacts(layers: decoderLayers ?? layers, startTokenID: $0) }
    return configuration
  }

  /// `feed_forward_proj` is an activation, or `gated-` and one; the gated GELU is the one with tanh.
  private static func feedForward(
    _ keys: inout ConfigurationKeys
  ) throws(CheckpointError) -> (ActivationFunction, isGated: Bool) {
    let key = "feed_forward_proj"
    guard let name = try keys.file.string(key) else { return (.relu, false) }
    switch name {
    case "relu": return (.relu, false)
    case "gelu": return (.gelu, false)
    case "gelu_new": return (.geluTanh, false)
    case "silu": return (.silu, false)
    case "gated-gelu", "gated-gelu_new": return (.geluTanh, true)
    case "gated-relu": return (.relu, true)
    case "gated-silu": return (.silu, true)
    default:
      throw keys.file.invalid(
        key, quoted(name), "one of 'relu', 'gelu', 'gelu_new', 'silu', or one of them after 'gated-'")
    }
  }

  private static func relativeBias(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> RelativeBias {
    let (bucketKey, distanceKey) = ("relative_attention_num_buckets", "relative_attention_max_distance")
    let buckets = try keys.integer(bucketKey, in: 4...4096, default: 32)
    guard buckets % 4 == 0 else { throw keys.file.invalid(bucketKey, "\(buckets)", "a multiple of 4") }
    // A quarter of the buckets, half of those of one direction, tell single distances apart.
    let distance = try keys.integer(distanceKey, in: 2...1_048_576, default: 128)
    guard distance > buckets / 4 else {
      throw keys.file.invalid(
        distanceKey, "\(distance)", "more than \(buckets / 4), a quarter of the buckets")
    }
    return RelativeBias(buckets: buckets, maximumDistance: distance)
  }
}
