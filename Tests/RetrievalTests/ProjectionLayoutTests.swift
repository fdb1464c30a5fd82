import Kernels
import Recipes
@testable import Retrieval
import TestSupport
import Testing

struct ProjectionLayoutTests {
  private static func start(_ set: Matrix) throws -> Matrix {
    try PrincipalComponents(set, count: 2).project(set)
  }

  private static func umap(_ set: Matrix, epochs: Int = 100, seed: UInt64 = 0) throws -> Matrix {
    var options = UMAPOptions()
    options.epochs = epochs
    options.seed = seed
    let graph = try NeighbourGraph(set, neighbours: 14, metric: .euclidean)
    return try umapLayout(graph, initial: start(set), options)
  }

  private static func tsne(_ set: Matrix, iterations: Int) throws -> Matrix {
    var options = TSNEOptions()
    options.iterations = iterations
    let graph = try NeighbourGraph(set, neighbours: options.graphNeighbours, metric: .euclidean)
    return try tsneLayout(graph, initial: start(set), options)
  }

  /// Reference: `umap.umap_.find_ab_params(spread, min_dist)`.
  @Test(arguments: [
    (1, 0.1, 1.57694, 0.89506), (1, 0.5, 0.58303, 1.33417), (1, 0, 1.93281, 0.79049),
    (2, 0.25, 0.41627, 0.92186), (0.5, 0.01, 5.72024, 0.81088), (1, 1, 0.11498, 1.92924),
  ])
  func theCurveOfUMAPIsFittedAsByTheReference(spread: Double, minimum: Double, a: Double, b: Double) {
    let curve = UMAPCurve(minimumDistance: minimum, spread: spread)
    #expect(abs(curve.a - a) < 1e-3 && abs(curve.b - b) < 1e-3)
  }

  /// Reference: `umap.umap_.fuzzy_simplicial_set(set, 15, …, "euclidean")`.
  @Test func theFuzzyGraphHasTheEdgesOfTheReference() throws {
    let graph = try NeighbourGraph(ProjectionSets.clusters, neighbours: 14, metric: .euclidean)
    let fuzzy = try FuzzyGraph(graph, neighbours: 14)
    #expect(fuzzy.heads.count == 5330)
    #expect(abs(fuzzy.weights.reduce(0) { $0 + Double($1) } - 1866.5259) < 0.02)
    #expect(fuzzy.tails.prefix(6) == [36, 54, 78, 90, 108, 114])
    expectClose(
      Array(fuzzy.weights.prefix(6)), [0.16298644, 0.18986037, 0.19031073, 0.28021288, 1, 0.17289],
      within: 1e-4,
      stage: "weights of row 0")
  }

  /// Reference: umap-learn with 100 epochs: 0.9625 to 0.9638 over seeds and starts.
  @Test func umapIsAsTrueAsTheReference() throws {
    let layout = try Self.umap(ProjectionSets.clusters)
    let trust = try Trust(ProjectionSets.clusters, layout: layout, metric: .euclidean)
    #expect(abs(trust.overall - 0.963) < 0.02)
    #expect(try Self.umap(ProjectionSets.clusters).bits == layout.bits)
    #expect(try Self.umap(ProjectionSets.clusters, seed: 1).bits != layout.bits)
  }

  /// Reference: scikit-learn's TSNE with 300 iterations: trustworthiness 0.9749, divergence 0.5266.
  @Test func tsneIsAsTrueAsTheReference() throws {
    var options = TSNEOptions()
    options.iterations = 300
    let set = ProjectionSets.clusters
    let graph = try NeighbourGraph(set, neighbours: options.graphNeighbours, metric: .euclidean)
    var descent = try TSNEDescent(graph, initial: Self.start(set), options, .inline)
    for iteration in 0..<300 { try descent.run(iteration, .inline) }
    #expect(abs(try descent.divergence(.inline) - 0.5266) < 0.03)
    let layout = matrix(descent.positions)
    let trust = try Trust(set, layout: layout, metric: .euclidean)
    #expect(abs(trust.overall - 0.9749) < 0.01)
  }

  @Test func theTreeSumsAsAllPairsDo() {
    var positions = planePositionsOf(ProjectionSets.random(200, 2))
    positions += [SIMD2<Float>](repeating: SIMD2(0.3, 0.3), count: 40)
    let tree = Quadtree(positions)
    for (place, own) in tree.order.enumerated() {
      var (force, sum) = (SIMD2<Float>.zero, 0.0)
      for (index, other) in positions.enumerated() where index != Int(own) {
        let difference = positions[Int(own)] - other
        let near = 1 / (1 + (difference * difference).sum())
        force += near * near * difference
        sum += Double(near)
      }
      let exact = tree.repulsion(on: place, angle: 0)
      #expect(abs(exact.sum - sum) < 1e-3 && (exact.force - force).max() < 1e-3)
      let quick = tree.repulsion(on: place, angle: 0.5)
      #expect(abs(quick.sum - sum) < 0.02 * sum)
    }
  }

  private func planePositionsOf(_ matrix: Matrix) -> [SIMD2<Float>] {
    (0..<matrix.rows).map { SIMD2(matrix.row($0)) }
  }

