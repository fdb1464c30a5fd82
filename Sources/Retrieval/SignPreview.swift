public import Kernels
import Synchronization

/// Neighbours by codes alone, without the vectors: near the exact answer, and not it.
public struct ApproximateNeighbours: Sendable, Equatable {
  /// The nearest rows by their codes, best first, with the scores that the codes stand for; rows without a code are left out.
  public var neighbours: [Neighbour]
  /// How many rows were compared by their bytes.
  public var comparedCount: Int
}

extension CodedSpace {
  /// The nearest rows by the codes of all rows: exact relative to the codes, not to the vectors.
  ///
  /// Empty where the query has no code.
  /// - Complexity: O(rows · dimensions), of bytes.
  public func nearestByCodes(
    to query: [Float], top: Int, where filter: RowSet? = nil, work: Work? = nil
  ) -> ApproximateNeighbours {
    precondition(query.count == dimensions, "a query of \(query.count) in a space of \(dimensions)")
    guard top > 0, let bounds = bounds(query), let first = bounds.first else {
      return ApproximateNeighbours(neighbours: [], comparedCount: 0)
    }
    let found = CodeScan(space: self, bounds: bounds, top: top, filter: filter).best(work ?? .inline)
    return ApproximateNeighbours(
      neighbours: found.map { Neighbour(row: $0.row, score: first.score(key: $0.score)) },
      comparedCount: count)
  }
}

/// A first look at very many rows: their signs, a bit for each value, choose the rows that are compared by their bytes.
///
/// An eighth of what the bytes take is read. The signs order rows as the metric does where values spread alike in all
/// dimensions; by manhattan distance they order as the euclidean one.
public struct SignPreview: Sendable {
  public let space: CodedSpace
  private let signs: [SignRows]

  /// The signs of all rows that are present in a space.
  public init(_ space: CodedSpace, work: Work? = nil) {
    self.space = space
    signs = space.segments.map { SignRows($0, work: work ?? .inline) }
  }

  /// How many bytes a search reads first.
  public var byteCount: Int { signs.reduce(0) { $0 + $1.byteCount } }

  /// Reads every byte of the signs once: what memory allows a search by the same threads.
  public func readThrough(work: Work = .inline) -> UInt64 {
    signs.reduce(0) { $0 ^ $1.readThrough(work: work) }
  }

  private struct Block {
    var segment: Int
    var rows: Range<Int>
  }

  /// The nearest rows by their codes, among the `oversampling` · `top` that are nearest by their signs.
  ///
  /// Empty where the query has no code.
  public func nearest(
    to query: [Float], top: Int, oversampling: Int = 32, work: Work? = nil
  ) -> ApproximateNeighbours {
    precondition(
      query.count == space.dimensions, "a query of \(query.count) in a space of \(space.dimensions)")
    guard top > 0, let bounds = space.bounds(query), let first = bounds.first else {
      return ApproximateNeighbours(neighbours: [], comparedCount: 0)
    }
    let work = work ?? .inline
    let candidates = likely(query, bounds, limit: top * max(1, oversampling), work)
    var best = BestNeighbours(limit: top)
    for (segment, index) in candidates {
      let codes = space.segments[segment]
      var key = Float.nan
      codes.scan(
        index..<index + 1, for: bounds[segment].query, bound: bounds[segment].upper, threshold: -.infinity,
        kernels: space.scanKernels
      ) { index, sum, _ in
        key = bounds[segment].key(codes.facts(index), sum: sum)
        return -.infinity
      }
      if !key.isNaN { best.offer(Neighbour(row: codes.number(index), score: key)) }
    }
    return ApproximateNeighbours(
      neighbours: best.neighbours.sorted(by: Neighbour.precedes).map {
        Neighbour(row: $0.row, score: first.score(key: $0.score))
      }, comparedCount: candidates.count)
  }

  /// The rows that are nearest by their signs: segments and places.
  private func likely(
    _ query: [Float], _ bounds: [CodeBounds], limit: Int, _ work: Work
  ) -> [(segment: Int, index: Int)] {
    let starts = signs.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let forms = bounds.map { (query: SignQuery($0.direction), base: $0.base) }
    // Thousands of rows each, in about a tenth of a millisecond.
    let size = 1 << 14
    let blocks = signs.enumerated().flatMap { place, rows in
      stride(from: 0, to: rows.count, by: size).map {
        Block(segment: place, rows: $0..<min($0 + size, rows.count))
      }
    }
    let shared = Mutex(BestNeighbours(limit: limit))
    work.forEachBlock(blocks.count) { index in
      let block = blocks[index]
      let base = forms[block.segment].base
      var threshold = shared.withLock { $0.threshold } - base
      var best = BestNeighbours(limit: limit)
      signs[block.segment].scan(
        block.rows, for: forms[block.segment].query, threshold: threshold, kernels: space.scanKernels
      ) { place, estimate in
        guard !estimate.isNaN else { return threshold }
        best.offer(Neighbour(row: starts[block.segment] + place, score: estimate + base))
        threshold = max(threshold, best.threshold - base)
        return threshold
      }
      shared.withLock { all in
        for neighbour in best.neighbours { all.offer(neighbour) }
      }
    }
    return shared.withLock { $0.neighbours }.map { found in
      let segment = (starts.firstIndex { $0 > found.row } ?? starts.count) - 1
      return (segment, found.row - starts[segment])
    }
  }
}
