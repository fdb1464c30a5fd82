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

  @Option(help: "How many tokens are encoded together; the default is the program's own choice.")
  var batch: Int?

  @Option(help: "The query that is measured alone.")
  var query = "how do I get my money back after the trip was cancelled?"

  @Option(help: "How often each measurement is repeated.")
  var repeats = 5

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if repeats < 1 { throw ValidationError("--repeats \(repeats) is out of range: 1 or more") }
    if let batch, !(1...1_000_000).contains(batch) {
      throw ValidationError("--batch \(batch) is out of range: 1 to 1000000 tokens")
    }
  }

  func run() async throws {
    let texts = try readTexts()
    if texts.isEmpty { throw CorpusError.noTexts(paths: [input ?? "the sample"], skipped: 0) }
    let workbench = try await Workbench.open(model, precision)
    let embedder = workbench.embedder
    var overrides = RecipeOverrides()
    overrides.precision = precision
    let recipe = try embedder.description.recipe(overrides, queriesAs: .none).recipe
    var bench = EncoderBench(embedder: embedder, recipe: recipe, batchTokens: batch, repeats: repeats)
    bench.report.add("model", embedder.description.name)
    bench.report.add("kernels", embedder.kernels.description)
    bench.report.add("threads", embedder.team.threads, "")
    bench.report.add("precision", precision.rawValue)
    try await bench.measureQuery(query)
    bench.measureTokenizer(texts)
    try await bench.measureTexts(texts)
    if precision != .f32 { try await bench.measureLoss(texts) }
    try bench.report.print(json: json)
  }

  private func readTexts() throws -> [String] {
    if let input { return try InputFormat.lines.texts(path: input).map(\.text) }
    guard let sample = Resources.path("everyday-en.jsonl", in: .samples) else {
      throw CommandError.usage("the sample corpus is not beside the program; name texts with --input FILE")
    }
    return try CorpusReader.read([sample]).texts.map(\.embeddedText)
  }
}
