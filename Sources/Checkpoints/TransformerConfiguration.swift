import JSONText

/// What `config.json` says about the shape of an encoder.
public struct TransformerConfiguration: Equatable, Sendable {
  /// The kinds of encoder that can be built; the raw value is `model_type`.
  public enum Family: String, CaseIterable, Sendable {
    case bert
  }

  public var family: Family
  /// The class that the weights were saved from, such as `BertModel`.
  public var architecture: String
  public var layers: Int
  public var hidden: Int
  public var heads: Int
  /// The width of the feed-forward part.
  public var intermediate: Int
  public var activation: ActivationFunction
  /// What is added to the variance in a layer norm.
  public var normEpsilon: Float
  /// How many tokens the position table allows.
  public var positions: Int
  public var tokenTypes: Int
  public var vocabulary: Int
  public var padTokenID: Int?
  /// The keys that were absent, so that the reference library's defaults hold.
  public var assumedKeys: [String]

  public var modelType: String { family.rawValue }

  /// Reads `config.json`.
  ///
  /// - Throws: `unsupportedModelType`, `remoteCode`, or `invalidValue` for a value that no such model can have.
  init(_ file: ConfigurationFile) throws(CheckpointError) {
    guard let modelType = try file.string("model_type") else {
      throw file.invalid("model_type", "missing", Family.list)
    }
    guard let family = Family(rawValue: modelType) else {
      throw .unsupportedModelType(
        file: file.path, found: modelType, supported: Family.allCases.map(\.rawValue))
    }
    try Self.refuseRemoteCode(file)
    switch family {
    case .bert: self = try Self.bert(file)
    }
  }

  private init(family: Family, architecture: String, activation: ActivationFunction, keys: inout ShapeKeys)
    throws(CheckpointError)
  {
    self.family = family
    self.architecture = architecture
    self.activation = activation
    layers = try keys.integer("num_hidden_layers", 1...512, default: 12)
    hidden = try keys.integer("hidden_size", 1...65_536, default: 768)
    heads = try keys.integer("num_attention_heads", 1...1024, default: 12)
    intermediate = try keys.integer("intermediate_size", 1...1_048_576, default: 3072)
    normEpsilon = Float(try keys.number("layer_norm_eps", 0...1, default: 1e-12))
    positions = try keys.integer("max_position_embeddings", 3...1_048_576, default: 512)
    tokenTypes = try keys.integer("type_vocab_size", 1...1024, default: 2)
    vocabulary = try keys.integer("vocab_size", 1...16_777_216, default: 30_522)
    padTokenID = try keys.optionalInteger("pad_token_id", 0...(vocabulary - 1), default: 0)
    assumedKeys = keys.absent
  }

  /// BERT, and everything that is saved as `bert` (MacBERT, BGE, E5, GTE, MiniLM, RetroMAE, …).
  private static func bert(_ file: ConfigurationFile) throws(CheckpointError) -> TransformerConfiguration {
    if let kind = try file.string("position_embedding_type"), kind != "absolute" {
      throw file.invalid("position_embedding_type", quoted(kind), "'absolute'")
    }
    if try file.bool("is_decoder") == true {
      throw file.invalid("is_decoder", "true", "false: a BERT decoder gives no text embeddings")
    }
    var keys = ShapeKeys(file: file)
    let activation = try ActivationFunction(file, key: "hidden_act") ?? .gelu
    if !file.has("hidden_act") { keys.absent.append("hidden_act") }
    let configuration = try TransformerConfiguration(
      family: .bert, architecture: try architecture(file) ?? "BertModel", activation: activation, keys: &keys)
    guard configuration.hidden % configuration.heads == 0 else {
      throw file.invalid(
        "num_attention_heads", "\(configuration.heads)",
        "a divisor of 'hidden_size', which is \(configuration.hidden)")
    }
    return configuration
  }

  private static func architecture(_ file: ConfigurationFile) throws(CheckpointError) -> String? {
    guard let value = file.value("architectures") else { return nil }
    guard case .array(let names) = value, case .string(let name)? = names.first else {
      throw file.invalid("architectures", value.summary, "a list of class names")
    }
    return name
  }

  /// A model whose base class or configuration comes as code computes something else than its model type says.
  private static func refuseRemoteCode(_ file: ConfigurationFile) throws(CheckpointError) {
    guard let map = try file.object("auto_map") else { return }
    for key in ["AutoModel", "AutoConfig"] {
      if case .string(let code)? = map[key] { throw .remoteCode(file: file.path, what: "auto_map: \(code)") }
    }
  }
}

extension TransformerConfiguration.Family {
  static var list: String { "one of " + allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") }
}

/// Reads the numbers of a shape, and remembers which keys were absent.
private struct ShapeKeys {
  let file: ConfigurationFile
  var absent: [String] = []

  mutating func integer(
    _ key: String, _ range: ClosedRange<Int>, default standard: Int
  ) throws(CheckpointError) -> Int {
    if let value = try file.integer(key, in: range) { return value }
    guard !file.has(key) else { throw file.invalid(key, "null", "a whole number") }
    absent.append(key)
    return standard
  }

  mutating func number(
    _ key: String, _ range: ClosedRange<Double>, default standard: Double
  ) throws(CheckpointError) -> Double {
    if let value = try file.number(key, in: range) { return value }
    guard !file.has(key) else { throw file.invalid(key, "null", "a number") }
    absent.append(key)
    return standard
  }

  /// As `integer`, for a key that may be null.
  mutating func optionalInteger(
    _ key: String, _ range: ClosedRange<Int>, default standard: Int
  ) throws(CheckpointError) -> Int? {
    if file.has(key) { return try file.integer(key, in: range) }
    absent.append(key)
    return standard
  }
}
