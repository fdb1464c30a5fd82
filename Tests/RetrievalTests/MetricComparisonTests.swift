import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct MetricComparisonTests {
  @Test func retrievesWhatASearchByEachMetricWould() async throws {
    let documents = SeededGenerator.matrix(500, 24, seed: 1)
    for row in 0..<500 { documents.setRow(row, documents.row(row).map { $0 * Float(1 + row % 9) }) }
    let query = SeededGenerator.fractions(24, seed: 2)
    let comparison = try MetricComparison(query: query, documents: documents, k: 12)
    #expect(comparison.retrievals.map(\.metric) == Metric.allCases)
    let first = comparison.retrievals[0].neighbours.map(\.row)
    for retrieval in comparison.retrievals {
      let expected = VectorSpace(documents, metric: retrieval.metric).nearest(to: query, top: 12)
      #expect(retrieval.neighbours == expected)
      #expect(retrieval.comparison == RankComparison(first, expected.map(\.row), depth: 12))
      for (neighbour, norm) in zip(retrieval.neighbours, retrieval.norms) {
        let squared = documents.row(neighbour.row).reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(norm - squared.squareRoot()) < 1e-5 * norm)
        #expect(comparison.norms[neighbour.row] == norm)
      }
      #expect(retrieval.values(in: Array(0..<500)) == expected.map(\.row))
    }
    let team = WorkerTeam(threads: 2)
    #expect(
      try await team.perform(.bulk) {
        try MetricComparison(query: query, documents: documents, k: 12, work: $0)
      }
        == comparison)
  }

  @Test func theDotProductFavoursLongVectorsAndDistanceShortOnes() throws {
    let rows = Matrix(rows: 3, columns: 2, values: [1, 0.1, 9, 5, 0.4, 0.3])
    let comparison = try MetricComparison(
      query: [0.5, 0], documents: rows, k: 1, metrics: [.cosine, .dot, .euclidean])
    #expect(
      comparison.retrievals.map { $0.values(in: ["aligned", "long", "short"]) } == [
        ["aligned"], ["long"], ["short"],
      ])
  }

  @Test func ofNothingIsEmpty() throws {
    let comparison = try MetricComparison(query: [1, 2], documents: Matrix(rows: 0, columns: 2))
    #expect(comparison.retrievals.allSatisfy { $0.neighbours.isEmpty && $0.comparison.overlap == 1 })
    #expect(comparison.norms.isEmpty)
    let one = try MetricComparison(query: [1, .nan], documents: Matrix(rows: 1, columns: 2), k: 5)
    #expect(one.retrievals.allSatisfy { $0.neighbours.map(\.row) == [0] })
  }
}
