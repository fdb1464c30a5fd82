public import ArgumentParser
public import Recipes

extension Role: ExpressibleByArgument {}
extension Metric: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension HeadChoice: ExpressibleByArgument {}
extension Joining: ExpressibleByArgument {}

/// `declared`, `yes` or `no`.
enum Switch: String, CaseIterable, ExpressibleByArgument {
  case declared
  case yes
  case no

  var choice: Bool? {
    switch self {
    case .declared: nil
    case .yes: true
    case .no: false
    }
  }
}

/// `declared`, or poolings joined by `+`.
struct PoolingArgument: ExpressibleByArgument {
  static let allValueStrings = ["declared"] + Pooling.allCases.map(\.rawValue)

  var poolings: [Pooling]?

  var defaultValueDescription: String { poolings.map(Pooling.describe) ?? "declared" }

  init(poolings: [Pooling]?) { self.poolings = poolings }

  init?(argument: String) {
    if argument == "declared" {
      poolings = nil
      return
    }
    guard let parsed = Pooling.parse(argument) else { return nil }
    poolings = parsed
  }
}

/// The options of every command that makes vectors.
struct RecipeOptions: ParsableArguments {
  @Option(help: "Use a prompt that the model declares (or the built-in table knows).")
  var prompt: String?

  @Option(help: "Put this literal text before each text.")
  var prefix: String?

  @Option(help: "How prompt and text are joined (default: as the model's authors do).")
  var joining: Joining?

  @Option(help: "Whether the prompt's tokens are pooled.")
  var poolPrompt: Switch = .declared

  @Option(help: "Token states to one vector; several joined by '+' are concatenated.")
  var pooling = PoolingArgument(poolings: nil)

  @Option(help: "Hidden layer to pool: 0 is the embeddings, the default the last.")
  var layer: Int?

  @Option(help: "What follows pooling: the model's own layers, the encoder's pooler, or nothing.")
  var head: HeadChoice = .declared

  @Option(help: "Whether vectors are normalised.")
  var normalize: Switch = .declared

  @Option(help: "Keep the first N values (before normalising).")
  var dimensions: Int?

  @Option(help: "Arithmetic of the matrix products.")
  var precision: Precision?

  @Option(help: "The most tokens of a text, special tokens included.")
  var maxLength: Int?

  func validate() throws {
    if prompt != nil && prefix != nil {
      throw ValidationError("--prompt and --prefix exclude each other: give one of them")
    }
  }

  /// The choices, with the prompt on the side (or sides) that a role names.
  func overrides(promptFor role: Role, metric: Metric? = nil) -> RecipeOverrides {
    var overrides = RecipeOverrides()
    let choice: PromptChoice =
      if let prompt { .named(prompt) } else if let prefix { .literal(prefix) } else { .declared }
    if role == .document { overrides.documentPrompt = choice } else { overrides.queryPrompt = choice }
    overrides.poolsPrompt = poolPrompt.choice
    overrides.pooling = pooling.poolings
    overrides.layer = layer
    overrides.head = head == .declared ? nil : head
    overrides.joining = joining
    overrides.normalizes = normalize.choice
    overrides.dimensions = dimensions
    overrides.metric = metric
    overrides.precision = precision
    overrides.maximumLength = maxLength
    return overrides
  }
}
