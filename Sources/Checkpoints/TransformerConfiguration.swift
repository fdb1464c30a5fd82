import JSONText

/// What an encoder is made of: the facts that `config.json` declares, in one form for all families.
public struct TransformerConfiguration: Equatable, Sendable {
  /// The kinds of encoder that can be built; the raw value is `model_type`.
  public enum Family: String, CaseIterable, Sendable {
    case bert, roberta, camembert, ernie, distilbert, mpnet, t5, gpt2, gptj, bloom
    case llama, mistral, qwen2, qwen3, modernbert
    case xlmRoberta = "xlm-roberta"
    case gptNeo = "gpt_neo"
    case nomicBERT = "nomic_bert"
    case gemma3Text = "gemma3_text"
    /// A table of vectors alone, which has no `config.json`.
    case fixedTable = "static"

    /// The families that `config.json` can name.
    static let declared = allCases.filter { $0 != .fixedTable }
  }

  public var family: Family
  /// The class that the weights were saved from, such as `BertModel`.
  public var architecture: String
  public var layers: Int
  /// The width of a state.
  public var hidden: Int
  /// The heads of the queries.
  public var heads: Int
  /// The heads of keys and values, each shared by as many heads of queries as fit.
  public var keyValueHeads: Int
  public var headWidth: Int
  /// What the products of queries and keys are multiplied by.
  public var attentionScale: Float
  /// Each layer's window and rotation.
  public var attention: [LayerAttention]
  /// Whether each head's queries and keys are normalised.
  public var hasHeadNorms = false
  /// The width of the feed-forward part.
  public var intermediate: Int
  public var activation: ActivationFunction
  /// Whether the activation of one product multiplies another (GLU).
  public var isGated = false
  public var norm = NormKind.layer(hasBias: true)
  /// What is added to the variance in a norm.
  public var normEpsilon: Float
  public var placement = NormPlacement.post
  /// Whether the first layer has no norm before attention.
  public var skipsFirstNorm = false
  public var hasFinalNorm = false
  public var biases = LayerBiases.all
  public var hasEmbeddingNorm = true
  /// What word vectors are multiplied by.
  public var embeddingFactor: Float = 1
  public var positionTable: PositionTable?
  public var relativeBias: RelativeBias?
  /// Whether scores fall with distance at a slope by head (ALiBi, Press and others, 2021).
  public var hasSlopes = false
  /// How many tokens may be encoded; nil where nothing limits them.
  public var positions: Int?
  /// The rows of the table of token types; 0 where there is none.
  public var tokenTypes = 0
  /// The rows of the table of task types; 0 where there is none.
  public var taskTypes = 0
  public var vocabulary: Int
  public var padTokenID: Int?
  public var decoder: DecoderFacts?
  /// The keys that were absent, so that the reference library's defaults hold.
  public var assumedKeys: [String] = []

  public var modelType: String { family.rawValue }

  /// Reads `config.json`.
  ///
  /// - Throws: `unsupportedModelType`, `remoteCode`, or `invalidValue` for a value that no such model can have.
  init(_ file: ConfigurationFile) throws(CheckpointError) {
    guard let modelType = try file.string("model_type") else {
      throw file.invalid("model_type", "missing", Family.list)
    }
    guard let family = Family.declared.first(where: { $0.rawValue == modelType }) else {
      throw .unsupportedModelType(
        file: file.path, found: modelType, supported: Family.declared.map(\.rawValue).sorted())
    }
    if family != .nomicBERT { try Self.refuseRemoteCode(file) }
    var keys = ConfigurationKeys(file)
    switch family {
    case .bert, .roberta, .xlmRoberta, .camembert, .ernie: self = try .bertLike(family, &keys)
    case .mpnet: self = try .mpnet(&keys)
    case .distilbert: self = try .distilbert(&keys)
    case .t5: self = try .t5(&keys)
    case .gpt2: self = try .gpt2(&keys)
    case .gptNeo: self = try .gptNeo(&keys)
    case .gptj: self = try .gptj(&keys)
    case .bloom: self = try .bloom(&keys)
    case .llama, .mistral, .qwen2, .qwen3: self = try .llamaLike(family, &keys)
    case .gemma3Text: self = try .gemma3Text(&keys)
    case .modernbert: self = try .modernbert(&keys)
    case .nomicBERT: self = try .nomicBERT(&keys)
    case .fixedTable: self = .table(vocabulary: 0, hidden: 0)
    }
    if let name = try Self.architecture(file) { architecture = name }
    assumedKeys = keys.absent
  }

  /// A stack of BERT's form, for the families to change: full attention, norms after each sum, biases everywhere.
  init(
    _ family: Family, architecture: String, layers: Int, hidden: Int, heads: Int, intermediate: Int,
    activation: ActivationFunction, normEpsilon: Double, vocabulary: Int
  ) {
    self.family = family
    self.architecture = architecture
    self.layers = layers
    self.hidden = hidden
    self.heads = heads
    self.intermediate = intermediate
    self.activation = activation
    self.normEpsilon = Float(normEpsilon)
    self.vocabulary = vocabulary
    keyValueHeads = heads
    headWidth = heads > 0 ? hidden / heads : 0
    attentionScale = headWidth > 0 ? 1 / Float(headWidth).squareRoot() : 1
    attention = [LayerAttention](repeating: LayerAttention(window: .all), count: layers)
  }

  /// A table of word vectors without any layer (model2vec, StaticEmbedding): its rows are layer 0.
  public static func table(vocabulary: Int, hidden: Int) -> TransformerConfiguration {
    var table = TransformerConfiguration(
      .fixedTable, architecture: "StaticEmbedding", layers: 0, hidden: hidden, heads: 0, intermediate: 0,
      activation: .identity, normEpsilon: 0, vocabulary: vocabulary)
    table.hasEmbeddingNorm = false
    table.biases = .none
    return table
  }

  private static func architecture(_ file: ConfigurationFile) throws(CheckpointError) -> String? {
    guard let value = file.value("architectures") else { return nil }
    guard case .array(let names) = value, case .string(let name)? = names.first else {
      throw file.invalid("architectures", value.summary, "a list of class names")
    }
    return name
  }

  /// A model whose base class or configuration comes as code computes something else than its model type says.
  ///
  /// Not asked of nomic-bert, which was published as code, and whose computation is a family here.
  private static func refuseRemoteCode(_ file: ConfigurationFile) throws(CheckpointError) {
    guard let map = try file.object("auto_map") else { return }
    for key in ["AutoModel", "AutoConfig"] {
      if case .string(let code)? = map[key] { throw .remoteCode(file: file.path, what: "auto_map: \(code)") }
    }
  }
}

extension TransformerConfiguration.Family {
  static var list: String { "one of " + declared.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ") }
}

/// The ranges within which the numbers of a shape are believed.
enum ShapeLimits {
  static let layers = 1...512
  static let width = 1...65_536
  static let heads = 1...1024
  static let intermediate = 1...1_048_576
  static let positions = 3...16_777_216
  static let types = 1...1024
  static let vocabulary = 1...16_777_216
  static let epsilon = 0.0...1.0
}
