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

extension HeadLayer {
  /// The encoder's own pooler.
  public static func pooler(hidden: Int) -> HeadLayer {
    HeadLayer(
      kind: "Pooler", folder: "", inputDimensions: hidden, outputDimensions: hidden, activation: "tanh")
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
  /// The length that vectors are cut to; nil keeps all.
  public var dimensions: Sourced<Int?>
  /// How a prompt joins a text.
  public var joining: Sourced<Joining>
  /// Prompts with `{…}` where the user says something, such as `Represent the {domain} {type} for {objective}:`.
  public var promptTemplates: [String]
  /// Whether a decoder can give the pooling `decoder_first`.
  public var hasDecoder: Bool
  /// Whether the checkpoint has the encoder's own pooler (`HeadChoice.pooler`).
  public var hasPooler: Bool
  /// The names of the encoders of a model that has one for each side, such as `query` and `document`, the one for texts
  /// without a side first; else empty.
  public var routes: [String]
  /// The token that every text must end with, whether or not the tokenizer adds it; nil for none.
  public var endToken: String?
  /// Whether a special token stands behind every text; nil until the tokenizer is loaded.
  public var closesTexts: Bool?
  /// The maximum lengths of the routes, where they differ from `maximumLength`.
  public var routeLengths: [String: Int] = [:]

  public init(
    name: String, identity: String, modelType: String, architecture: String, layers: Int, hidden: Int,
    heads: Int, parameters: Int, vocabulary: Int, positions: Int?,
    dtype: String, files: [String],
    tokenizer: Sourced<String>, maximumLength: Sourced<Int>, pooling: Sourced<[Pooling]>,
    poolsPrompt: Sourced<Bool>, head: Sourced<[HeadLayer]>, normalizes: Sourced<Bool>,
    similarity: Sourced<Metric>, prompts: Sourced<[Prompt]>, defaultPromptName: Sourced<String?>,
    strip: Sourced<Bool>, dimensions: Sourced<Int?> = Sourced(nil, .declared),
    joining: Sourced<Joining> = Sourced(.asWritten, .assumed),
    promptTemplates: [String] = [], hasDecoder: Bool = false, hasPooler: Bool = false, routes: [String] = []
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
    self.dimensions = dimensions
    self.joining = joining
    self.promptTemplates = promptTemplates
    self.hasDecoder = hasDecoder
    self.hasPooler = hasPooler
    self.routes = routes
  }

  /// The encoder that a text of this role goes through; nil where the model has one for all.
  public func route(for role: Role) -> String? { Self.route(for: role, among: routes) }

  /// The most tokens of a text of this role, unless the user chose otherwise.
  func maximumLength(for role: Role) -> Int {
    route(for: role).flatMap { routeLengths[$0] } ?? maximumLength.value
  }

  /// The one of several encoders that a text of this role goes through; the first is the default.
  public static func route(for role: Role, among routes: [String]) -> String? {
    let names: [String] =
      switch role {
      case .query: ["query"]
      case .document: ["document", "passage", "corpus"]
      case .none: []
      }
    return names.first(where: routes.contains) ?? routes.first
  }

  /// Whether special tokens are put round a text; static models have none.
  public var addsSpecialTokens: Bool { modelType != "static" }

  /// What follows pooling unless the user chose otherwise.
  public var declaredHead: HeadChoice { head.value.isEmpty ? .none : .declared }

  /// What can follow pooling.
  public var headChoices: [HeadChoice] {
    (head.value.isEmpty ? [] : [.declared]) + [.none] + (hasPooler ? [.pooler] : [])
  }

  /// The layers that a choice of head means.
  public func layers(of choice: HeadChoice) -> [HeadLayer] {
    switch choice {
    case .declared: head.value
    case .none: []
    case .pooler: [HeadLayer.pooler(hidden: hidden)]
    }
  }

  /// The length of a vector before it is cut, for a pooling and what follows it.
  public func vectorDimensions(pooling: [Pooling], head choice: HeadChoice) -> Int {
    switch choice {
    case .declared: head.value.last?.outputDimensions ?? hidden * pooling.count
    case .none: hidden * pooling.count
    case .pooler: hidden
    }
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
