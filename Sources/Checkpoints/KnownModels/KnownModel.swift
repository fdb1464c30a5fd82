public import Recipes

/// What is known of a published model whose files leave it out, by hub id.
///
/// The model's own files always come first: a fact of this table is used only where they are silent. Encoders without a
/// published way to pool (MacBERT, RoBERTa, ERNIE 3.0, GPT-2) are not in it.
public struct KnownModel: Equatable, Sendable {
  public var pooling: [Pooling]
  public var normalizes: Bool
  public var similarity = Metric.cosine
  /// The names `query` and `document` (or `passage`) stand for the roles; `task_query` and `task_document` for a task.
  public var prompts: [KnownPrompt] = []
  /// Prompts with places that the user fills in.
  public var templates: [String] = []
  /// Whether the encoder's own pooler, a dense layer and tanh, follows pooling.
  public var usesPooler = false
  public var joining: Joining?
  /// The token whose state is the vector, where not every tokenizer of the model adds it.
  public var endToken: String?
  public var poolsPrompt: Bool?
  /// In tokens, special ones included.
  public var maximumLength: Int?

  /// The entry for a hub id; a name without an organisation means one of sentence-transformers' own.
  public static func named(_ name: String) -> KnownModel? {
    all[name] ?? (name.contains("/") ? nil : all["sentence-transformers/" + name])
  }

  /// By hub id.
  public static let all: [String: KnownModel] = {
    var models: [String: KnownModel] = [:]
    for row in english + instructed + chinese { for id in row.ids { models[id] = row.model } }
    return models
  }()
}

/// A prompt of the table.
public struct KnownPrompt: Equatable, Sendable {
  public var name: String
  /// Put before a text as it stands, white space included.
  public var text: String
  public var markers: Markers?

  init(_ name: String, _ text: String, markers: Markers? = nil) {
    self.name = name
    self.text = text
    self.markers = markers
  }

  /// The prompt as a model's description lists it.
  var prompt: Prompt { Prompt(name: name, text: text, source: .table, markers: markers) }
}

/// The hub ids that the built-in table has, sorted.
public let knownModelIDs: [String] = KnownModel.all.keys.sorted()

/// A line of the table: models that share all facts.
struct KnownModelRow {
  var ids: [String]
  var model: KnownModel

  init(_ organisation: String, _ names: String, _ model: KnownModel) {
    ids = names.split(separator: " ").map { organisation + "/" + $0 }
    self.model = model
  }
}

extension KnownModel {
  static let cls = KnownModel(pooling: [.cls], normalizes: true)
  static let mean = KnownModel(pooling: [.mean], normalizes: true)
  static let lastToken = KnownModel(pooling: [.lastToken], normalizes: true)
  static let clsDot = KnownModel(pooling: [.cls], normalizes: false, similarity: .dot)
  static let meanDot = KnownModel(pooling: [.mean], normalizes: false, similarity: .dot)
  static let rawCLS = KnownModel(pooling: [.cls], normalizes: false)
  static let rawMean = KnownModel(pooling: [.mean], normalizes: false)
  static let rawWeightedMean = KnownModel(pooling: [.weightedMean], normalizes: false)

  /// The model with one fact changed.
  func with<Value>(_ fact: WritableKeyPath<KnownModel, Value>, _ value: Value) -> KnownModel {
    var model = self
    model[keyPath: fact] = value
    return model
  }

  /// The model with a prompt for queries and perhaps one for documents.
  func prompted(query: String, document: String? = nil) -> KnownModel {
    with(\.prompts, [KnownPrompt("query", query)] + (document.map { [KnownPrompt("document", $0)] } ?? []))
  }

  /// The model with tokens round queries and documents.
  func marked(query: Markers, document: Markers) -> KnownModel {
    with(
      \.prompts,
      [KnownPrompt("query", "", markers: query), KnownPrompt("document", "", markers: document)])
  }
}
