import Kernels

/// The order of a tree's leaves with the least sum of distances between neighbours.
///
/// By Bar-Joseph, Gifford and Jaakkola (2001). Each cluster can be turned round. For every pair of leaves whose paths meet in a cluster there is a best order of
/// that cluster that begins with the one and ends with the other; it follows from the best orders of its two parts.
struct LeafOrdering {
  /// Leaves in the order of the tree: every cluster is a range of positions.
  private let leaves: [Int]
  /// Clusters, parts before wholes.
  private let clusters: [Cluster]
  private let count: Int
  /// Between positions, `[count, count]`.
  private let distances: [Double]

  /// The positions of a cluster's two parts; a leaf has an empty second one.
  private struct Cluster {
    let range: Range<Int>
    let middle: Int
    /// Indices of the clusters that the parts are; none for a leaf.
    let parts: (Int, Int)?

    /// The positions where an order that begins at a position can end: the part that does not have it.
    func opposite(_ position: Int) -> Range<Int> {
      guard parts != nil else { return range }
      return position < middle ? middle..<range.upperBound : range.lowerBound..<middle
    }
  }

  /// Takes the distances between rows, `[count, count]`, symmetric.
  init(_ merges: [ClusterTree.Merge], distances: [Double], count: Int) {
    let leaves = Self.leaves(merges, count)
    var positions = [Int](repeating: 0, count: count)
    for (position, leaf) in leaves.enumerated() { positions[leaf] = position }
    var clusters = positions.map { Cluster(range: $0..<($0 + 1), middle: $0 + 1, parts: nil) }
    for merge in merges {
      let (first, second) = (clusters[merge.first].range, clusters[merge.second].range)
      clusters.append(
        Cluster(
          range: first.lowerBound..<second.upperBound, middle: second.lowerBound,
          parts: (merge.first, merge.second)))
    }
    self.leaves = leaves
    self.clusters = clusters
    self.count = count
    self.distances = leaves.flatMap { row in leaves.map { distances[row * count + $0] } }
  }

  /// The rows in the best order.
  func optimal(work: Work?) throws(CancellationError) -> [Int] {
    guard count > 1 else { return leaves }
    let sums = try sums(work: work)
    let root = clusters[clusters.count - 1]
    var ends = (root.range.lowerBound, root.middle)
    for first in root.range.lowerBound..<root.middle {
      for last in root.middle..<root.range.upperBound
      where sums[first * count + last] < sums[ends.0 * count + ends.1] {
        ends = (first, last)
      }
    }
    return order(from: ends.0, to: ends.1, sums).map { leaves[$0] }
  }

  private static func leaves(_ merges: [ClusterTree.Merge], _ count: Int) -> [Int] {
    var leaves: [Int] = []
    var open = count == 0 ? [] : [count + merges.count - 1]
    while let node = open.popLast() {
      if node < count {
        leaves.append(node)
      } else {
        open.append(merges[node - count].second)
        open.append(merges[node - count].first)
      }
    }
    return leaves
  }

  /// For positions whose paths meet in a cluster, the sum of its best order from the one to the other.
  private func sums(work: Work?) throws(CancellationError) -> [Double] {
    var sums = [Double](repeating: 0, count: count * count)
    var reached = [Double](repeating: 0, count: count)
    for cluster in clusters {
      guard let parts = cluster.parts else { continue }
      let (left, right) = (clusters[parts.0], clusters[parts.1])
      for first in left.range {
        if work?.isCancelled == true { throw CancellationError() }
        for place in right.range { reached[place] = .infinity }
        for end in left.opposite(first) {
          reach(right.range, sums[first * count + end], through: end, &reached)
        }
        for last in right.range {
          let least = leastSum(reached, sums, to: last, through: right.opposite(last))
          sums[first * count + last] = least
          sums[last * count + first] = least
        }
      }
    }
    return sums
  }

  /// Lowers the sums with which positions are reached to those through `end`, which itself is reached with `sum`.
  private func reach(_ places: Range<Int>, _ sum: Double, through end: Int, _ reached: inout [Double]) {
    let row = end * count
    // Counted by hand: the inmost loop, slow over a range in builds for debugging.
    var place = places.lowerBound
    while place < places.upperBound {
      let candidate = sum + distances[row + place]
      if candidate < reached[place] { reached[place] = candidate }
      place += 1
    }
  }

  /// The least sum to `last` over a part that can be entered at some places.
  private func leastSum(
    _ reached: [Double], _ sums: [Double], to last: Int, through places: Range<Int>
  ) -> Double {
    // The table is symmetric: the row of `last` is the column.
    let row = last * count
    var least = Double.infinity
    var place = places.lowerBound
    while place < places.upperBound {
      let candidate = reached[place] + sums[row + place]
      if candidate < least { least = candidate }
      place += 1
    }
    return least
  }

  /// The best order itself, from cluster to parts.
  private func order(from first: Int, to last: Int, _ sums: [Double]) -> [Int] {
    var order: [Int] = []
    var open = [(cluster: clusters.count - 1, first: first, last: last)]
    while let (index, first, last) = open.popLast() {
      guard let parts = clusters[index].parts else {
        order.append(first)
        continue
      }
      let (near, far) = first < clusters[index].middle ? parts : (parts.1, parts.0)
      let (end, start) = joint(clusters[near], clusters[far], from: first, to: last, sums)
      open.append((far, start, last))
      open.append((near, first, end))
    }
    return order
  }

  /// Where the order leaves the one part and enters the other.
  private func joint(
    _ near: Cluster, _ far: Cluster, from first: Int, to last: Int, _ sums: [Double]
  ) -> (end: Int, start: Int) {
    var best = (near.opposite(first).lowerBound, far.opposite(last).lowerBound)
    var least = Double.infinity
    for end in near.opposite(first) {
      for start in far.opposite(last) {
        let sum = sums[first * count + end] + distances[end * count + start] + sums[start * count + last]
        if sum < least { (best, least) = ((end, start), sum) }
      }
    }
    return best
  }
}
