internal import Foundation
public import Kernels

/// What decides a t-SNE layout; the words and defaults are scikit-learn's.
public struct TSNEOptions: Equatable, Sendable {
  /// About how many neighbours a row takes notice of.
  public var perplexity: Float = 30
  /// The first 250 are done with probabilities 12 times as large.
  public var iterations = 1000
  /// Nil: rows / 48, but at least 50.
  public var learningRate: Float?
  /// How wide a square of far points may look to count as one: 0 is exact, larger is faster.
  public var angle: Float = 0.5
  public var seed: UInt64 = 0

  public init() {}

  /// The neighbours of a row that a graph must have for the perplexity: three times as many.
  public var graphNeighbours: Int { Int(3 * min(max(perplexity, 0), 1e6)) + 1 }

  fileprivate func check() throws(ProjectionError) {
    func require(_ isRight: Bool, _ name: String, _ value: Any, _ expected: String) throws(ProjectionError) {
      if !isRight { throw .option(name: name, value: "\(value)", expected: expected) }
    }
    try require((1...100_000).contains(perplexity), "perplexity", perplexity, "within 1...100000")
    try require(iterations >= 0, "iterations", iterations, "at least 0")
    try require((0...1).contains(angle), "angle", angle, "within 0...1")
    let rate = learningRate ?? 1
    try require(rate > 0 && rate <= 100_000, "learningRate", rate, "above 0 and at most 100000")
  }
}

/// Lays rows out in the plane by t-SNE, `[rows, 2]` (van der Maaten, 2014), as scikit-learn's `barnes_hut`.
///
/// The layout is the same for the same seed, on one thread or many. A graph needs `options.graphNeighbours` neighbours a
/// row (or all others); fewer than the perplexity have equal shares.
///
/// `initial` is where the rows start: the principal components, `[rows, 2]` or wider, of which the first two columns
/// count; scaled so that the first has a standard deviation of 10⁻⁴, with a hundredth of that as noise.
/// `step` is called after each iteration with the iterations done, all iterations and the positions so far.
/// - Throws: `ProjectionError.option`, `ProjectionError.notFinite` (of `initial`), what `step` throws,
///   `CancellationError`.
public func tsneLayout(
  _ graph: NeighbourGraph, initial: Matrix, _ options: TSNEOptions = TSNEOptions(), work: Work? = nil,
  step: (Int, Int, Matrix) throws -> Void = { _, _, _ in }
) throws -> Matrix {
  let work = work ?? .inline
  var descent = try TSNEDescent(graph, initial: initial, options, work)
  for iteration in 0..<options.iterations {
    try descent.run(iteration, work)
    try step(iteration + 1, options.iterations, matrix(descent.positions))
  }
  return matrix(descent.positions)
}

/// The gradient descent of t-SNE, with momentum and a gain for each coordinate.
struct TSNEDescent {
  private(set) var positions: [SIMD2<Float>]
  private let probabilities: JointProbabilities
  private let angle: Float
  private let learningRate: Float
  private var velocities: [SIMD2<Float>]
  private var gains: [SIMD2<Float>]

  init(_ graph: NeighbourGraph, initial: Matrix, _ options: TSNEOptions, _ work: Work) throws {
    try options.check()
    let neighbours = min(options.graphNeighbours, max(0, graph.count - 1))
    precondition(
      graph.neighbours >= neighbours, "a graph of \(graph.neighbours) neighbours, \(neighbours) are needed")
    precondition(initial.rows == graph.count, "\(initial.rows) positions for \(graph.count) rows")
    probabilities = try JointProbabilities(
      graph, neighbours: neighbours, perplexity: Double(options.perplexity), work: work)
    positions = try Self.start(initial, seed: options.seed)
    angle = options.angle
    learningRate = options.learningRate ?? max(Float(graph.count) / 48, 50)
    velocities = [SIMD2<Float>](repeating: .zero, count: graph.count)
    gains = [SIMD2<Float>](repeating: .one, count: graph.count)
  }

