import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct ProjectionGraphTests {
  /// The distance by definition.
  private static func distance(_ a: [Float], _ b: [Float], _ metric: Metric) -> Double {
    let pairs = zip(a, b).map { (Double($0), Double($1)) }
    switch metric {
    case .cosine, .dot:
      let norms = pairs.reduce(0) { $0 + $1.0 * $1.0 } * pairs.reduce(0) { $0 + $1.1 * $1.1 }
      return norms > 0 ? 1 - pairs.reduce(0) { $0 + $1.0 * $1.1 } / norms.squareRoot() : 1
    case .euclidean: return pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    case .manhattan: return pairs.reduce(0) { $0 + abs($1.0 - $1.1) }
    }
  }

  @Test(arguments: Metric.allCases)
  func hasTheNearestByDefinition(metric: Metric) throws {
    let set = ProjectionSets.clusters.rows(0..<150)
    var done = 0
    let graph = try NeighbourGraph(set, neighbours: 7, metric: metric) { done = $0 }
    #expect(graph.count == 150 && graph.neighbours == 7 && done == 150)
    for row in 0..<150 {
      let all = (0..<150).filter { $0 != row }
        .map { (row: $0, distance: Self.distance(set.row(row), set.row($0), metric)) }
        .sorted { $0.distance < $1.distance }
      let found = 7 * row..<7 * row + 7
      #expect(graph.rows[found].map { Int($0) } == all.prefix(7).map(\.row))
      expectClose(
        Array(graph.distances[found]), all.prefix(7).map { Float($0.distance) }, within: 1e-6,
        stage: "row \(row)")
    }
  }

  @Test(arguments: Metric.allCases)
  func saysThatEqualRowsAreAtNoDistance(metric: Metric) throws {
    let row = ProjectionSets.random(1, 50).values.map { $0 * 1e3 + 1e4 }
    let set = ProjectionSets.rows([[Float]](repeating: row, count: 40))
    let graph = try NeighbourGraph(set, neighbours: 3, metric: metric)
    #expect(graph.distances.allSatisfy { $0 == 0 })
    #expect(graph.rows[0..<3] == [1, 2, 3] && graph.rows[6..<9] == [0, 1, 3])
  }

  @Test func hasAsManyNeighboursAsThereAre() throws {
    let three = try NeighbourGraph(ProjectionSets.random(3, 4), neighbours: 15, metric: .cosine)
    #expect(three.neighbours == 2 && Set(three.rows[0..<2]) == [1, 2])
    for rows in [0, 1] {
      let none = try NeighbourGraph(ProjectionSets.random(rows, 4), neighbours: 15, metric: .dot)
      #expect(none.neighbours == 0 && none.rows.isEmpty && none.count == rows)
    }
    let zeros = try NeighbourGraph(Matrix(rows: 3, columns: 0), neighbours: 1, metric: .cosine)
    #expect(zeros.rows == [1, 0, 0])
  }

  @Test(arguments: Metric.allCases)
  func staysFiniteForHugeVectors(metric: Metric) throws {
    let set = ProjectionSets.rows([[3e38, 1], [-3e38, 3e38], [0x1p-130, -3e38], [3e38, 2]])
    let graph = try NeighbourGraph(set, neighbours: 3, metric: metric)
    #expect(graph.distances.allSatisfy(\.isFinite) && graph.rows[0] == 3)
  }

  @Test func refusesWhatIsNoNumber() {
    let set = ProjectionSets.rows([[1, .nan], [3, 4]])
    for metric in Metric.allCases {
      #expect(throws: ProjectionError.notFinite(row: 0)) {
        try NeighbourGraph(set, neighbours: 1, metric: metric)
      }
    }
  }

  @Test func doesNotDependOnTheThreads() async throws {
    let set = ProjectionSets.random(200, 20)
    let team = WorkerTeam(threads: 3)
    for metric in Metric.allCases {
      let alone = try NeighbourGraph(set, neighbours: 5, metric: metric)
      let shared = try await team.perform(.bulk) {
        try NeighbourGraph(set, neighbours: 5, metric: metric, work: $0)
      }
      #expect(alone.rows == shared.rows && alone.distances == shared.distances)
    }
  }
}
