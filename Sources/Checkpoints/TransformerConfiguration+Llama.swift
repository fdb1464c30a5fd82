import JSONText

/// Decoders with RMS norms, rotation and gated feed-forward parts.
extension TransformerConfiguration {
  private typealias LayerKind = RotationKeys.LayerKind

  /// What the reference library assumes where `config.json` is silent.
  private struct Defaults {
    var architecture: String
    var vocabulary = 32_000
    var hidden = 4096
    var layers = 32
    var heads = 32
    /// Nil where each head of queries has its own keys and values.
    var keyValueHeads: Int?
    /// Nil where the heads share the hidden width.
    var headWidth: Int?
    var intermediate: Int
    var positions: Int
    var activationKey = "hidden_act"
    var activation = ActivationFunction.silu
  }

  private static func defaults(_ family: Family) -> Defaults {
    switch family {
    case .mistral:
      Defaults(architecture: "MistralModel", keyValueHeads: 8, intermediate: 14_336, positions: 131_072)
    case .qwen2:
      Defaults(
        architecture: "Qwen2Model", vocabulary: 151_936, keyValueHeads: 32, intermediate: 22_016,
        positions: 32_768)
    case .qwen3:
      Defaults(
        architecture: "Qwen3Model", vocabulary: 151_936, keyValueHeads: 32, headWidth: 128,
        intermediate: 22_016, positions: 32_768)
    case .gemma3Text:
      Defaults(
        architecture: "Gemma3TextModel", vocabulary: 262_208, hidden: 2304, layers: 26, heads: 8,
        keyValueHeads: 4, headWidth: 256, intermediate: 9216, positions: 131_072,
        activationKey: "hidden_activation", activation: .geluTanh)
    default: Defaults(architecture: "LlamaModel", intermediate: 11_008, positions: 2048)
    }
  }

  static func llamaLike(
    _ family: Family, _ keys: inout ConfigurationKeys
  ) throws(CheckpointError) -> TransformerConfiguration {
    var configuration = try stack(family, &keys)
    switch family {
    case .qwen2: configuration.biases.projections = true
    case .mistral: break
    default: try configuration.readAttentionBias(&keys)
    }
    if family == .llama {
      configuration.biases.feedForward = try keys.bool("mlp_bias", default: false)
    }
    configuration.hasHeadNorms = family == .qwen3
    let window: Int?
    let kinds: [LayerKind]
    if family == .qwen2 || family == .qwen3 {
      (window, kinds) = try qwenWindow(&keys, layers: configuration.layers)
    } else {
      window = family == .mistral ? try slidingWindow(&keys) : nil
      kinds = .init(repeating: window == nil ? .full : .sliding, count: configuration.layers)
      try checkKinds(kinds, &keys)
    }
    let isCausal = try isCausal(keys.file)
    try configuration.setAttention(
      kinds, RotationKeys(file: keys.file, width: configuration.headWidth), &keys
    ) { kind in
      switch (kind, window, isCausal) {
      case (.sliding, let window?, true): .local(left: window - 1, right: 0)
      // Without causality the reference library lets the window reach as far in both directions, ends included.
      case (.sliding, let window?, false): .local(left: window, right: window)
      default: isCausal ? .causal : .all
      }
    }
    return configuration
  }

