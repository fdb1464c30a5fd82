import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct BackgroundTests {
  @Test func percentilesAreABruteForceCount() throws {
    // Few distinct values, so that many are equal.
    let scores = SeededGenerator.fractions(997, seed: 1).map { ($0 * 50).rounded() / 50 }
    let background = Background(scores: scores)
    for score in scores + [-1, 0.011, 0.5, 2, .infinity, -.infinity] {
      let below = scores.filter { $0 < score }.count
      let equal = scores.filter { $0 == score }.count
      let expected = 100 * (Double(below) + Double(equal) / 2) / 997
      #expect(background.percentile(of: score) == Float(expected))
    }
    #expect(background.percentile(of: .infinity) == 100 && background.percentile(of: -.infinity) == 0)
    #expect(background.percentile(of: .nan) == nil)
  }

  @Test(arguments: Metric.allCases)
  func scoresEachTextAgainstAllOthers(metric: Metric) async throws {
    let queries = SeededGenerator.matrix(23, 16, seed: 2)
    let documents = SeededGenerator.matrix(23, 16, seed: 3)
    let background = Background(queries: queries, documents: documents, metric: metric)
    var expected: [Float] = []
    for query in 0..<23 {
      let found = VectorSpace(documents, metric: metric).nearest(to: queries.row(query), top: 23)
      expected += found.filter { $0.row != query }.map(\.score)
    }
    #expect(background.scores == expected.sorted() && background.scores.count == 23 * 22)
    #expect(background.notNumbers == 0)
    let shared = try await WorkerTeam(threads: 2).perform(.bulk) {
      Background(queries: queries, documents: documents, metric: metric, work: $0)
    }
    #expect(shared == background)
  }

  @Test func whatIsNotANumberIsKeptOutAndCounted() {
    let rows = Matrix(rows: 3, columns: 2, values: [1, 0, .nan, 1, 1, 1])
    let background = Background(queries: rows, documents: rows, metric: .dot)
    #expect(background.scores == [1, 1] && background.notNumbers == 4)
    #expect(background.mean == 1 && background.standardDeviation == 0)
    #expect(background.percentile(of: 1) == 50)
  }

  @Test func withoutScoresThereIsNoFigure() {
    for texts in [0, 1] {
      let rows = Matrix(rows: texts, columns: 2)
      let background = Background(queries: rows, documents: rows, metric: .cosine)
      #expect(background.scores.isEmpty && background.percentile(of: 0) == nil)
      #expect(background.mean == nil && background.standardDeviation == nil)
      #expect(background.quantile(0.5) == nil)
    }
  }

  // Made with numpy 2.4 from the same 101 numbers: quantile, mean and std in f64.
  @Test func momentsAndQuantilesAgreeWithNumpy() throws {
    let background = Background(scores: SeededGenerator.fractions(101, seed: 9))
    #expect(abs(try #require(background.mean) - 0.5030877141669245) < 1e-14)
    #expect(abs(try #require(background.standardDeviation) - 0.2944477981664081) < 1e-14)
    let quantiles: [(Double, Double)] = [
      (0, 0.0009203553199768066), (0.05, 0.05786985158920288), (0.123, 0.11348068714141846),
      (0.25, 0.2594720125198364), (0.5, 0.4917994737625122), (0.99, 0.9857513904571533),
      (1, 0.9901835322380066),
    ]
    for (share, expected) in quantiles {
      #expect(abs(Double(try #require(background.quantile(share))) - expected) < 1e-7)
    }
    #expect(background.quantile(-0.1) == nil && background.quantile(1.1) == nil)
    #expect(background.quantile(.nan) == nil)
  }

  // Made by Floyd's algorithm over SplitMix64 in Python.
  @Test func drawsTheSameRowsOnEveryPlatform() {
    #expect(Background.draw(10, of: 1000, seed: 7) == [16, 134, 248, 327, 386, 413, 450, 466, 579, 894])
    #expect(Background.draw(5, of: 6, seed: 1) == [1, 2, 3, 4, 5])
  }

  @Test func drawsDistinctRowsAndAllOfFew() {
    for total in [0, 1, 199, 200] {
      #expect(Background.draw(200, of: total, seed: 3) == Array(0..<total))
    }
    #expect(Background.draw(0, of: 10, seed: 3).isEmpty && Background.draw(5, of: -1, seed: 3).isEmpty)
    var counts = [Int](repeating: 0, count: 12)
    for seed in 0..<3000 {
      let rows = Background.draw(4, of: 12, seed: UInt64(seed))
      #expect(rows.count == 4 && zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 })
      for row in rows { counts[row] += 1 }
    }
    // Each row in a third of the draws: six standard deviations are 155.
    #expect(counts.allSatisfy { abs($0 - 1000) < 155 })
    #expect(Background.draw(200, of: .max, seed: 5).count == 200)
  }
}
