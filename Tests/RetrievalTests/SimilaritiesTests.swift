import Kernels
import Recipes
import Retrieval
import Testing

struct SimilaritiesTests {
  @Test(arguments: KernelSet.supported, Metric.allCases)
  func twoVectorsHaveOneScoreWhicheverIsTheQuery(kernels: KernelSet, metric: Metric) {
    let vectors = VectorSpaceTests.matrix(VectorSpaceTests.random(30, 37, seed: 4), dimensions: 37)
    let scores = similarities(vectors, vectors, metric: metric, kernels: kernels)
    for (row, column) in (0..<30).flatMap({ row in (0..<row).map { (row, $0) } }) {
      #expect(scores.row(row)[column] == scores.row(column)[row])
    }
  }

  @Test(arguments: Metric.allCases)
  func areTheScoresOfASearch(metric: Metric) async throws {
    let a = VectorSpaceTests.random(7, 33, seed: 1) + [[Float](repeating: 0, count: 33)]
    let b = VectorSpaceTests.random(70, 33, seed: 2) + [[Float](repeating: .nan, count: 33)]
    let left = VectorSpaceTests.matrix(a, dimensions: 33)
    let right = VectorSpaceTests.matrix(b, dimensions: 33)
    let scores = similarities(left, right, metric: metric)
    #expect(scores.rows == 8 && scores.columns == 71)
    let space = VectorSpace(right, metric: metric)
    for (index, query) in a.enumerated() {
      let row = scores.row(index)
      for neighbour in space.nearest(to: query, top: 71) {
        #expect(neighbour.score.bitPattern == row[neighbour.row].bitPattern)
      }
    }
    let team = WorkerTeam(threads: 2)
    let shared = try await team.perform(.bulk) { similarities(left, right, metric: metric, work: $0) }
    #expect(shared.values.map(\.bitPattern) == scores.values.map(\.bitPattern))
  }

  @Test func ofNothingAreEmpty() {
    let scores = similarities(Matrix(rows: 0, columns: 2), Matrix(rows: 3, columns: 2), metric: .cosine)
    #expect(scores.rows == 0 && scores.columns == 3)
  }

  @Test func marginsAreTheStepsBetweenScores() {
    let neighbours = [(4, 0.75), (2, 0.5), (9, 0.5)].map { Neighbour(row: $0.0, score: Float($0.1)) }
    #expect(neighbours.margins == [0.25, 0, nil])
    #expect([Neighbour]().margins.isEmpty)
  }
}