  @Test(arguments: [0, 1, 2, 3, 4, 10])
  func fewRowsHavePlaces(rows: Int) throws {
    let set = ProjectionSets.random(rows, 5)
    for layout in [try Self.umap(set, epochs: 20), try Self.tsne(set, iterations: 20)] {
      #expect(layout.rows == rows && layout.columns == 2 && layout.isFinite)
    }
  }

  @Test func equalRowsHavePlaces() throws {
    let other = ProjectionSets.random(20, 5)
    for sets in [[Matrix](repeating: other.rows(0..<1), count: 60), [Matrix](repeating: other, count: 20)] {
      let set = Matrix(stacking: sets)
      for layout in [try Self.umap(set, epochs: 20), try Self.tsne(set, iterations: 40)] {
        #expect(layout.isFinite)
      }
    }
  }

  @Test func partsThatNothingJoinsStayFinite() throws {
    let far = ProjectionSets.random(40, 5, seed: 2)
    far.withUnsafeMutableValues { for index in $0.indices { $0[index] += 1e6 } }
    let layout = try Self.umap(Matrix(stacking: [ProjectionSets.random(40, 5), far]), epochs: 30)
    #expect(layout.values.allSatisfy { $0.isFinite && $0.magnitude < 1000 })
  }

  @Test func everyStepIsShownAndCanEndTheLayout() throws {
    let set = ProjectionSets.random(30, 5)
    let graph = try NeighbourGraph(set, neighbours: 29, metric: .cosine)
    var options = UMAPOptions()
    options.epochs = 5
    var seen: [Int] = []
    let layout = try umapLayout(graph, initial: Self.start(set), options) { done, all, positions in
      seen.append(done)
      #expect(all == 5 && positions.rows == 30)
    }
    #expect(seen == [1, 2, 3, 4, 5] && layout.rows == 30)
    #expect(throws: CancellationError.self) {
      try tsneLayout(graph, initial: Self.start(set)) { done, all, _ in
        #expect(all == 1000)
        if done == 3 { throw CancellationError() }
      }
    }
  }

  @Test func layoutsDoNotDependOnTheThreads() async throws {
    let set = ProjectionSets.clusters.rows(0..<120)
    let graph = try NeighbourGraph(set, neighbours: 91, metric: .cosine)
    let start = try Self.start(set)
    let team = WorkerTeam(threads: 3)
    let shared = try await team.perform(.bulk) { work in
      var (umap, tsne) = (UMAPOptions(), TSNEOptions())
      (umap.epochs, tsne.iterations) = (20, 20)
      return [
        try umapLayout(graph, initial: start, umap, work: work),
        try tsneLayout(graph, initial: start, tsne, work: work),
      ]
    }
    var (umap, tsne) = (UMAPOptions(), TSNEOptions())
    (umap.epochs, tsne.iterations) = (20, 20)
    #expect(try umapLayout(graph, initial: start, umap).bits == shared[0].bits)
    #expect(try tsneLayout(graph, initial: start, tsne).bits == shared[1].bits)
  }

  @Test func aCancelledLayoutStops() async throws {
    let set = ProjectionSets.random(60, 5)
    let graph = try NeighbourGraph(set, neighbours: 59, metric: .cosine)
    let start = try Self.start(set)
    let team = WorkerTeam(threads: 2)
    for isUMAP in [true, false] {
      let (begun, tell) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        try await team.perform(.bulk) { work in
          var (umap, tsne) = (UMAPOptions(), TSNEOptions())
          (umap.epochs, tsne.iterations) = (1_000_000, 1_000_000)
          if isUMAP {
            return try umapLayout(graph, initial: start, umap, work: work) { _, _, _ in tell.yield() }
          }
          return try tsneLayout(graph, initial: start, tsne, work: work) { _, _, _ in tell.yield() }
        }
      }
      for await _ in begun { break }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test func optionsWithoutMeaningAreRefused() throws {
    let graph = try NeighbourGraph(ProjectionSets.random(5, 2), neighbours: 4, metric: .cosine)
    let start = ProjectionSets.random(5, 2)
    for change: (inout UMAPOptions) -> Void in [
      { $0.neighbours = 1 }, { $0.minimumDistance = 2 }, { $0.minimumDistance = .nan }, { $0.spread = 0 },
      { $0.epochs = -1 }, { $0.negativeSamples = -1 }, { $0.learningRate = .infinity },
    ] {
      var options = UMAPOptions()
      change(&options)
      #expect(throws: ProjectionError.self) { try umapLayout(graph, initial: start, options) }
    }
    for change: (inout TSNEOptions) -> Void in [
      { $0.perplexity = 0 }, { $0.perplexity = .nan }, { $0.iterations = -1 }, { $0.angle = -1 },
      { $0.learningRate = 0 },
    ] {
      var options = TSNEOptions()
      change(&options)
      #expect(throws: ProjectionError.self) { try tsneLayout(graph, initial: start, options) }
    }
    let broken = ProjectionSets.rows([[0, 0], [0, .nan], [0, 0], [0, 0], [0, 0]])
    #expect(throws: ProjectionError.notFinite(row: 1)) { try umapLayout(graph, initial: broken) }
    #expect(throws: ProjectionError.notFinite(row: 1)) { try tsneLayout(graph, initial: broken) }
  }
}
