/// The families that are BERT with other names, positions or embeddings.
extension TransformerConfiguration {
  /// What the reference library assumes where `config.json` is silent.
  private struct Defaults {
    var architecture: String
    var vocabulary: Int
    var padTokenID: Int
  }

  private static func defaults(_ family: Family) -> Defaults {
    switch family {
    case .roberta: Defaults(architecture: "RobertaModel", vocabulary: 50_265, padTokenID: 1)
    case .xlmRoberta: Defaults(architecture: "XLMRobertaModel", vocabulary: 30_522, padTokenID: 1)
    case .camembert: Defaults(architecture: "CamembertModel", vocabulary: 30_522, padTokenID: 1)
    case .ernie: Defaults(architecture: "ErnieModel", vocabulary: 30_522, padTokenID: 0)
    case .mpnet: Defaults(architecture: "MPNetModel", vocabulary: 30_527, padTokenID: 1)
    default: Defaults(architecture: "BertModel", vocabulary: 30_522, padTokenID: 0)
    }
  }

  /// BERT, and everything that is saved as `bert` (MacBERT, BGE, E5, GTE, MiniLM, RetroMAE, …); RoBERTa, whose positions
  /// skip pads; ERNIE, which adds a task type.
  static func bertLike(
    _ family: Family, _ keys: inout ConfigurationKeys
  ) throws(CheckpointError) -> TransformerConfiguration {
    if let kind = try keys.file.string("position_embedding_type"), kind != "absolute" {
      throw keys.file.invalid("position_embedding_type", quoted(kind), "'absolute'")
    }
    try keys.require("is_decoder", false, because: "a BERT decoder gives no text embeddings")
    var configuration = try stack(family, &keys)
    configuration.tokenTypes = try keys.integer("type_vocab_size", in: ShapeLimits.types, default: 2)
    let isRoBERTa = [.roberta, .xlmRoberta, .camembert].contains(family)
    try configuration.readPositions(&keys, skippingPads: isRoBERTa)
    if family == .ernie, try keys.bool("use_task_id", default: false) {
      configuration.taskTypes = try keys.integer("task_type_vocab_size", in: ShapeLimits.types, default: 3)
    }
    return configuration
  }

  /// MPNet: RoBERTa's positions, no token types, and a relative bias that all layers share.
  static func mpnet(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration {
    var configuration = try stack(.mpnet, &keys)
    try configuration.readPositions(&keys, skippingPads: true)
    // The reference skips id 1 and counts 32 buckets whatever the file says.
    configuration.positionTable?.skippedID = 1
    configuration.positions = configuration.positionTable?.positions
    let buckets = try keys.integer("relative_attention_num_buckets", in: 32...32, default: 32)
    configuration.relativeBias = RelativeBias(buckets: buckets, maximumDistance: 128)
    return configuration
  }

  /// DistilBERT: BERT without token types, under other keys.
  static func distilbert(_ keys: inout ConfigurationKeys) throws(CheckpointError) -> TransformerConfiguration
  {
    let layers = try keys.integer("n_layers", "num_hidden_layers", in: ShapeLimits.layers, default: 6)
    let hidden = try keys.integer("dim", "hidden_size", in: ShapeLimits.width, default: 768)
    let heads = try keys.integer("n_heads", "num_attention_heads", in: ShapeLimits.heads, default: 12)
    try keys.requireDivisor("n_heads", heads, of: "dim", hidden)
    var configuration = TransformerConfiguration(
      .distilbert, architecture: "DistilBertModel", layers: layers, hidden: hidden, heads: heads,
      intermediate: try keys.integer("hidden_dim", in: ShapeLimits.intermediate, default: 3072),
      activation: try keys.activation("activation", default: .gelu), normEpsilon: 1e-12,
      vocabulary: try keys.integer("vocab_size", in: ShapeLimits.vocabulary, default: 30_522))
    try configuration.readPositions(&keys, skippingPads: false)
    return configuration
  }

  private static func stack(
    _ family: Family, _ keys: inout ConfigurationKeys
  ) throws(CheckpointError) -> TransformerConfiguration {
    let defaults = defaults(family)
    let layers = try keys.integer("num_hidden_layers", in: ShapeLimits.layers, default: 12)
    let hidden = try keys.integer("hidden_size", in: ShapeLimits.width, default: 768)
    let heads = try keys.integer("num_attention_heads", in: ShapeLimits.heads, default: 12)
    try keys.requireDivisor("num_attention_heads", heads, of: "hidden_size", hidden)
    return TransformerConfiguration(
      family, architecture: defaults.architecture, layers: layers, hidden: hidden, heads: heads,
      intermediate: try keys.integer("intermediate_size", in: ShapeLimits.intermediate, default: 3072),
      activation: try keys.activation("hidden_act", default: .gelu),
      normEpsilon: try keys.number("layer_norm_eps", in: ShapeLimits.epsilon, default: 1e-12),
      vocabulary: try keys.integer("vocab_size", in: ShapeLimits.vocabulary, default: defaults.vocabulary))
  }

  /// Reads the position table; where positions skip pads, some of its rows are never reached.
  private mutating func readPositions(
    _ keys: inout ConfigurationKeys, skippingPads: Bool
  ) throws(CheckpointError) {
    let key = "max_position_embeddings"
    let rows = try keys.integer(key, in: ShapeLimits.positions, default: 512)
    padTokenID = try keys.optionalInteger(
      "pad_token_id", in: 0...(vocabulary - 1), default: Self.defaults(family).padTokenID)
    var table = PositionTable(rows: rows)
    if skippingPads {
      guard let padTokenID else {
        throw keys.file.invalid("pad_token_id", "null", "the id that positions skip")
      }
      table.skippedID = padTokenID
      guard table.positions >= 3 else {
        throw keys.file.invalid(
          key, "\(rows)", "at least \(padTokenID + 4): positions begin after the pad id")
      }
    }
    positionTable = table
    positions = table.positions
  }
}
