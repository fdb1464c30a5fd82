import Kernels
import Synchronization

/// One reading of all codes of a space: which rows can still win.
///
/// The lower bounds of the best rows so far, shared among the blocks, rule out rows whose upper bounds are below. Which block
/// comes first changes what is kept on the way, not what is left at the end: a row with one of the best lower bounds is
/// never ruled out, hence the last threshold is that of all rows.
struct CodeScan {
  let space: CodedSpace
  let bounds: [CodeBounds]
  let top: Int
  let filter: RowSet?

  private struct Block {
    var segment: Int
    var rows: Range<Int>
  }

  private struct Found {
    var segment: Int
    var index: Int
    var upper: Float
  }

  /// The rows whose upper bounds are not below the best lower bounds.
  func candidates(_ work: Work) -> [Shortlist.Candidate] {
    let blocks = self.blocks
    let shared = Mutex(BestNeighbours(limit: top))
    var found = [[Found]](repeating: [], count: blocks.count)
    found.withUnsafeMutableBufferPointer { found in
      // Each block writes its own element.
      work.forEachBlock(blocks.count) { index in
        let threshold = shared.withLock { $0.threshold }
        let (rows, lowest) = scan(blocks[index], threshold)
        found[index] = rows
        guard !lowest.isEmpty else { return }
        shared.withLock { best in
          for lower in lowest { best.offer(lower) }
        }
      }
    }
    let threshold = shared.withLock { $0.threshold }
    return found.joined().filter { !($0.upper < threshold) }.map {
      Shortlist.Candidate(
        row: space.segments[$0.segment].number($0.index), segment: $0.segment, index: $0.index,
        best: bounds[$0.segment].bestScore($0.upper))
    }
  }

  /// Ranges of about a mebibyte, read in less than a tenth of a millisecond.
  private var blocks: [Block] {
    let size = max(256, (1 << 20) / max(1, space.dimensions) / 256 * 256)
    return space.segments.enumerated().flatMap { place, segment in
      stride(from: 0, to: segment.count, by: size).compactMap { start in
        let rows = start..<min(start + size, segment.count)
        if let filter, let run = segment.run,
          !filter.intersects(run.lowerBound + rows.lowerBound..<run.lowerBound + rows.upperBound)
        {
          return nil
        }
        return Block(segment: place, rows: rows)
      }
    }
  }

  /// The rows with the best keys by their codes, and these keys.
  func best(_ work: Work) -> [Neighbour] {
    let blocks = self.blocks
    let shared = Mutex(BestNeighbours(limit: top))
    work.forEachBlock(blocks.count) { index in
      let block = blocks[index]
      let segment = space.segments[block.segment]
      let bounds = bounds[block.segment]
      var best = BestNeighbours(limit: top)
      var threshold = shared.withLock { $0.threshold }
      segment.scan(
        block.rows, for: bounds.query, bound: bounds.upper, threshold: threshold, kernels: space.scanKernels
      ) { index, sum, _ in
        let row = segment.number(index)
        let key = bounds.key(segment.facts(index), sum: sum)
        guard !key.isNaN, filter?.contains(row) ?? true else { return threshold }
        best.offer(Neighbour(row: row, score: key))
        threshold = max(threshold, best.threshold)
        return threshold
      }
      shared.withLock { all in
        for neighbour in best.neighbours { all.offer(neighbour) }
      }
    }
    return shared.withLock { $0.neighbours.sorted(by: Neighbour.precedes) }
  }

  /// The rows of a block that can win, and the best of their lower bounds.
  private func scan(_ block: Block, _ threshold: Float) -> (found: [Found], lowest: [Neighbour]) {
    let segment = space.segments[block.segment]
    let bounds = bounds[block.segment]
    var lowest = BestNeighbours(limit: top)
    var threshold = threshold
    var found: [Found] = []
    segment.scan(
      block.rows, for: bounds.query, bound: bounds.upper, threshold: threshold, kernels: space.scanKernels
    ) { index, sum, upper in
      if let filter, !filter.contains(segment.number(index)) { return threshold }
      found.append(Found(segment: block.segment, index: index, upper: upper))
      let lower = bounds.lower(segment.facts(index), sum: sum)
      if lower > threshold {
        lowest.offer(Neighbour(row: index, score: lower))
        threshold = max(threshold, lowest.threshold)
      }
      return threshold
    }
    found.removeAll { $0.upper < threshold }
    return (found, lowest.neighbours)
  }
}

extension BestNeighbours {
  /// A score that every neighbour has that may still be offered in vain: the worst of a full list.
  var threshold: Float { isFull ? worst?.score ?? -.infinity : -.infinity }
}
