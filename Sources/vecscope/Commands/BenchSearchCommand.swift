import ArgumentParser
import Foundation
import Kernels
import Recipes
import Retrieval

/// `bench search`: exact search, beside what memory allows and beside a search of all f32 vectors.
struct BenchSearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Measure exact search of made-up or given vectors.",
    discussion: """
      A search reads the codes of all rows, a byte a value, and then the f32 vectors of the rows that can still win. \
      Beside it, in turns, the same threads read as many bytes and do nothing else, and search the f32 vectors of \
      all rows; every answer of both is compared.

      With --preview codes alone are kept, so that 10,000,000 rows fit the memory of a small machine: measured are \
      the search by codes, exact relative to them, and the first look by sign bits, which is not exact.
      """)

  @Option(help: "How many vectors are searched.")
  var rows = 100_000

  @Option(help: "How long a vector is.")
  var dimensions = 384

  @Option(help: "How near two vectors are.")
  var metric: Metric = .cosine

  @Option(help: "How many neighbours are sought.")
  var top = 10

  @Option(help: "How often the search is repeated.")
  var repeats = 20

  @Option(
    help: "What the vectors are like: uniform random numbers, or groups of near neighbours, as texts give.")
  var data: BenchVectors.Kind = .random

  @Option(
    help: "A file of little-endian f32 rows to be searched, instead of made-up ones.", completion: .file())
  var vectors: String?

  @Flag(help: "Keep codes alone, and measure the first look by sign bits.")
  var preview = false

  @Option(help: "With --preview: how many times --top rows are compared by their codes.")
  var oversampling = 100

  @OptionGroup var model: ModelOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if repeats < 1 { throw ValidationError("--repeats \(repeats) is out of range: 1 or more") }
    // Codes, and the vectors where they are kept; a machine needs memory for other things too.
    let memory = ProcessInfo.processInfo.physicalMemory
    guard (1...1 << 32).contains(rows), (1...1 << 20).contains(dimensions),
      Double(rows) * Double(dimensions) * (preview ? 1.2 : 5.2) <= 0.8 * Double(memory)
    else {
      throw ValidationError(
        "--rows \(rows) × --dimensions \(dimensions) is out of range for \(memory >> 30) GiB of memory")
    }
    if top < 1 { throw ValidationError("--top \(top) is out of range: 1 or more") }
    if !(1...1_000_000).contains(oversampling) {
      throw ValidationError("--oversampling \(oversampling) is out of range: 1 to 1000000")
    }
    if preview, vectors != nil {
      throw ValidationError("--preview makes its vectors up; leave out --vectors")
    }
  }

  func run() async throws {
    let team = WorkerTeam(threads: try Settings().threads(model.threads) ?? WorkerTeam.defaultThreads)
    let source = BenchVectors(kind: data, dimensions: dimensions)
    var report = BenchReport()
    report.add("kernels", ScanKernels(model.kernelSet).description)
    report.add("threads", team.threads, "")
    report.add("metric", metric.rawValue)
    report.add("data", vectors ?? data.rawValue)
    if preview {
      try await measurePreview(source, team, &report)
    } else {
      try await measureExact(source, team, &report)
    }
    try report.print(json: json)
  }

  // MARK: Exact

  private func measureExact(
    _ source: BenchVectors, _ team: WorkerTeam, _ report: inout BenchReport
  ) async throws {
    let (matrix, queries) = try await searched(source, team)
    let (metric, top, kernels) = (metric, min(top, matrix.rows), model.kernelSet)
    var coding = Timings()
    let space = try await coding.measure {
      try await team.perform(.bulk) { VectorSpace(matrix, metric: metric, kernels: kernels, work: $0) }
    }
    var (search, memory, all) = (Timings(), Timings(), Timings())
    var (candidates, scored): ([Int], [Int]) = ([], [])
    for repetition in -2..<repeats {
      let query = queries[(repetition + 2) % queries.count]
      let reading = try await time {
        _ = try await team.perform(.interactive) { work in
          space.codes.segments.reduce(0) { $0 ^ $1.readThrough(work: work) }
        }
      }
      var found: [Neighbour] = []
      let searching = try await time {
        found = try await team.perform(.interactive) { space.nearest(to: query, top: top, work: $0) }
      }
      guard repetition >= 0 else { continue }
      memory.add(reading)
      search.add(searching)
      let counts = try await team.perform(.interactive) { space.codes.counts(query, top, matrix, $0) }
      candidates.append(counts.candidates)
      scored.append(counts.scored)
      guard repetition < max(3, repeats / 4) else { continue }
      var expected: [Neighbour] = []
      all.add(
        try await time {
          expected = try await team.perform(.interactive) {
            space.nearestByVectors(to: query, top: top, work: $0)
          }
        })
      guard found == expected else {
        throw CommandError.checkFailed("a search by codes found \(found), a search by f32 \(expected)")
      }
    }
    report.add("rows", matrix.rows, "")
    report.add("dimensions", matrix.columns, "")
    report.add("search", search, memory)
    report.add("coding", coding.median, "ms")
    report.add("candidates median", candidates.median, "rows")
    report.add("candidates most", candidates.max() ?? 0, "rows")
    report.add("scored median", scored.median, "rows")
    report.add("f32 median", all.median, "ms")
    report.add("f32 ratio to search", all.median / search.median, "")
  }

  private func searched(
    _ source: BenchVectors, _ team: WorkerTeam
  ) async throws -> (matrix: Matrix, queries: [[Float]]) {
    let (rows, dimensions) = (rows, dimensions)
    guard let vectors else {
      let matrix = try await team.perform(.bulk) { source.matrix(0..<rows, work: $0) }
      return (matrix, source.queries)
    }
    let matrix: Matrix
    do {
      let mapping = try FileMapping(path: vectors)
      let rows = mapping.count / (4 * dimensions)
      guard rows > 0, mapping.count == rows * dimensions * 4 else {
        throw CommandError.usage("\(vectors) has \(mapping.count) bytes, no whole rows of \(dimensions) f32")
      }
      matrix = Matrix(rows: rows, columns: dimensions, mapping: mapping)
    } catch let failure as FileMapping.Failure {
      throw CommandError.cannotRead(path: failure.file, reason: failure.reason)
    }
    return (matrix, (0..<32).map { matrix.row($0 * (matrix.rows - 1) / 31) })
  }

  // MARK: Preview

  private func measurePreview(
    _ source: BenchVectors, _ team: WorkerTeam, _ report: inout BenchReport
  ) async throws {
    let space = try await coded(source, team)
    let first = try await team.perform(.bulk) { SignPreview(space, work: $0) }
    let (top, oversampling) = (min(top, rows), oversampling)
    var (search, memory, look, signs) = (Timings(), Timings(), Timings(), Timings())
    var overlaps: [Double] = []
    for repetition in -2..<repeats {
      let query = source.queries[(repetition + 2) % source.queries.count]
      let times = [
        try await time {
          _ = try await team.perform(.interactive) { work in
            space.segments.reduce(0) { $0 ^ $1.readThrough(work: work) }
          }
        },
        try await time { _ = try await team.perform(.interactive) { first.readThrough(work: $0) } },
      ]
      var (exact, near): ([Neighbour], [Neighbour]) = ([], [])
      let searching = try await time {
        exact = try await team.perform(.interactive) { work in
          space.nearestByCodes(to: query, top: top, work: work).neighbours
        }
      }
      let looking = try await time {
        near = try await team.perform(.interactive) { work in
          first.nearest(to: query, top: top, oversampling: oversampling, work: work).neighbours
        }
      }
      guard repetition >= 0 else { continue }
      memory.add(times[0])
      signs.add(times[1])
      search.add(searching)
      look.add(looking)
      overlaps.append(
        Double(Set(exact.map(\.row)).intersection(near.map(\.row)).count) / Double(max(1, exact.count)))
    }
    report.add("rows", space.count, "")
    report.add("dimensions", dimensions, "")
    report.add("search by codes", search, memory)
    report.add("preview", look, signs)
    report.add("preview answer", "approximate")
    report.add("preview overlap at \(top)", overlaps.reduce(0, +) / Double(overlaps.count), "")
  }

  /// The codes of all rows, made in batches.
  private func coded(_ source: BenchVectors, _ team: WorkerTeam) async throws -> CodedSpace {
    var space = CodedSpace(dimensions: dimensions, metric: metric, kernels: model.kernelSet)
    for start in stride(from: 0, to: rows, by: CodedSpace.segmentLimit) {
      let (before, range) = (space, start..<min(rows, start + CodedSpace.segmentLimit))
      space = try await team.perform(.bulk) { work in
        var space = before
        space.add(source.matrix(range, work: work), rows: Array(range), work: work)
        return space
      }
    }
    return space
  }

  private func time(_ work: () async throws -> Void) async rethrows -> Duration {
    let start = ContinuousClock.now
    try await work()
    return ContinuousClock.now - start
  }
}

