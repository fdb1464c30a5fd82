import ArgumentParser
import Corpora
import Embedding
import JSONText
import Kernels
import Recipes
import Retrieval
import Screen

/// `similarity`: the matrix of similarities among texts.
struct SimilarityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similarity", abstract: "Compare every text with every other.")

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table
    case csv
    case json
    case heatmap
  }

  @OptionGroup var input: InputOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions

  @Option(help: "Which side of a search the texts stand on: it decides the prompt.")
  var role: Role = .none

  @Option(help: "How near two vectors are; the default is the model's own.")
  var metric: Metric?

  @Option(help: "Output format.")
  var format: Format = .table

  @Option(help: "Colours of --format heatmap.")
  var color: ColorChoice = .auto

  @Option(help: "Write here instead of standard output.")
  var output: String?

  func run() async throws {
    let output = try Output(path: output)
    let texts = try input.read()
    let workbench = try await Workbench.open(model, recipe.precision)
    let encodings = try workbench.encodings(recipe, role: role, metric: metric)
    let vectors = try await workbench.embed(texts, encodings).vectors
    let metric = encodings.any.metric
    let matrix = similarities(vectors, vectors, metric: metric, kernels: workbench.embedder.kernels)
    let table = SimilarityTable(texts: texts.map(\.text), metric: metric, matrix: matrix)
    switch format {
    case .json: try output.writeLine(table.json.text)
    case .csv: try output.write(table.csv)
    case .table: try output.write(table.plain)
    case .heatmap: try output.write(table.heatmap(depth: color.depth(isTerminal: output.isTerminal)))
    }
    try output.finish()
  }
}