  private static func start(_ initial: Matrix, seed: UInt64) throws -> [SIMD2<Float>] {
    let positions = try planePositions(initial).map { SIMD2<Double>($0) }
    let count = Double(max(1, positions.count))
    let mean = positions.reduce(SIMD2<Double>.zero, +) / count
    let variance = positions.reduce(0) { $0 + ($1.x - mean.x) * ($1.x - mean.x) } / count
    let scale = variance > 0 ? 1e-4 / variance.squareRoot() : 0
    var random = SplitMix64(seed: seed)
    return positions.map { position in
      let noise = SIMD2(random.signedUnit(), random.signedUnit()) * 1e-6
      return SIMD2<Float>((position - mean) * scale + noise)
    }
  }

  mutating func run(_ iteration: Int, _ work: Work) throws {
    let exaggeration: Float = iteration < 250 ? 12 : 1
    let momentum: Float = iteration < 250 ? 0.5 : 0.8
    let (forces, sum) = try repulsions(work)
    let gradients = try gradients(forces, sum, exaggeration, work)
    for index in positions.indices {
      for axis in 0..<2 {
        let slope = gradients[index][axis]
        let isSlowing = velocities[index][axis] * slope >= 0
        let gain = max(0.01, isSlowing ? gains[index][axis] * 0.8 : gains[index][axis] + 0.2)
        gains[index][axis] = gain
        velocities[index][axis] = momentum * velocities[index][axis] - learningRate * gain * slope
      }
      positions[index] += velocities[index]
    }
  }

  /// What pushes each point, and the sum over all pairs of 1 / (1 + distance²).
  private func repulsions(_ work: Work) throws -> (forces: [SIMD2<Float>], sum: Double) {
    var tree = Quadtree([])
    work.forEachBlock(1) { _ in tree = Quadtree(positions) }
    var forces = [SIMD2<Float>](repeating: .zero, count: positions.count)
    var sums = [Double](repeating: 0, count: positions.count)
    forces.withUnsafeMutableBufferPointer { forces in
      sums.withUnsafeMutableBufferPointer { sums in
        // Each block writes what belongs to its own points.
        Self.forEachPoint(positions.count, work) { place in
          let own = Int(tree.order[place])
          (forces[own], sums[own]) = tree.repulsion(on: place, angle: angle)
        }
      }
    }
    try work.checkCancellation()
    return (forces, max(sums.reduce(0, +), Double(Float.leastNormalMagnitude)))
  }

  private func gradients(
    _ forces: [SIMD2<Float>], _ sum: Double, _ exaggeration: Float, _ work: Work
  ) throws -> [SIMD2<Float>] {
    var gradients = [SIMD2<Float>](repeating: .zero, count: positions.count)
    gradients.withUnsafeMutableBufferPointer { gradients in
      Self.forEachPoint(positions.count, work) { point in
        var pull = SIMD2<Float>.zero
        for pair in probabilities.starts[point]..<probabilities.starts[point + 1] {
          let difference = positions[point] - positions[Int(probabilities.others[pair])]
          pull += probabilities.values[pair] / (1 + (difference * difference).sum()) * difference
        }
        gradients[point] = 4 * (exaggeration * pull - forces[point] / Float(sum))
      }
    }
    try work.checkCancellation()
    return gradients
  }

  private static func forEachPoint(_ count: Int, _ work: Work, _ body: (Int) -> Void) {
    let step = 64
    work.forEachBlock((count + step - 1) / step) { block in
      if work.isCancelled { return }
      for point in block * step..<min(count, (block + 1) * step) { body(point) }
    }
  }

  /// The Kullback–Leibler divergence that the layout has from the probabilities: what the descent makes small.
  func divergence(_ work: Work) throws -> Double {
    let sum = try repulsions(work).sum
    var result = 0.0
    for point in positions.indices {
      for pair in probabilities.starts[point]..<probabilities.starts[point + 1]
      where probabilities.values[pair] > 0 {
        let difference = positions[point] - positions[Int(probabilities.others[pair])]
        let share = 1 / (Double(1 + (difference * difference).sum()) * sum)
        let probability = Double(probabilities.values[pair])
        result += probability * Foundation.log(probability / share)
      }
    }
    return result
  }
}