  /// Gemma 3: four norms a layer, normalised heads, two bases of rotation; EmbeddingGemma attends in both directions.
  static func gemma3Text(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration
  {
    try keys.requireAbsent("attn_logit_softcapping", because: "capped attention scores are not supported")
    var configuration = try stack(.gemma3Text, &keys)
    let scalar = try keys.number("query_pre_attn_scalar", in: 1...65_536, default: 256)
    configuration.attentionScale = 1 / Float(scalar).squareRoot()
    configuration.norm = .rms(addsOne: true)
    configuration.placement = .sandwich
    configuration.hasHeadNorms = true
    configuration.embeddingFactor = Float(configuration.hidden).squareRoot()
    try configuration.readAttentionBias(&keys)
    let isCausal = try isCausal(keys.file)
    let window = try keys.integer("sliding_window", in: 1...ShapeLimits.positions.upperBound, default: 4096)
    let pattern = try keys.file.integer("sliding_window_pattern", in: 1...512) ?? 6
    let kinds =
      try layerKinds(keys.file, count: configuration.layers)
      ?? (1...configuration.layers).map { $0.isMultiple(of: pattern) ? .full : .sliding }
    let rotations = RotationKeys(
      file: keys.file, width: configuration.headWidth,
      baseKeys: [.full: "rope_theta", .sliding: "rope_local_base_freq"],
      defaultBases: [.full: 1_000_000, .sliding: 10_000], scaledKinds: [.full])
    try configuration.setAttention(kinds, rotations, &keys) { kind in
      switch (kind, isCausal) {
      case (.sliding, true): .local(left: window - 1, right: 0)
      // The window counts both directions.
      case (.sliding, false): .local(left: window / 2, right: window / 2)
      default: isCausal ? .causal : .all
      }
    }
    return configuration
  }

  private static func stack(
    _ family: Family, _ keys: inout ConfigurationKeys
  ) throws(CheckpointError) -> TransformerConfiguration {
    let defaults = defaults(family)
    let hidden = try keys.integer("hidden_size", in: ShapeLimits.width, default: defaults.hidden)
    let heads = try keys.integer("num_attention_heads", in: ShapeLimits.heads, default: defaults.heads)
    var configuration = TransformerConfiguration(
      family, architecture: defaults.architecture,
      layers: try keys.integer("num_hidden_layers", in: ShapeLimits.layers, default: defaults.layers),
      hidden: hidden, heads: heads,
      intermediate: try keys.integer(
        "intermediate_size", in: ShapeLimits.intermediate, default: defaults.intermediate),
      activation: try keys.activation(
        defaults.activationKey, "hidden_act", default: defaults.activation),
      normEpsilon: try keys.number("rms_norm_eps", in: ShapeLimits.epsilon, default: 1e-6),
      vocabulary: try keys.integer(
        "vocab_size", in: ShapeLimits.vocabulary, default: defaults.vocabulary))
    let shared = try keys.optionalInteger(
      "num_key_value_heads", in: ShapeLimits.heads, default: defaults.keyValueHeads)
    configuration.keyValueHeads = shared ?? heads
    try keys.requireDivisor(
      "num_key_value_heads", configuration.keyValueHeads, of: "num_attention_heads", heads)
    if let width = try keys.optionalInteger(
      "head_dim", in: ShapeLimits.width, default: defaults.headWidth)
    {
      configuration.headWidth = width
      configuration.attentionScale = 1 / Float(width).squareRoot()
    } else {
      try keys.requireDivisor("num_attention_heads", heads, of: "hidden_size", hidden)
    }
    configuration.makeDecoder()
    configuration.norm = .rms(addsOne: false)
    configuration.isGated = true
    configuration.biases = .none
    configuration.padTokenID = try keys.file.integer("pad_token_id", in: -1...Int.max)
    configuration.positions = try keys.integer(
      "max_position_embeddings", in: ShapeLimits.positions, default: defaults.positions)
    return configuration
  }

  private mutating func readAttentionBias(_ keys: inout ConfigurationKeys) throws(CheckpointError) {
    let hasBias = try keys.bool("attention_bias", default: false)
    (biases.projections, biases.attentionOutput) = (hasBias, hasBias)
  }

  /// Whether a token sees only itself and those before it; two keys can say that it does not.
  private static func isCausal(_ file: ConfigurationFile) throws(CheckpointError) -> Bool {
    let isCausal = try file.bool("is_causal") ?? true
    let isBidirectional = try file.bool("use_bidirectional_attention") ?? false
    return isCausal && !isBidirectional
  }

  /// `sliding_window`, which null turns off.
  private static func slidingWindow(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> Int? {
    try keys.optionalInteger(
      "sliding_window", in: 1...ShapeLimits.positions.upperBound, default: 4096)
  }

  private static func qwenWindow(
    _ keys: inout ConfigurationKeys, layers: Int
  ) throws(CheckpointError) -> (Int?, [LayerKind]) {
    let isUsed = try keys.bool("use_sliding_window", default: false)
    let declared = try layerKinds(keys.file, count: layers)
    guard isUsed, let window = try slidingWindow(&keys) else {
      guard declared?.contains(.sliding) != true else {
        throw keys.file.invalid(
          "layer_types", "a list with 'sliding_attention'", "'full_attention' alone: no window is declared")
      }
      return (nil, .init(repeating: .full, count: layers))
    }
    let first = try keys.integer("max_window_layers", in: 0...ShapeLimits.width.upperBound, default: 28)
    return (window, declared ?? (0..<layers).map { $0 >= first ? .sliding : .full })
  }

  /// Mistral's and Llama's layers are all of one kind, so that a list which says otherwise belongs to another model.
  private static func checkKinds(
    _ kinds: [LayerKind], _ keys: inout ConfigurationKeys
  ) throws(CheckpointError) {
    guard let declared = try layerKinds(keys.file, count: kinds.count), declared != kinds else { return }
    let kind = kinds.first?.rawValue ?? ""
    throw keys.file.invalid("layer_types", "a list with other kinds", "'\(kind)' alone")
  }

  /// `layer_types`; nil where absent.
  static func layerKinds(
    _ file: ConfigurationFile, count: Int
  ) throws(CheckpointError) -> [RotationKeys.LayerKind]? {
    let key = "layer_types"
    guard let value = file.value(key) else { return nil }
    let expected = "'full_attention' or 'sliding_attention' for each of \(count) layers"
    guard case .array(let names) = value, names.count == count else {
      throw file.invalid(key, value.summary, expected)
    }
    var kinds: [RotationKeys.LayerKind] = []
    for name in names {
      guard case .string(let text) = name, let kind = RotationKeys.LayerKind(rawValue: text) else {
        throw file.invalid(key, name.summary, expected)
      }
      kinds.append(kind)
    }
    return kinds
  }

  /// Gives each layer the window and the rotation of its kind.
  mutating func setAttention(
    _ kinds: [RotationKeys.LayerKind], _ rotations: RotationKeys, _ keys: inout ConfigurationKeys,
    window: (RotationKeys.LayerKind) -> AttentionWindow
  ) throws(CheckpointError) {
    var byKind: [RotationKeys.LayerKind: LayerAttention] = [:]
    for kind in RotationKeys.LayerKind.allCases where kinds.contains(kind) {
      byKind[kind] = LayerAttention(
        window: window(kind), rotation: try rotations.rotation(kind, &keys))
    }
    attention = kinds.compactMap { byKind[$0] }
  }
}
