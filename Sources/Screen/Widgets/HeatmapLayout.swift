/// Where the parts of a heatmap lie in a rectangle.
public struct HeatmapLayout: Hashable, Sendable {
  /// How values are shown: never `automatic`.
  public let mode: Heatmap.Mode
  public let rowLabels: Rect
  public let columnLabels: Rect
  public let cells: Rect
  public let legend: Rect
  /// The screen columns of one value.
  public let cellColumns: Int
  /// The columns and rows of the matrix that are shown.
  public let shownColumns: Range<Int>
  public let shownRows: Range<Int>

  /// The values that one row of the screen shows.
  var rowsPerLine: Int { mode == .halfBlocks ? 2 : 1 }

  /// The value at a place of the screen, as column and row of the matrix; nil beside the cells.
  ///
  /// Of two values in one cell it is the upper one.
  public func value(at point: Point) -> Point? {
    guard cells.contains(point) else { return nil }
    let column = shownColumns.lowerBound + (point.column - cells.left) / cellColumns
    let row = shownRows.lowerBound + (point.row - cells.top) * rowsPerLine
    return shownColumns.contains(column) && shownRows.contains(row) ? Point(column: column, row: row) : nil
  }

  /// The cells that show a value; nil where it is scrolled away.
  public func place(column: Int, row: Int) -> Rect? {
    guard shownColumns.contains(column), shownRows.contains(row) else { return nil }
    return Rect(
      column: cells.left + (column - shownColumns.lowerBound) * cellColumns,
      row: cells.top + (row - shownRows.lowerBound) / rowsPerLine, columns: cellColumns, rows: 1)
  }
}

extension HeatmapLayout {
  /// Where a value lies on the screen, as column and row of the matrix; nil where it is scrolled away.
  public func place(of value: Point) -> Rect? {
    guard let row = place(ofRow: value.row), let column = place(ofColumn: value.column) else { return nil }
    return row.intersection(column)
  }

  /// The label and the cells of a row of the matrix.
  public func place(ofRow row: Int) -> Rect? {
    guard shownRows.contains(row) else { return nil }
    let line = (row - shownRows.lowerBound) / rowsPerLine
    return Rect(
      column: rowLabels.isEmpty ? cells.left : rowLabels.left, row: cells.top + line,
      columns: rowLabels.columns + shownColumns.count * cellColumns, rows: 1)
  }

  /// The label and the cells of a column of the matrix.
  public func place(ofColumn column: Int) -> Rect? {
    guard shownColumns.contains(column) else { return nil }
    return Rect(
      column: cells.left + (column - shownColumns.lowerBound) * cellColumns,
      row: cells.top - columnLabels.rows, columns: cellColumns,
      rows: columnLabels.rows + (shownRows.count + rowsPerLine - 1) / rowsPerLine)
  }
}

extension Heatmap {
  /// Places the parts; what does not fit is scrolled so that the cursor is shown.
  public func layout(in rect: Rect, hasColor: Bool) -> HeatmapLayout {
    let widest = max(4, rect.columns / 4)
    var labelColumns = 0
    // The first label that is as wide as any may be ends the search.
    for label in rowLabels where labelColumns < widest { labelColumns = max(labelColumns, label.columns) }
    labelColumns = min(labelColumns, widest)
    let (body, legend) = rect.split(top: rect.rows >= 4 ? rect.rows - 1 : rect.rows)
    let (header, lower) = body.split(top: body.rows >= 3 ? 1 : 0)
    let labels = lower.split(left: rect.columns > labelColumns + 3 ? labelColumns + 1 : 0)
    let area = labels.rest
    let mode = chosenMode(in: area.size, hasColor: hasColor)
    let cellColumns = cellColumns(mode, in: area.size)
    let rowsPerLine = mode == .halfBlocks ? 2 : 1
    return HeatmapLayout(
      mode: mode, rowLabels: labels.left,
      columnLabels: Rect(column: area.left, row: header.top, columns: area.columns, rows: header.rows),
      cells: area, legend: legend, cellColumns: cellColumns,
      shownColumns: Self.shown(columnLabels.count, room: area.columns / cellColumns, cursor: cursor?.column),
      shownRows: Self.shown(
        rowLabels.count, room: area.rows * rowsPerLine, cursor: cursor?.row, step: rowsPerLine))
  }

  private func chosenMode(in size: Size, hasColor: Bool) -> Mode {
    switch mode {
    case .automatic:
      let (columns, rows) = (columnLabels.count, rowLabels.count)
      if columns * (numberColumns + 1) <= size.columns, rows <= size.rows { return .numbers }
      if !hasColor || (columns * 2 <= size.columns && rows <= size.rows) { return .cells }
      return .halfBlocks
    case .halfBlocks where !hasColor: return .cells
    default: return mode
    }
  }

  /// As wide as there is room, within what looks like one cell.
  private func cellColumns(_ mode: Mode, in size: Size) -> Int {
    let room = columnLabels.isEmpty ? 1 : size.columns / columnLabels.count
    return switch mode {
    case .numbers: min(max(numberColumns + 1, room), 10)
    case .halfBlocks: 1
    default: min(max(1, room), 4)
    }
  }

  /// The part of `count` lines that fits, with the cursor in its middle where there is more.
  private static func shown(_ count: Int, room: Int, cursor: Int?, step: Int = 1) -> Range<Int> {
    guard count > room else { return 0..<count }
    guard room > 0 else { return 0..<0 }
    let wanted = min(max(0, (cursor ?? 0) - room / 2), count - room)
    let start = (wanted + step - 1) / step * step
    return start..<min(count, start + room)
  }
}
