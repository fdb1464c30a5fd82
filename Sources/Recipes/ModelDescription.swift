/// One layer after pooling, as the model's files declare it.
public struct HeadLayer: Codable, Hashable, Sendable {
  /// The module's class, such as `Dense`.
  public var kind: String
  /// The module's folder, relative to the model's.
  public var folder: String
  public var inputDimensions: Int
  public var outputDimensions: Int
  /// `identity`, `tanh`, `relu`, `gelu`, `sigmoid`, `silu`.
  public var activation: String

  public init(kind: String, folder: String, inputDimensions: Int, outputDimensions: Int, activation: String) {
    self.kind = kind
    self.folder = folder
    self.inputDimensions = inputDimensions
    self.outputDimensions = outputDimensions
    self.activation = activation
  }
}

/// What a model's files declare, with the source of each fact.
public struct ModelDescription: Codable, Equatable, Sendable {
  /// How the user names it: a hub id, a short name or a folder.
  public var name: String
  /// The content hash that stands for the model in a recipe.
  public var identity: String
  /// `model_type` of `config.json`; `static` where there is none.
  public var modelType: String
  public var architecture: String
  public var layers: Int
  public var hidden: Int
  public var heads: Int
  public var parameters: Int
  public var vocabulary: Int
  /// How many tokens the positions allow; nil where nothing limits them (relative positions).
  public var positions: Int?
  /// The stored number format of the weights: `F32`, `F16`, `BF16`.
  public var dtype: String
  /// The files that were read, relative to the model's folder.
  public var files: [String]

  public var tokenizer: Sourced<String>
  public var maximumLength: Sourced<Int>
  public var pooling: Sourced<[Pooling]>
  public var poolsPrompt: Sourced<Bool>
  public var head: Sourced<[HeadLayer]>
  public var normalizes: Sourced<Bool>
  public var similarity: Sourced<Metric>
  public var prompts: Sourced<[Prompt]>
  public var defaultPromptName: Sourced<String?>
  public var strip: Sourced<Bool>

  public init(
    name: String, identity: String, modelType: String, architecture: String, layers: Int, hidden: Int,
    heads: Int, parameters: Int, vocabulary: Int, positions: Int?,
    dtype: String, files: [String],
    tokenizer: Sourced<String>, maximumLength: Sourced<Int>, pooling: Sourced<[Pooling]>,
    poolsPrompt: Sourced<Bool>, head: Sourced<[HeadLayer]>, normalizes: Sourced<Bool>,
    similarity: Sourced<Metric>, prompts: Sourced<[Prompt]>, defaultPromptName: Sourced<String?>,
    strip: Sourced<Bool>
  ) {
    self.name = name
    self.identity = identity
    self.modelType = modelType
    self.architecture = architecture
    self.layers = layers
    self.hidden = hidden
    self.heads = heads
    self.parameters = parameters
    self.vocabulary = vocabulary
    self.positions = positions
    self.dtype = dtype
    self.files = files
    self.tokenizer = tokenizer
    self.maximumLength = maximumLength
    self.pooling = pooling
    self.poolsPrompt = poolsPrompt
    self.head = head
    self.normalizes = normalizes
    self.similarity = similarity
    self.prompts = prompts
    self.defaultPromptName = defaultPromptName
    self.strip = strip
  }

  /// The length of a vector before it is cut, for a pooling and with or without the head.
  public func vectorDimensions(pooling: [Pooling], appliesHead: Bool) -> Int {
    if appliesHead, let last = head.value.last { return last.outputDimensions }
    return hidden * pooling.count
  }

  /// The prompt that a text of this role gets when the user asks for none in particular
  /// (sentence-transformers `encode_query`, `encode_document`, `encode`).
  public func declaredPrompt(for role: Role) -> Prompt {
    let names: [String] =
      switch role {
      case .query: ["query"]
      case .document: ["document", "passage", "corpus"]
      case .none: []
      }
    for name in names {
      if let prompt = prompt(named: name) { return prompt }
    }
    if let name = defaultPromptName.value, let prompt = prompt(named: name) { return prompt }
    return .empty
  }

  public func prompt(named name: String) -> Prompt? { prompts.value.first { $0.name == name } }
}
