import Kernels

/// Agglomerative clustering by the mean distance between the members of two clusters.
enum AverageLinkage {
  /// The merges in rising order of distance; equal ones in the order in which the chain found them.
  ///
  /// Of distances `[count, count]`, symmetric.
  static func merges(
    of distances: [Double], count: Int, work: Work?
  ) throws(CancellationError) -> [ClusterTree.Merge] {
    guard count > 1 else { return [] }
    var chain = NeighbourChain(distances, count: count)
    var found: [ClusterTree.Merge] = []
    found.reserveCapacity(count - 1)
    while found.count < count - 1 {
      if work?.isCancelled == true { throw CancellationError() }
      found.append(chain.nextMerge())
    }
    let rising = found.enumerated().sorted {
      ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
    }
    return labelled(rising.map(\.element), count: count)
  }

  /// The merges, found with a member's index for each cluster, with the clusters' own numbers.
  private static func labelled(_ merges: [ClusterTree.Merge], count: Int) -> [ClusterTree.Merge] {
    var parents = Array(0..<(2 * count - 1))
    func root(_ node: Int) -> Int {
      var root = node
      while parents[root] != root { root = parents[root] }
      var node = node
      while parents[node] != root { (parents[node], node) = (root, parents[node]) }
      return root
    }
    return merges.enumerated().map { index, merge in
      let (first, second) = (root(merge.first), root(merge.second))
      parents[first] = count + index
      parents[second] = count + index
      return ClusterTree.Merge(
        first: min(first, second), second: max(first, second), distance: merge.distance)
    }
  }
}

/// Clusters of which each is the nearest of the one before it; the last two are merged once they are mutual.
private struct NeighbourChain {
  private let count: Int
  private var distances: [Double]
  /// Members of the cluster that has this index; 0 where it was merged into another.
  private var sizes: [Int]
  private var chain: [Int] = []

  init(_ distances: [Double], count: Int) {
    self.count = count
    self.distances = distances
    sizes = [Int](repeating: 1, count: count)
  }

  mutating func nextMerge() -> ClusterTree.Merge {
    if chain.isEmpty { chain = [sizes.firstIndex { $0 > 0 } ?? 0] }
    while true {
      let last = chain[chain.count - 1]
      let previous = chain.count > 1 ? chain[chain.count - 2] : nil
      let (nearest, distance) = nearest(to: last, preferring: previous)
      if nearest == previous {
        chain.removeLast(2)
        merge(min(last, nearest), into: max(last, nearest))
        return ClusterTree.Merge(first: last, second: nearest, distance: distance)
      }
      chain.append(nearest)
    }
  }

  /// The nearest cluster, which is the preferred one unless another is nearer still: a chain must not turn in circles.
  private func nearest(to cluster: Int, preferring preferred: Int?) -> (Int, Double) {
    var nearest = preferred ?? -1
    var least = preferred.map { distances[cluster * count + $0] } ?? .infinity
    for other in 0..<count where sizes[other] > 0 && other != cluster {
      let distance = distances[cluster * count + other]
      if distance < least { (nearest, least) = (other, distance) }
    }
    return (nearest, least)
  }

  private mutating func merge(_ first: Int, into second: Int) {
    let (ofFirst, ofSecond) = (Double(sizes[first]), Double(sizes[second]))
    sizes[second] += sizes[first]
    sizes[first] = 0
    for other in 0..<count where sizes[other] > 0 && other != second {
      let sum = ofFirst * distances[first * count + other] + ofSecond * distances[second * count + other]
      let mean = sum / (ofFirst + ofSecond)
      distances[second * count + other] = mean
      distances[other * count + second] = mean
    }
  }
}
