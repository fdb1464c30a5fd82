internal import Foundation
import Kernels

/// How probable t-SNE holds each pair of rows to be, by the rows' nearest neighbours: symmetric, of sum 1.
struct JointProbabilities {
  /// Where the pairs of each row begin; one more than rows.
  private(set) var starts: [Int] = [0]
  private(set) var others: [Int32] = []
  private(set) var values: [Float] = []

  /// Gaussian shares of the squared distances, of a width for each row that gives the perplexity (van der Maaten and
  /// Hinton, 2008), averaged over both directions.
  ///
  /// A perplexity that the neighbours cannot reach gives them equal shares.
  /// - Throws: `CancellationError`.
  init(_ graph: NeighbourGraph, neighbours: Int, perplexity: Double, work: Work) throws {
    let width = graph.neighbours
    var pairs: [(key: UInt64, value: Double)] = []
    pairs.reserveCapacity(2 * graph.count * neighbours)
    for row in 0..<(neighbours > 0 ? graph.count : 0) {
      if row % 64 == 0 { try work.checkCancellation() }
      let range = row * width..<row * width + neighbours
      let squares = graph.distances[range].map { Double($0) * Double($0) }
      for (other, share) in zip(graph.rows[range], Self.shares(squares, perplexity)) {
        let value = share / Double(2 * graph.count)
        pairs.append((UInt64(row) << 32 | UInt64(other), value))
        pairs.append((UInt64(other) << 32 | UInt64(row), value))
      }
    }
    try work.checkCancellation()
    pairs.sort { $0.key < $1.key || $0.key == $1.key && $0.value < $1.value }
    var last: UInt64?
    for (key, value) in pairs {
      if key == last {
        values[values.count - 1] += Float(value)
        continue
      }
      last = key
      while starts.count <= Int(key >> 32) { starts.append(others.count) }
      others.append(Int32(truncatingIfNeeded: key))
      values.append(Float(value))
    }
    while starts.count <= graph.count { starts.append(others.count) }
  }

  /// Shares exp(−β·d²) of sum 1 whose entropy is the logarithm of the perplexity, β found by bisection.
  private static func shares(_ squares: [Double], _ perplexity: Double) -> [Double] {
    let aim = Foundation.log(perplexity)
    let smallest = squares.min() ?? 0
    let beyond = squares.map { $0 - smallest }
    // The unit of the search: any distances are as good as their multiples.
    let unit = beyond.reduce(0, +) / Double(max(1, beyond.count))
    var (low, high, beta) = (0.0, Double.infinity, 1.0)
    var shares = [Double](repeating: 1 / Double(max(1, beyond.count)), count: beyond.count)
    guard unit > 0 else { return shares }
    for _ in 0..<100 {
      shares = beyond.map { Foundation.exp(-beta * $0 / unit) }
      let sum = shares.reduce(0, +)
      let mean = zip(shares, beyond).reduce(0) { $0 + $1.0 * $1.1 } / (sum * unit)
      shares = shares.map { $0 / sum }
      let entropy = Foundation.log(sum) + beta * mean
      if (entropy - aim).magnitude <= 1e-5 { break }
      if entropy > aim {
        low = beta
        beta = high.isInfinite ? beta * 2 : (beta + high) / 2
      } else {
        high = beta
        beta = (beta + low) / 2
      }
    }
    return shares
  }
}
