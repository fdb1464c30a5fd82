import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct VectorSpaceTests {
  /// The score in f64, as the definition says, and how far rounding may be from it.
  static func reference(_ a: [Float], _ b: [Float], _ metric: Metric) -> (score: Double, tolerance: Double) {
    let a = a.map { Double($0) }
    let b = b.map { Double($0) }
    let rounding = Double(a.count / 4 + 8) * 0x1p-23
    let dot = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    let size = zip(a, b).reduce(0) { $0 + abs($1.0 * $1.1) }
    let norms = a.reduce(0) { $0 + $1 * $1 }.squareRoot() * b.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let differences = zip(a, b).map { $0 - $1 }
    switch metric {
    case .dot: return (dot, rounding * size)
    case .cosine: return norms == 0 ? (0, 0) : (dot / norms, rounding * (size / norms + 1))
    case .euclidean:
      let distance = differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return (-distance, rounding * distance)
    case .manhattan:
      let distance = differences.reduce(0) { $0 + abs($1) }
      return (-distance, rounding * distance)
    }
  }

  static func random(_ rows: Int, _ dimensions: Int, seed: UInt64) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    return (0..<rows).map { _ in (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) } }
  }

  static func matrix(_ rows: [[Float]], dimensions: Int) -> Matrix {
    Matrix(rows: rows.count, columns: dimensions, values: rows.flatMap { $0 })
  }

  @Test(arguments: Metric.allCases, [1, 3, 16, 100, 384])
  func agreesWithTheDefinition(metric: Metric, dimensions: Int) {
    for kernels in KernelSet.supported {
      let rows = Self.random(203, dimensions, seed: 1)
      let query = Self.random(1, dimensions, seed: 2)[0]
      let space = VectorSpace(Self.matrix(rows, dimensions: dimensions), metric: metric, kernels: kernels)
      let found = space.nearest(to: query, top: 203)
      #expect(Set(found.map(\.row)).count == 203)
      for neighbour in found {
        let (score, tolerance) = Self.reference(query, rows[neighbour.row], metric)
        #expect(abs(Double(neighbour.score) - score) <= tolerance, "\(kernels) row \(neighbour.row)")
      }
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
      for top in [0, 1, 2, 10, 202, 203, 1000] {
        #expect(space.nearest(to: query, top: top) == Array(found.prefix(top)))
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func equalScoresComeInTheOrderOfRows(metric: Metric) {
    var random = SeededGenerator(seed: 5)
    // Few distinct vectors, so that most scores are equal.
    let rows = (0..<5000).map { _ in [Float(Int.random(in: 0...1, using: &random)), 1] }
    let space = VectorSpace(Self.matrix(rows, dimensions: 2), metric: metric)
    let query: [Float] = [1, 0.5]
    let scores = rows.map { Self.reference(query, $0, metric).score }
    let expected = rows.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    for top in [1, 7, 2500, 5000] {
      #expect(space.nearest(to: query, top: top).map(\.row) == Array(expected.prefix(top)))
    }
  }

  @Test func anEmptySpaceFindsNothing() {
    #expect(VectorSpace(dimensions: 3, metric: .cosine).nearest(to: [1, 2, 3], top: 5).isEmpty)
    #expect(VectorSpace(Matrix(rows: 0, columns: 3), metric: .dot).nearest(to: [1, 2, 3], top: 5).isEmpty)
    let absent = VectorSpace(Matrix(rows: 2, columns: 1), isPresent: [false, false], metric: .dot)
    #expect(absent.nearest(to: [1], top: 5).isEmpty && absent.count == 0)
  }

  @Test(arguments: Metric.allCases)
  func whatIsNotANumberComesLastAndStaysSo(metric: Metric) {
    let rows: [[Float]] = [[.nan, 0], [1, 0], [0, .nan], [-1, 0]]
    let space = VectorSpace(Self.matrix(rows, dimensions: 2), metric: metric)
    let found = space.nearest(to: [1, 0], top: 4)
    #expect(found.map(\.row) == [1, 3, 0, 2])
    #expect(found[2].score.isNaN && found[3].score.isNaN)
    #expect(space.nearest(to: [1, 0], top: 2).map(\.row) == [1, 3])
    let lost = space.nearest(to: [.nan, 1], top: 2)
    #expect(lost.map(\.row) == [0, 1] && lost.allSatisfy(\.score.isNaN))
  }

  @Test func aVectorOfZerosScoresZeroByCosine() {
    let rows: [[Float]] = [[0, 0], [-1, 0], [1, 0]]
    let space = VectorSpace(Self.matrix(rows, dimensions: 2), metric: .cosine)
    #expect(
      space.nearest(to: [2, 0], top: 3) == [
        Neighbour(row: 2, score: 1), Neighbour(row: 0, score: 0), Neighbour(row: 1, score: -1),
      ])
    #expect(space.nearest(to: [0, 0], top: 3).map(\.score) == [0, 0, 0])
  }

  @Test func vectorsFarFromOneKeepTheirScores() {
    let rows: [[Float]] = [[3e-30, 4e-30], [3e30, 4e30], [-.leastNonzeroMagnitude, 0]]
    let space = VectorSpace(Self.matrix(rows, dimensions: 2), metric: .cosine)
    for query in [[Float(3e-8), 4e-8], [3e30, 4e30], [0.6, 0.8]] {
      let found = space.nearest(to: query, top: 3)
      #expect(Set(found.prefix(2).map(\.row)) == [0, 1])
      #expect(found.prefix(2).allSatisfy { abs($0.score - 1) < 1e-6 })
    }
    let far = VectorSpace(Self.matrix(rows, dimensions: 2), metric: .euclidean)
    #expect(abs(far.nearest(to: [0, 0], top: 3)[2].score / -5e30 - 1) < 1e-6)
    let infinite = VectorSpace(Self.matrix([[.infinity, 0]], dimensions: 2), metric: .cosine)
    #expect(infinite.nearest(to: [0, 0], top: 1)[0].score.isNaN)
  }

  @Test(arguments: Metric.allCases)
  func growsWithoutChangingAScore(metric: Metric) {
    let rows = Self.random(300, 24, seed: 7)
    let query = Self.random(1, 24, seed: 8)[0]
    let whole = VectorSpace(Self.matrix(rows, dimensions: 24), metric: metric)
    var random = SeededGenerator(seed: 9)
    var order = Array(rows.indices).shuffled(using: &random)
    var space = VectorSpace(dimensions: 24, metric: metric)
    var seen: Set<Int> = []
    while !order.isEmpty {
      let batch = Array(order.prefix(Int.random(in: 1...40, using: &random)))
      order.removeFirst(batch.count)
      let before = space
      space.add(Self.matrix(batch.map { rows[$0] }, dimensions: 24), rows: batch)
      #expect(before.count == seen.count && batch.allSatisfy { !before.contains(row: $0) })
      seen.formUnion(batch)
      let marks = rows.indices.map { seen.contains($0) }
      let masked = VectorSpace(Self.matrix(rows, dimensions: 24), isPresent: marks, metric: metric)
      let expected = whole.nearest(to: query, top: 300).filter { seen.contains($0.row) }
      #expect(space.count == seen.count && space.nearest(to: query, top: 300) == expected)
      #expect(masked.count == seen.count && masked.nearest(to: query, top: 300) == expected)
    }
    #expect(space.contains(row: 299) && !space.contains(row: 300) && !space.contains(row: -1))
  }

  @Test(arguments: Metric.allCases, [2, 3])
  func threadsGiveTheSameResult(metric: Metric, threads: Int) async throws {
    let rows = Self.random(2000, 384, seed: 11)
    let query = Self.random(1, 384, seed: 12)[0]
    let space = VectorSpace(Self.matrix(rows, dimensions: 384), metric: metric)
    let alone = space.nearest(to: query, top: 25)
    let team = WorkerTeam(threads: threads)
    for _ in 0..<5 {
      let found = try await team.perform(.interactive) { space.nearest(to: query, top: 25, work: $0) }
      #expect(found == alone)
    }
  }

  @Test func refusesOtherDimensionsAndRowsTwice() async {
    await #expect(processExitsWith: .failure) {
      _ = VectorSpace(Matrix(rows: 1, columns: 2), metric: .dot).nearest(to: [1], top: 1)
    }
    await #expect(processExitsWith: .failure) {
      var space = VectorSpace(Matrix(rows: 1, columns: 2), metric: .dot)
      space.add(Matrix(rows: 1, columns: 2), rows: [0])
    }
    await #expect(processExitsWith: .failure) {
      _ = similarities(Matrix(rows: 1, columns: 2), Matrix(rows: 1, columns: 3), metric: .dot)
    }
  }
}
