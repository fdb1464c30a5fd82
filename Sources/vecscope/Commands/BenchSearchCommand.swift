import ArgumentParser
import Kernels
import Recipes
import Retrieval

/// `bench search`: exact search of random vectors.
struct BenchSearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Measure exact search of random vectors.")

  @Option(help: "How many vectors are searched.")
  var rows = 100_000

  @Option(help: "How long a vector is.")
  var dimensions = 384

  @Option(help: "How near two vectors are.")
  var metric: Metric = .cosine

  @Option(help: "How often the search is repeated.")
  var repeats = 20

  @OptionGroup var model: ModelOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard rows >= 1, dimensions >= 1, repeats >= 1, rows <= 1 << 40 / (dimensions * 4) else {
      throw ValidationError("--rows \(rows) × --dimensions \(dimensions) is out of range")
    }
  }

  func run() async throws {
    let team = WorkerTeam(threads: try Settings().threads(model.threads) ?? WorkerTeam.defaultThreads)
    let kernels = model.kernelSet
    let (rows, dimensions) = (rows, dimensions)
    let vectors = try await team.perform(.bulk) { _ in Matrix.random(rows: rows, columns: dimensions) }
    let space = VectorSpace(vectors, metric: metric, kernels: kernels)
    let query = vectors.row(rows / 2)
    var timings = Timings()
    for _ in 0..<repeats {
      try await timings.measure {
        _ = try await team.perform(.interactive) { work in space.nearest(to: query, top: 10, work: work) }
      }
    }
    var report = BenchReport()
    report.add("kernels", kernels.description)
    report.add("threads", team.threads, "")
    report.add("rows", rows, "")
    report.add("dimensions", dimensions, "")
    report.add("search median", timings.median, "ms")
    report.add("search p99", timings.percentile(0.99), "ms")
    report.add("memory read", Double(rows * dimensions * 4) / timings.median / 1e6, "GB/s")
    try report.print(json: json)
  }
}

extension Matrix {
  /// Numbers in -1…1 that are the same at every run (a linear congruential sequence).
  fileprivate static func random(rows: Int, columns: Int) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    var state: UInt64 = 1
    for row in 0..<rows {
      let values = (0..<columns).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 33)) / Float(1 << 30) - 1
      }
      matrix.setRow(row, values)
    }
    return matrix
  }
}
