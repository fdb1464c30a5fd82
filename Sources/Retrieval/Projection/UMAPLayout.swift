public import Kernels

/// What decides a UMAP layout; the words and defaults are umap-learn's.
public struct UMAPOptions: Equatable, Sendable {
  /// Neighbours of a row, itself counted as one of them.
  public var neighbours = 15
  /// How near points may come, in units of the layout.
  public var minimumDistance: Float = 0.1
  public var spread: Float = 1
  /// Nil: 500 up to 10,000 rows, 200 beyond.
  public var epochs: Int?
  /// Points that a point is pushed from, for each that it is pulled to.
  public var negativeSamples = 5
  public var learningRate: Float = 1
  public var seed: UInt64 = 0

  public init() {}

  fileprivate func check() throws(ProjectionError) {
    func require(_ isRight: Bool, _ name: String, _ value: Any, _ expected: String) throws(ProjectionError) {
      if !isRight { throw .option(name: name, value: "\(value)", expected: expected) }
    }
    try require(neighbours >= 2, "neighbours", neighbours, "at least 2")
    try require(spread > 0 && spread.isFinite, "spread", spread, "above 0")
    try require(
      (0...spread).contains(minimumDistance), "minimumDistance", minimumDistance, "within 0...\(spread)")
    try require((epochs ?? 1) >= 0, "epochs", epochs ?? 0, "at least 0")
    try require((0...100).contains(negativeSamples), "negativeSamples", negativeSamples, "within 0...100")
    try require(
      learningRate > 0 && learningRate <= 1000, "learningRate", learningRate, "above 0 and at most 1000")
  }
}

/// Lays rows out in the plane by UMAP, `[rows, 2]` (McInnes, Healy and Melville, 2018).
///
/// Each row is pulled to the rows that the fuzzy union of the graph joins it with, as often as the weight of the
/// edge says, and pushed from random others, as umap-learn does in sequence. The layout is the same for the same
/// seed, on one thread or many. A graph needs `options.neighbours` − 1 neighbours a row (or all others).
///
/// `initial` is where the rows start: the principal components, `[rows, 2]` or wider, of which the first two columns
/// count; each axis is scaled to 0...10, and rows that start together are parted by a little noise.
/// `step` is called after each epoch with the epochs done, all epochs and the positions so far.
/// - Throws: `ProjectionError.option`, `ProjectionError.notFinite` (of `initial`), what `step` throws,
///   `CancellationError`.
public func umapLayout(
  _ graph: NeighbourGraph, initial: Matrix, _ options: UMAPOptions = UMAPOptions(), work: Work? = nil,
  step: (Int, Int, Matrix) throws -> Void = { _, _, _ in }
) throws -> Matrix {
  try options.check()
  let neighbours = min(options.neighbours - 1, max(0, graph.count - 1))
  precondition(
    graph.neighbours >= neighbours, "a graph of \(graph.neighbours) neighbours, \(neighbours) are needed")
  precondition(initial.rows == graph.count, "\(initial.rows) positions for \(graph.count) rows")
  let work = work ?? .inline
  let epochs = options.epochs ?? (graph.count <= 10_000 ? 500 : 200)
  var random = SplitMix64(seed: options.seed)
  let start = try startPositions(initial, &random)
  guard graph.count > 1 else { return matrix(start) }
  try work.checkCancellation()
  var descent = UMAPDescent(
    try FuzzyGraph(graph, neighbours: neighbours, work: work), start, options, epochs: epochs, random)
  for epoch in 0..<epochs {
    try descent.run(epoch: epoch, of: epochs, work)
    try step(epoch + 1, epochs, matrix(descent.positions))
  }
  return matrix(descent.positions)
}

/// The first two columns, each scaled to 0...10, with a little noise.
private func startPositions(_ initial: Matrix, _ random: inout SplitMix64) throws -> [SIMD2<Float>] {
  var positions = try planePositions(initial)
  var (lowest, highest) = (positions.first ?? .zero, positions.first ?? .zero)
  for position in positions {
    lowest = pointwiseMin(lowest, position)
    highest = pointwiseMax(highest, position)
  }
  let extent = highest - lowest
  for index in positions.indices {
    for axis in 0..<2 {
      let place = extent[axis] > 0 ? 10 * (positions[index][axis] - lowest[axis]) / extent[axis] : 0
      positions[index][axis] = place + Float(random.signedUnit() * 1e-4)
    }
  }
  return positions
}

