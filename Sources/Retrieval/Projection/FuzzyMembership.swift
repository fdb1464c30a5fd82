internal import Foundation
import Kernels

/// How strongly a row belongs with each of its neighbours: exp(−(d − ρ) / σ), 1 for the nearest.
///
/// The smooth distances of UMAP (McInnes, Healy and Melville, 2018, algorithm 3) with local connectivity 1: ρ is the
/// smallest distance above 0, and σ is such that the memberships of n neighbours, the row itself counted as
/// one of n, sum to log₂ n.
struct FuzzyMembership {
  let nearest: Double
  let scale: Double

  /// - Parameters:
  ///   - distances: ascending, none negative.
  ///   - typical: the mean of all distances of the graph, which keeps the scale of rows of duplicates above 0.
  ///   - nearest: ρ, where it is not the smallest distance above 0.
  init(_ distances: [Double], typical: Double, nearest: Double? = nil) {
    let nearest = nearest ?? distances.first { $0 > 0 } ?? 0
    self.nearest = nearest
    let aim = Foundation.log2(Double(distances.count + 1))
    var (low, high, scale) = (0.0, Double.infinity, 1.0)
    // The bisection starts at 1 whatever the unit of the distances; 64 steps reach any that f32 holds.
    for _ in 0..<64 {
      let sum = distances.reduce(0) { $0 + Self.strength($1 - nearest, scale) }
      if (sum - aim).magnitude < 1e-5 { break }
      if sum > aim {
        high = scale
        scale = (low + high) / 2
      } else {
        low = scale
        scale = high.isInfinite ? scale * 2 : (low + high) / 2
      }
    }
    let mean = distances.isEmpty ? 0 : distances.reduce(0, +) / Double(distances.count + 1)
    self.scale = max(scale, 1e-3 * (nearest > 0 ? mean : typical))
  }

  func strength(_ distance: Double) -> Double { Self.strength(distance - nearest, scale) }

  private static func strength(_ beyond: Double, _ scale: Double) -> Double {
    beyond <= 0 || scale == 0 ? 1 : Foundation.exp(-beyond / scale)
  }
}

/// The edges of a fuzzy simplicial set, both directions of each, by head and tail.
struct FuzzyGraph {
  private(set) var heads: [Int32] = []
  private(set) var tails: [Int32] = []
  private(set) var weights: [Float] = []

  /// The union of what each row sees of its `neighbours` nearest: a + b − ab.
  ///
  /// - Throws: `CancellationError`.
  init(_ graph: NeighbourGraph, neighbours: Int, work: Work = .inline) throws {
    let width = graph.neighbours
    let all = graph.rows.indices.filter { $0 % max(width, 1) < neighbours }
    let typical = all.reduce(0) { $0 + Double(graph.distances[$1]) } / Double(max(1, all.count + graph.count))
    var edges: [(key: UInt64, weight: Double)] = []
    edges.reserveCapacity(2 * all.count)
    for row in 0..<(neighbours > 0 ? graph.count : 0) {
      if row % 64 == 0 { try work.checkCancellation() }
      let range = row * width..<row * width + neighbours
      let distances = graph.distances[range].map { Double($0) }
      let membership = FuzzyMembership(distances, typical: typical)
      for (other, distance) in zip(graph.rows[range], distances) {
        let weight = membership.strength(distance)
        edges.append((UInt64(row) << 32 | UInt64(other), weight))
        edges.append((UInt64(other) << 32 | UInt64(row), weight))
      }
    }
    try work.checkCancellation()
    edges.sort { $0.key < $1.key || $0.key == $1.key && $0.weight < $1.weight }
    var index = 0
    while index < edges.count {
      let key = edges[index].key
      var weight = edges[index].weight
      index += 1
      if index < edges.count, edges[index].key == key {
        weight += edges[index].weight * (1 - weight)
        index += 1
      }
      heads.append(Int32(truncatingIfNeeded: key >> 32))
      tails.append(Int32(truncatingIfNeeded: key))
      weights.append(Float(weight))
    }
  }
}
