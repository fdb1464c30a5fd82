public import Kernels
public import Recipes

/// The nearest neighbours of every row among the others, exactly.
///
/// Found by products in f32 (with some to spare) and ordered by distances in f64; equal distances come in the order
/// of rows. The graph does not depend on the number of threads.
public struct NeighbourGraph: Sendable {
  /// Rows.
  public let count: Int
  /// Neighbours of each row: as many as asked for, or all others where there are fewer.
  public let neighbours: Int
  /// `[count, neighbours]`, nearest first.
  public let rows: [Int32]
  /// What is between each row and its neighbours, `[count, neighbours]`.
  ///
  /// By cosine and by dot 1 − cosine, else the distance. Never negative, always finite.
  public let distances: [Float]

  /// Finds `neighbours` for each of `vectors`, `[rows, dimensions]`.
  ///
  /// By dot product neighbours are those by cosine, because a layout needs distances. A vector of zeros is at
  /// distance 1 from all by cosine. `progress` is called on the calling thread with the rows done so far.
  /// - Complexity: O(rows² · dimensions).
  /// - Throws: `ProjectionError.notFinite`, `CancellationError`.
  public init(
    _ vectors: Matrix, neighbours: Int, metric: Metric, kernels: KernelSet = .best, work: Work? = nil,
    progress: (Int) -> Void = { _ in }
  ) throws {
    precondition(neighbours >= 0, "\(neighbours) neighbours")
    precondition(vectors.rows <= Int(Int32.max), "\(vectors.rows) rows")
    let work = work ?? .inline
    let pairs = try PairScores(vectors, metric: metric, kernels: kernels, work: work)
    let wanted = min(neighbours, max(0, vectors.rows - 1))
    count = vectors.rows
    self.neighbours = wanted
    guard wanted > 0 else {
      (rows, distances) = ([], [])
      return
    }
    var rows = [Int32](repeating: 0, count: vectors.rows * wanted)
    var distances = [Float](repeating: 0, count: vectors.rows * wanted)
    let step = 64
    for start in stride(from: 0, to: vectors.rows, by: step) {
      let range = start..<min(vectors.rows, start + step)
      let scores = try pairs.scores(Array(range), work: work)
      rows.withUnsafeMutableBufferPointer { rows in
        distances.withUnsafeMutableBufferPointer { distances in
          // Each block writes the neighbours of its own row.
          work.forEachBlock(range.count) { index in
            if work.isCancelled { return }
            let found = pairs.nearest(start + index, wanted, among: scores, row: index)
            for (place, neighbour) in found.enumerated() {
              rows[(start + index) * wanted + place] = Int32(neighbour.row)
              distances[(start + index) * wanted + place] = -neighbour.score
            }
          }
        }
      }
      try work.checkCancellation()
      progress(range.upperBound)
    }
    (self.rows, self.distances) = (rows, distances)
  }
}

extension PairScores {
  /// The rows nearest to a row, with their negated distances; `scores[index]` are its scores.
  fileprivate func nearest(
    _ row: Int, _ count: Int, among scores: Matrix, row index: Int
  ) -> ArraySlice<Neighbour> {
    // Some to spare: rounding in f32 can change the order of those that are nearly as near.
    var best = BestNeighbours(limit: count + 16)
    scores.withUnsafeValues { values in
      let start = index * scores.columns
      best.offer(values[start..<start + scores.columns], excluding: row)
    }
    return best.neighbours
      .map { Neighbour(row: $0.row, score: -distance(row, $0.row)) }
      .sorted(by: Neighbour.precedes)
      .prefix(count)
  }
}

extension BestNeighbours {
  /// Offers the scores of rows 0, 1, 2 …, but one.
  mutating func offer(_ scores: Slice<UnsafeBufferPointer<Float>>, excluding own: Int) {
    var floor = Float.nan  // Nothing is below it.
    let base = scores.startIndex
    for index in scores.indices {
      // A later row with the score of the worst one comes behind it.
      guard !(scores[index] <= floor), index - base != own else { continue }
      offer(Neighbour(row: index - base, score: scores[index]))
      if neighbours.count == limit, let worst = neighbours.first { floor = worst.score }
    }
  }
}
