import Kernels
import Recipes

/// The rows of a matrix, cut to their first dimensions and then normalised, a block at a time.
///
/// Blocks of rows need no second matrix, and stay in the cache.
struct CutRows: Sendable {
  let source: Matrix
  let size: Int
  let normalizes: Bool
  let kernels: KernelSet

  /// Multiplications that take less than a millisecond.
  private static let blockLimit = 1 << 20
  /// Blocks between two questions whether anyone still waits.
  private static let groupSize = 16

  /// Some rows, cut and normalised, in a matrix of their own.
  func rows(_ range: Range<Int>) -> Matrix {
    let cut = Matrix(rows: range.count, columns: size)
    for (index, row) in range.enumerated() {
      cut.copy(0..<size, ofRow: row, in: source, to: index, column: 0)
    }
    if normalizes { kernels.normalizeRows(cut) }
    return cut
  }

  /// Runs `body` over blocks of rows of which each is compared with `queries` vectors, and `merge` over what it gives
  /// in the order of rows.
  ///
  /// - Throws: `CancellationError` where nobody waits for the work any more.
  func forEachBlock<Part: Sendable>(
    queries: Int = 1, work: Work?, _ body: (Range<Int>) -> Part, merge: (Part) -> Void
  ) throws(CancellationError) {
    let height = max(8, min(512, Self.blockLimit / max(1, size * queries)))
    let starts = Array(stride(from: 0, to: source.rows, by: height))
    for group in stride(from: 0, to: starts.count, by: Self.groupSize) {
      if work?.isCancelled == true { throw CancellationError() }
      let blocks = starts[group..<min(group + Self.groupSize, starts.count)]
      var parts = [Part?](repeating: nil, count: blocks.count)
      parts.withUnsafeMutableBufferPointer { parts in
        // Each block writes its own element.
        (work ?? .inline).forEachBlock(blocks.count) { index in
          let start = blocks[blocks.startIndex + index]
          parts[index] = body(start..<min(start + height, source.rows))
        }
      }
      for part in parts { part.map(merge) }
    }
  }
}

extension CutRows {
  /// The rows nearest to each of some vectors of `size` values, best first.
  func nearest(
    to queries: [[Float]], top: Int, metric: Metric, work: Work?
  ) throws(CancellationError) -> [[Neighbour]] {
    guard top > 0 else { return queries.map { _ in [] } }
    let scorers = queries.map { Scorer($0, metric: metric, kernels: kernels) }
    return try nearest(queries: queries.count, top: top, work: work) { rows, block in
      let norms = metric == .cosine ? kernels.norms(block) : []
      return scorers.map { $0.scores(block, 0..<block.rows, norms: norms) }
    }
  }

  /// The rows with the best scores for each query, where `scores` gives those of a block of cut rows by query.
  func nearest(
    queries: Int, top: Int, work: Work?, scores: (Range<Int>, Matrix) -> [[Float]]
  ) throws(CancellationError) -> [[Neighbour]] {
    var best = [BestNeighbours](repeating: BestNeighbours(limit: top), count: queries)
    try forEachBlock(queries: queries, work: work) { range in
      scores(range, rows(range)).map { scores in
        var best = BestNeighbours(limit: top)
        for (row, score) in zip(range, scores) { best.offer(Neighbour(row: row, score: score)) }
        return best.neighbours
      }
    } merge: { part in
      for (query, neighbours) in part.enumerated() {
        for neighbour in neighbours { best[query].offer(neighbour) }
      }
    }
    return best.map { $0.neighbours.sorted(by: Neighbour.precedes) }
  }
}
