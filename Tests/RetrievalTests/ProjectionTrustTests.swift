import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct ProjectionTrustTests {
  private static let set = ProjectionSets.clusters
  private static let layout = ProjectionSets.clusters.leadingColumns(2)

  /// Reference: `sklearn.manifold.trustworthiness(set, set[:, :2], n_neighbors=k, metric=…)`.
  @Test(arguments: [
    (5, Metric.euclidean, 0.66926712), (5, .cosine, 0.66587671), (5, .manhattan, 0.71607763),
    (15, .euclidean, 0.65583394), (15, .cosine, 0.65123065), (15, .manhattan, 0.70054633),
    (15, .dot, 0.65123065),
  ])
  func isThatOfScikitLearn(neighbours: Int, metric: Metric, expected: Double) throws {
    let trust = try Trust(Self.set, layout: Self.layout, neighbours: neighbours, metric: metric)
    #expect(abs(trust.overall - expected) < 1e-7)
    #expect(trust.rows.count == 300 && trust.neighbours == neighbours)
    let mean = trust.byRow.reduce(0) { $0 + Double($1) } / 300
    #expect(abs(mean - expected) < 1e-6 && trust.byRow.allSatisfy { (0...1).contains($0) })
  }

  @Test func marksDrawnNeighboursThatAreNone() throws {
    let trust = try Trust(Self.set, layout: Self.layout, neighbours: 5, metric: .euclidean)
    let real = try NeighbourGraph(Self.set, neighbours: 5, metric: .euclidean)
    let drawn = try NeighbourGraph(Self.layout, neighbours: 5, metric: .euclidean)
    #expect(trust.drawn == drawn.rows)
    for (place, row) in trust.drawn.enumerated() {
      let nearest = real.rows[place / 5 * 5..<place / 5 * 5 + 5]
      #expect(trust.isFalse[place] == !nearest.contains(row))
    }
  }

  /// More rows than ranks are taken of in f64, with the same answer as by definition.
  @Test func ofManyRowsIsThatOfTheDefinition() throws {
    let set = ProjectionSets.random(1100, 3)
    let layout = set.leadingColumns(2)
    let trust = try Trust(set, layout: layout, neighbours: 4, metric: .euclidean, sample: 20, seed: 3)
    #expect(trust.rows.count == 20 && trust.rows == trust.rows.sorted() && Set(trust.rows).count == 20)
    for (index, row) in trust.rows.enumerated() {
      func order(_ matrix: Matrix) -> [Int32] {
        let own = matrix.row(Int(row))
        let distances = (0..<1100).map { other in
          zip(own, matrix.row(other)).map { Double($0) - Double($1) }.reduce(0.0) { $0 + $1 * $1 }
        }
        let others = distances.indices.filter { $0 != Int(row) }
        return others.sorted { distances[$0] < distances[$1] }.map { Int32($0) }
      }
      let (real, drawn) = (order(set), order(layout).prefix(4))
      #expect(Array(trust.drawn[4 * index..<4 * index + 4]) == Array(drawn))
      let beyond = drawn.reduce(0) { $0 + max(0, (real.firstIndex(of: $1) ?? 0) - 3) }
      #expect(abs(Double(trust.byRow[index]) - (1 - 2 * Double(beyond) / (4 * (2200 - 12 - 1)))) < 1e-5)
    }
  }

  @Test func isWholeWhereNothingIsLost() throws {
    let flat = ProjectionSets.random(50, 2)
    let trust = try Trust(flat, layout: flat, neighbours: 10, metric: .euclidean)
    #expect(trust.overall == 1 && !trust.isFalse.contains(true))
    for rows in 0..<3 {
      let few = ProjectionSets.random(rows, 2)
      let trust = try Trust(few, layout: few, metric: .cosine)
      #expect(trust.overall == 1 && trust.neighbours == 0 && trust.byRow.count == rows)
    }
    let five = ProjectionSets.random(5, 2)
    #expect(try Trust(five, layout: five, metric: .euclidean).neighbours == 2)
  }

  @Test func standsEqualRowsAndFarPositions() throws {
    let set = ProjectionSets.rows([[Float]](repeating: [1, 2], count: 30))
    #expect(try Trust(set, layout: set, neighbours: 5, metric: .cosine).overall == 1)
    let far = ProjectionSets.rows((0..<30).map { [$0 % 2 == 0 ? 3e38 : -3e38, Float($0)] })
    let trust = try Trust(Self.set.rows(0..<30), layout: far, neighbours: 5, metric: .cosine)
    #expect((0...1).contains(trust.overall) && trust.drawn.allSatisfy { (0..<30).contains($0) })
  }

  @Test func refusesWhatIsNoNumber() {
    let set = ProjectionSets.random(6, 2)
    let broken = ProjectionSets.rows([[0, 0], [0, 0], [0, .infinity], [0, 0], [0, 0], [0, 0]])
    #expect(throws: ProjectionError.notFinite(row: 2)) { try Trust(set, layout: broken, metric: .cosine) }
    #expect(throws: ProjectionError.notFinite(row: 2)) { try Trust(broken, layout: set, metric: .cosine) }
  }

  @Test func doesNotDependOnTheThreads() async throws {
    let alone = try Trust(Self.set, layout: Self.layout, neighbours: 5, metric: .cosine)
    let team = WorkerTeam(threads: 3)
    let shared = try await team.perform(.bulk) { work in
      try Trust(Self.set, layout: Self.layout, neighbours: 5, metric: .cosine, work: work)
    }
    #expect(alone.overall == shared.overall && alone.drawn == shared.drawn && alone.isFalse == shared.isFalse)
  }
}

struct ProjectionPlacementTests {
  private static let layout = ProjectionSets.rows([[0, 0], [10, 0], [0, 10], [100, 100]])

  private static func place(_ scores: [Float]) -> (x: Float, y: Float)? {
    Retrieval.place(scores.enumerated().map { Neighbour(row: $0.offset, score: $0.element) }, in: layout)
  }

  @Test func isTheMeanOfEquallyNearRows() throws {
    let found = try #require(Self.place([0.5, 0.5, 0.5]))
    #expect(abs(found.x - 10.0 / 3) < 1e-5 && abs(found.y - 10.0 / 3) < 1e-5)
  }

  @Test func leansToTheNearestRow() throws {
    let found = try #require(Self.place([0.9, 0.5, 0.5]))
    #expect(found.x < 10.0 / 3 && found.y < 10.0 / 3 && found.x > 0)
    // The memberships of three rows sum to log₂ 4: 1, ½ and ½.
    #expect(abs(found.x - 2.5) < 1e-3 && abs(found.y - 2.5) < 1e-3)
    let scaled = try #require(Self.place([9, 5, 5]))
    #expect(abs(scaled.x - found.x) < 1e-3)
  }

  @Test func leavesOutScoresThatAreNoNumbers() throws {
    let found = try #require(Self.place([.nan, 0.5, .nan, -.infinity]))
    #expect(found.x == 10 && found.y == 0)
    #expect(Self.place([.nan]) == nil && Self.place([]) == nil)
  }
}