/// The first two columns of a matrix, zeros where it has fewer.
///
/// - Throws: `ProjectionError.notFinite`.
func planePositions(_ matrix: Matrix) throws(ProjectionError) -> [SIMD2<Float>] {
  var positions: [SIMD2<Float>] = []
  positions.reserveCapacity(matrix.rows)
  for row in 0..<matrix.rows {
    let values = matrix.row(row).prefix(2)
    let position = SIMD2(values.first ?? 0, values.count > 1 ? values[1] : 0)
    guard position.x.isFinite, position.y.isFinite else { throw .notFinite(row: row) }
    positions.append(position / 2)  // So that no extent exceeds f32.
  }
  return positions
}

/// Positions as `[rows, 2]`.
func matrix(_ positions: [SIMD2<Float>]) -> Matrix {
  Matrix(rows: positions.count, columns: 2, values: positions.flatMap { [$0.x, $0.y] })
}

/// The stochastic gradient descent of UMAP, edge after edge on one thread.
private struct UMAPDescent {
  private(set) var positions: [SIMD2<Float>]
  private var heads: [Int32] = []
  private var tails: [Int32] = []
  /// Epochs from one visit of an edge to its next.
  private var periods: [Float] = []
  private var nextVisits: [Float] = []
  private var nextPushes: [Float] = []
  private let forces: UMAPForces
  private let negativeSamples: Float
  private let learningRate: Float
  private var random: SplitMix64

  init(
    _ graph: FuzzyGraph, _ start: [SIMD2<Float>], _ options: UMAPOptions, epochs: Int, _ random: SplitMix64
  ) {
    positions = start
    self.random = random
    forces = UMAPForces(
      UMAPCurve(minimumDistance: Double(options.minimumDistance), spread: Double(options.spread)))
    negativeSamples = Float(options.negativeSamples)
    learningRate = options.learningRate
    let largest = graph.weights.max() ?? 0
    // An edge that would not be visited once is left out.
    for (edge, weight) in graph.weights.enumerated() where weight >= largest / Float(max(1, epochs)) {
      heads.append(graph.heads[edge])
      tails.append(graph.tails[edge])
      periods.append(largest / weight)
    }
    nextVisits = periods
    nextPushes = periods.map { $0 / max(negativeSamples, 1) }
  }

  mutating func run(epoch: Int, of epochs: Int, _ work: Work) throws {
    let rate = learningRate * (1 - Float(epoch) / Float(epochs))
    // Slices of less than a millisecond, so that interactive work passes.
    for start in stride(from: 0, to: heads.count, by: 8192) {
      let edges = start..<min(heads.count, start + 8192)
      work.forEachBlock(1) { _ in visit(edges, epoch: Float(epoch), rate) }
      try work.checkCancellation()
    }
  }

  private mutating func visit(_ edges: Range<Int>, epoch: Float, _ rate: Float) {
    let count = positions.count
    positions.withUnsafeMutableBufferPointer { positions in
      forces.withTables { attraction, repulsion in
        for edge in edges where nextVisits[edge] <= epoch {
          let (head, tail) = (Int(heads[edge]), Int(tails[edge]))
          var own = positions[head]
          let pull = Self.step(own - positions[tail], attraction) * rate
          own += pull
          positions[tail] -= pull
          nextVisits[edge] += periods[edge]
          guard negativeSamples > 0 else {
            positions[head] = own
            continue
          }
          let between = periods[edge] / negativeSamples
          let pushes = ((epoch - nextPushes[edge]) / between).rounded(.towardZero)
          for _ in 0..<max(0, Int(pushes)) {
            let other = random.index(below: count)
            if other != head { own += Self.step(own - positions[other], repulsion) * rate }
          }
          nextPushes[edge] += pushes * between
          positions[head] = own
        }
      }
    }
  }

  /// The gradient along a difference, each axis clipped to 4; zero where there is no difference.
  @inline(__always)
  private static func step(_ difference: SIMD2<Float>, _ factor: UMAPForces.Table) -> SIMD2<Float> {
    let squared = (difference * difference).sum()
    guard squared > 0 else { return .zero }
    return (difference * factor[squared])
      .clamped(lowerBound: SIMD2(repeating: -4), upperBound: SIMD2(repeating: 4))
  }
}
