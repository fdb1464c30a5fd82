import JSONText

/// Encoders of BERT's kind with rotation and gated feed-forward parts.
extension TransformerConfiguration {
  /// ModernBERT: norms before the parts, most layers attend to a window.
  static func modernbert(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration
  {
    let layers = try keys.integer("num_hidden_layers", in: ShapeLimits.layers, default: 22)
    let hidden = try keys.integer("hidden_size", in: ShapeLimits.width, default: 768)
    let heads = try keys.integer("num_attention_heads", in: ShapeLimits.heads, default: 12)
    try keys.requireDivisor("num_attention_heads", heads, of: "hidden_size", hidden)
    var configuration = TransformerConfiguration(
      .modernbert, architecture: "ModernBertModel", layers: layers, hidden: hidden, heads: heads,
      intermediate: try keys.integer("intermediate_size", in: ShapeLimits.intermediate, default: 1152),
      activation: try keys.activation("hidden_activation", default: .gelu),
      normEpsilon: try keys.number("norm_eps", in: ShapeLimits.epsilon, default: 1e-5),
      vocabulary: try keys.integer("vocab_size", in: ShapeLimits.vocabulary, default: 50_368))
    configuration.norm = .layer(hasBias: try keys.bool("norm_bias", default: false))
    configuration.placement = .pre
    configuration.skipsFirstNorm = true
    configuration.hasFinalNorm = true
    configuration.isGated = true
    let hasBias = try keys.bool("attention_bias", default: false)
    configuration.biases = LayerBiases(
      projections: hasBias, attentionOutput: hasBias,
      feedForward: try keys.bool("mlp_bias", default: false))
    configuration.positions = try keys.integer(
      "max_position_embeddings", in: ShapeLimits.positions, default: 8192)
    let local = try keys.integer("local_attention", in: 1...ShapeLimits.positions.upperBound, default: 128)
    let period = try keys.file.integer("global_attn_every_n_layers", in: 1...512) ?? 3
    let kinds =
      try layerKinds(keys.file, count: layers)
      ?? (0..<layers).map { $0.isMultiple(of: period) ? .full : .sliding }
    let rotations = RotationKeys(
      file: keys.file, width: configuration.headWidth,
      baseKeys: [.full: "global_rope_theta", .sliding: "local_rope_theta"],
      defaultBases: [.full: 160_000, .sliding: 10_000])
    try configuration.setAttention(kinds, rotations, &keys) { kind in
      kind == .full ? .all : .local(left: local / 2, right: local / 2)
    }
    return configuration
  }

  /// nomic-bert, in the keys of its published code (those of GPT-2 and some more), or in those of BERT.
  static func nomicBERT(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration {
    let isPublished = keys.file.has("n_embd")
    let hidden = try keys.integer("n_embd", "hidden_size", in: ShapeLimits.width, default: 768)
    let heads = try keys.integer("n_head", "num_attention_heads", in: ShapeLimits.heads, default: 12)
    try keys.requireDivisor(isPublished ? "n_head" : "num_attention_heads", heads, of: "hidden_size", hidden)
    let inner = try keys.optionalInteger(
      "n_inner", "intermediate_size", in: ShapeLimits.intermediate, default: isPublished ? nil : 3072)
    let vocabulary = try keys.integer("vocab_size", in: ShapeLimits.vocabulary, default: 30_528)
    var configuration = TransformerConfiguration(
      .nomicBERT, architecture: "NomicBertModel",
      layers: try keys.integer("n_layer", "num_hidden_layers", in: ShapeLimits.layers, default: 12),
      hidden: hidden, heads: heads, intermediate: inner ?? 4 * hidden, activation: .silu,
      normEpsilon: try keys.number(
        "layer_norm_epsilon", "layer_norm_eps", in: ShapeLimits.epsilon, default: 1e-12),
      vocabulary: vocabulary)
    configuration.isGated = true
    configuration.tokenTypes = try keys.integer("type_vocab_size", in: ShapeLimits.types, default: 2)
    configuration.biases = .none
    let rotation =
      isPublished
      ? try configuration.readPublishedKeys(&keys) : try configuration.readBERTKeys(&keys)
    configuration.attention = .init(
      repeating: LayerAttention(window: .all, rotation: rotation), count: configuration.layers)
    return configuration
  }

  private mutating func readBERTKeys(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> Rotation {
    activation = try keys.activation("hidden_act", default: .silu)
    positions = try keys.integer("max_position_embeddings", in: ShapeLimits.positions, default: 2048)
    if let width = try keys.file.integer("head_dim", in: ShapeLimits.width) {
      headWidth = width
      attentionScale = 1 / Float(width).squareRoot()
    }
    let rotations = RotationKeys(file: keys.file, width: headWidth, defaultBases: [.full: 1000])
    return try rotations.rotation(.full, &keys)
  }

  private mutating func readPublishedKeys(
    _ keys: inout ConfigurationKeys
  ) throws(CheckpointError) -> Rotation {
    let file = keys.file
    for key in ["prenorm", "parallel_block", "use_rms_norm", "causal", "scale_attn_by_inverse_layer_idx"] {
      try keys.require(key, false)
    }
    try keys.require("scale_attn_weights", true)
    for key in ["num_experts", "moe_every_n_layers"] where try file.integer(key, in: 0...4096) ?? 0 > 0 {
      throw file.invalid(key, file.value(key)?.summary ?? "", "0: mixtures of experts are not supported")
    }
    switch try file.string("activation_function") {
    case "swiglu": activation = .silu
    case "geglu": activation = .gelu
    case let other:
      throw file.invalid(
        "activation_function", other.map(quoted) ?? "missing", "'swiglu' or 'geglu'")
    }
    let hasBias = try keys.bool("qkv_proj_bias", default: true)
    let first = try keys.bool("mlp_fc1_bias", default: true)
    let second = try keys.bool("mlp_fc2_bias", default: true)
    guard first == second else {
      throw file.invalid("mlp_fc2_bias", "\(second)", "\(first), as 'mlp_fc1_bias'")
    }
    biases = LayerBiases(projections: hasBias, attentionOutput: hasBias, feedForward: first)
    positions = try keys.integer("n_positions", in: ShapeLimits.positions, default: 2048)
    if file.value("rotary_scaling_factor") != nil, let limit = positions {
      // The published code scales the rotation beyond the trained length only.
      positions = min(
        limit, try keys.integer("max_trained_positions", in: ShapeLimits.positions, default: 2048))
    }
    return try publishedRotation(&keys)
  }

  private func publishedRotation(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> Rotation {
    let key = "rotary_emb_fraction"
    try keys.requireAbsent("rotary_emb_scale_base", because: "scaled rotation (XPos) is not supported")
    let fraction = try keys.number(key, in: 0...1, default: 0)
    let width = Int(Double(headWidth) * fraction)
    guard width >= 2, width % 2 == 0 else {
      throw keys.file.invalid(
        key, "\(fraction)", "a share of the \(headWidth) values of a head that is an even number from 2")
    }
    return Rotation(
      width: width, base: try keys.number("rotary_emb_base", in: 1...1e12, default: 1000),
      isInterleaved: try keys.bool("rotary_emb_interleaved", default: false))
  }
}
