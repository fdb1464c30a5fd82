public import Kernels

/// Rows of a similarity matrix in a tree of clusters, and the order in which a heatmap shows them best.
///
/// Average linkage (UPGMA), as scipy's `linkage(distances, method="average")` by the nearest-neighbour chain
/// (Müllner 2011), where the distance is the greatest score minus the score; then the order of the leaves with the
/// least sum of distances between neighbours that the tree allows (Bar-Joseph, Gifford and Jaakkola 2001). It is
/// never longer than that of scipy's `optimal_leaf_ordering`, which can miss the least one.
public struct ClusterTree: Equatable, Sendable {
  /// The rows from one end to the other, similar ones side by side; the end with the lower row comes first.
  public let order: [Int]
  /// In rising order of distance.
  let merges: [Merge]

  /// Two clusters that become one: leaves are 0 ..< rows, and merge i makes cluster rows + i.
  struct Merge: Equatable, Sendable {
    let first: Int
    let second: Int
    let distance: Double
  }

  /// Clusters the rows of a matrix of scores, `[count, count]`, higher is nearer.
  ///
  /// The diagonal counts for nothing. Of a matrix that is not symmetric the mean of both directions counts. Rows with
  /// a score that is not a number, or −∞, are there farther than all that have one.
  /// - Throws: `CancellationError` where nobody waits for the work any more.
  /// - Complexity: O(count³) time at worst, O(count²) memory.
  public init(_ similarities: [Float], count: Int, work: Work? = nil) throws(CancellationError) {
    let (expected, overflow) = max(0, count).multipliedReportingOverflow(by: max(0, count))
    precondition(
      count >= 0 && !overflow && similarities.count == expected,
      "\(similarities.count) scores for \(count) × \(count)")
    let distances = Self.distances(similarities, count)
    merges = try AverageLinkage.merges(of: distances, count: count, work: work)
    let ordering = LeafOrdering(merges, distances: distances, count: count)
    let order = try ordering.optimal(work: work)
    let isBackwards = (order.first ?? 0) > (order.last ?? 0)
    self.order = isBackwards ? order.reversed() : order
  }

  /// The cluster of each row where the tree is cut into `count` of them, numbered by first appearance in the order.
  ///
  /// As many as there are rows at most, and one at least.
  public func clusters(_ count: Int) -> [Int] {
    let rows = order.count
    let joined = rows - min(max(1, count), max(1, rows))
    // The cluster that each leaf or cluster went into.
    var parents = Array(0..<(rows + max(0, joined)))
    for (index, merge) in merges.prefix(max(0, joined)).enumerated() {
      parents[merge.first] = rows + index
      parents[merge.second] = rows + index
    }
    // Parents come behind their children, so that one pass from the back finds all roots.
    for node in parents.indices.reversed() { parents[node] = parents[parents[node]] }
    var numbers: [Int: Int] = [:]
    var clusters = [Int](repeating: 0, count: rows)
    for row in order {
      let number = numbers[parents[row]] ?? numbers.count
      numbers[parents[row]] = number
      clusters[row] = number
    }
    return clusters
  }

  private static func distances(_ similarities: [Float], _ count: Int) -> [Double] {
    var (greatest, least) = (-Double.infinity, Double.infinity)
    for (index, score) in similarities.enumerated() where score.isFinite && index / count != index % count {
      greatest = max(greatest, Double(score))
      least = min(least, Double(score))
    }
    let range = greatest >= least ? greatest - least : 0
    func distance(_ score: Float) -> Double {
      if score.isFinite { return greatest - Double(score) }
      return score == .infinity ? 0 : 2 * range + 1
    }
    var distances = [Double](repeating: 0, count: similarities.count)
    for row in 0..<count {
      for column in 0..<row {
        let mean =
          (distance(similarities[row * count + column]) + distance(similarities[column * count + row])) / 2
        distances[row * count + column] = mean
        distances[column * count + row] = mean
      }
    }
    return distances
  }
}

/// The order of a heatmap's rows that puts similar ones side by side (see `ClusterTree`).
///
/// Of scores `[count, count]`, higher is nearer; throws `CancellationError` where nobody waits for the work any more.
public func seriation(
  _ similarities: [Float], count: Int, work: Work? = nil
) throws(CancellationError) -> [Int] {
  try ClusterTree(similarities, count: count, work: work).order
}

/// The cluster of each row, numbered by first appearance in the order of `seriation` (see `ClusterTree`).
///
/// Of scores `[count, count]`, higher is nearer; throws `CancellationError` where nobody waits for the work any more.
public func clusters(
  _ similarities: [Float], count: Int, clusters: Int, work: Work? = nil
) throws(CancellationError) -> [Int] {
  try ClusterTree(similarities, count: count, work: work).clusters(clusters)
}
