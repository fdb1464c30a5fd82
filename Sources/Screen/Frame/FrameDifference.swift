extension Frame {
  /// The runs of cells that differ from another frame, in reading order.
  ///
  /// All cells where there is no other frame or its size differs. No run holds half a wide character.
  /// - Complexity: O(cells)
  public func runs(changedFrom old: Frame? = nil) -> [Run] {
    let old = old?.size == size ? old : nil
    var runs: [Run] = []
    for row in 0..<size.rows {
      let start = row * size.columns
      collect(from: start, to: start + size.columns, row: row, old: old?.cells, into: &runs)
    }
    return runs
  }

  private func collect(from start: Int, to end: Int, row: Int, old: [Cell]?, into runs: inout [Run]) {
    var index = start
    while index < end {
      guard differs(at: index, from: old) else {
        index += 1
        continue
      }
      let first = index
      let style = cells[first].style
      repeat {
        index += max(1, cells[index].width)
      } while index < end && cells[index].style == style && differs(at: index, from: old)
      runs.append(
        Run(
          origin: Point(column: first - start, row: row), style: style,
          cells: Array(cells[first..<min(index, end)])))
    }
  }

  private func differs(at index: Int, from old: [Cell]?) -> Bool {
    guard let old else { return true }
    return cells[index] != old[index]
  }
}