extension BenchReport {
  /// Times of a search beside those of reading as many bytes.
  fileprivate mutating func add(_ name: String, _ search: Timings, _ memory: Timings) {
    add("\(name) median", search.median, "ms")
    add("\(name) least", search.percentile(0), "ms")
    add("\(name) p99", search.percentile(0.99), "ms")
    add("\(name) memory limit", memory.median, "ms")
    add("\(name) memory least", memory.percentile(0), "ms")
    add("\(name) ratio to memory", search.median / memory.median, "")
  }
}

extension CodedSpace {
  /// How many rows could win by their codes, and how many were scored by their vectors.
  fileprivate func counts(
    _ query: [Float], _ top: Int, _ matrix: Matrix, _ work: Work
  ) -> (candidates: Int, scored: Int) {
    var shortlist = shortlist(nearestTo: query, top: top, work: work)
    while !shortlist.wanted.isEmpty {
      let vectors = Matrix(rows: shortlist.wanted.count, columns: dimensions)
      for (index, row) in shortlist.wanted.enumerated() { vectors.copyRow(row, of: matrix, to: index) }
      shortlist.score(vectors, work: work)
    }
    return (shortlist.candidateCount, shortlist.scoredCount)
  }
}

extension [Int] {
  fileprivate var median: Int { isEmpty ? 0 : sorted()[count / 2] }
}
