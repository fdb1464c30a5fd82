import ArgumentParser
import Embedding
import Indexing
import JSONText
import Recipes
import Screen

/// `explain`: what each token adds to the score of two texts.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show what each token adds to the score of a query and a text.",
    discussion: """
      Where the score is a sum over tokens, shares and bias add up to it. Elsewhere a share is what the score loses \
      when the token is left out and the rest is encoded again; special tokens and the prompt stay. The output says \
      which of the two it is.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
  }

  @Argument(help: "The query.")
  var query: String

  @Argument(help: "The text that is compared with it.")
  var text: String

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions

  @Option(help: "How near two vectors are; the default is the model's own.")
  var metric: Metric?

  @Option(help: "The most tokens of each side that are left out one by one.")
  var leaveOut = Explainer.Limits().leaveOneOutTokens

  @Option(help: "Output format.")
  var format: Format = .text

  @Option(
    help: "The matrix of --format text: cosines of token vectors, what pairs add to the score, or none.")
  var matrix: ExplanationReport.MatrixChoice = .similarities

  @Option(help: "Colours of the matrix.")
  var color: ColorChoice = .auto

  @Option(help: "Write here instead of standard output.")
  var output: String?

  func validate() throws {
    guard leaveOut >= 1 else { throw ValidationError("--leave-out \(leaveOut) is out of range: 1 or more") }
  }

  func run() async throws {
    let output = try Output(path: output)
    let workbench = try await Workbench.open(model, recipe.precision)
    let overrides = recipe.overrides(promptFor: .query, metric: metric)
    let recipe = try workbench.embedder.description.recipe(overrides).recipe
    let explainer = Explainer(workbench.embedder, limits: Explainer.Limits(leaveOneOutTokens: leaveOut))
    let report = ExplanationReport(try await explainer.explain(query: query, document: text, recipe: recipe))
    switch format {
    case .json: try output.writeLine(report.json.text)
    case .text: try output.write(report.text(matrix, depth: color.depth(isTerminal: output.isTerminal)))
    }
    try output.finish()
  }
}
