import Tokenization
import ArgumentParser
import Corpora
import Embedding
import Foundation
import Kernels
import Recipes
import Resources

/// `bench encode`: one query, and many texts.
struct BenchEncodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Measure the encoder: one short query, and many texts.")

  @Option(help: "A file of texts, a line each; the default is the English sample corpus.")
  var input: String?

  @OptionGroup var model: ModelOptions

  @Option(help: "Arithmetic of the matrix products.")
  var precision: Precision = .f32

  @Option(help: "The query that is measured alone.")
  var query = "how do I get my money back after the trip was cancelled?"

  @Option(help: "How often each measurement is repeated.")
  var repeats = 5

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if repeats < 1 { throw ValidationError("--repeats \(repeats) is out of range: 1 or more") }
  }

  func run() async throws {
    let texts = try readTexts()
    let workbench = try await Workbench.open(model, precision)
    let embedder = workbench.embedder
    var overrides = RecipeOverrides()
    overrides.precision = precision
    let recipe = try embedder.description.recipe(overrides, queriesAs: .none).recipe
    var report = BenchReport()
    report.add("model", embedder.description.name)
    report.add("kernels", embedder.kernels.description)
    report.add("threads", embedder.team.threads, "")
    report.add("precision", precision.rawValue)
    try await measureQuery(embedder, recipe, &report)
    try await measureTexts(texts, embedder, recipe, &report)
    try report.print(json: json)
  }

  private func readTexts() throws -> [String] {
    if let input { return try InputFormat.lines.texts(path: input).map(\.text) }
    guard let sample = Resources.path("everyday-en.jsonl", in: .samples) else {
      throw CommandError.usage("the sample corpus is not beside the program; name texts with --input FILE")
    }
    return try CorpusReader.read([sample]).texts.map(\.embeddedText)
  }

  private func measureQuery(
    _ embedder: TextEmbedder, _ recipe: Recipe, _ report: inout BenchReport
  ) async throws {
    var timings = Timings()
    let tokens = embedder.prepare(query, recipe.queries).tokens.ids.count
    for repetition in 0..<(20 + 20 * repeats) {
      let start = ContinuousClock.now
      _ = try await embedder.embed([query], recipe.queries, recipe.readout, priority: .interactive)
      if repetition >= 20 { timings.add(ContinuousClock.now - start) }
    }
    report.add("query tokens", tokens, "")
    report.add("query median", timings.median, "ms")
    report.add("query p99", timings.percentile(0.99), "ms")
  }

  private func measureTexts(
    _ texts: [String], _ embedder: TextEmbedder, _ recipe: Recipe, _ report: inout BenchReport
  ) async throws {
    var timings = Timings()
    var tokens = 0
    for repetition in 0...repeats {
      let start = ContinuousClock.now
      let result = try await embedder.embed(texts, recipe.queries, recipe.readout)
      if repetition > 0 { timings.add(ContinuousClock.now - start) }
      tokens = result.tokenCounts.reduce(0, +)
    }
    let seconds = timings.median / 1000
    let operations = embedder.description.matrixOperationsPerToken * Double(tokens)
    report.add("texts", texts.count, "")
    report.add("tokens", tokens, "")
    report.add("texts speed", Double(texts.count) / seconds, "texts/s")
    report.add("tokens speed", Double(tokens) / seconds, "tokens/s")
    report.add("arithmetic", operations / seconds / 1e9, "GFLOP/s")
  }
}

extension ModelDescription {
  /// Floating-point operations of the encoder's matrix products for one token; attention's own, which
  /// grow with the text, are left out.
  fileprivate var matrixOperationsPerToken: Double {
    2 * Double(parameters - vocabulary * hidden)
  }
}
