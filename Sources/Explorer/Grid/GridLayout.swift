import Screen

/// Where the parts of the grid are in its pane.
struct GridLayout {
  /// The names of the poolings: two rows.
  var head: Rect
  /// Two rows an instruction.
  var body: Rect
  /// What the signs mean; empty in a low pane.
  var legend: Rect
  /// The strip of small variants: a row for each, one for all in a low pane, and a heading.
  var variants: Rect
  /// The cell under the cursor.
  var readOut: Rect
  var labelColumns: Int
  var cellColumns: Int
  var visibleColumns: Int
  let inner: Rect

  static let rowHeight = 2
  private static let mostCellColumns = 36

  init(_ inner: Rect, columns count: Int) {
    self.inner = inner
    var rest: Rect
    (head, rest) = inner.split(top: 2)
    let strip = inner.rows >= 20 ? 5 : inner.rows >= 13 ? 2 : 0
    let read = inner.rows >= 13 ? 3 : 2
    let explains = inner.rows >= 20 ? 1 : 0
    (body, rest) = rest.split(top: max(0, rest.rows - strip - read - explains))
    (legend, rest) = rest.split(top: explains)
    (variants, readOut) = rest.split(top: strip)
    labelColumns = inner.columns < 60 ? 12 : inner.columns < 110 ? 18 : 28
    let room = max(0, inner.columns - labelColumns)
    let least = inner.columns < 60 ? 12 : 14
    visibleColumns = min(max(1, count), max(1, room / least))
    cellColumns = min(Self.mostCellColumns, room / visibleColumns)
  }

  var visibleRows: Int { body.rows / Self.rowHeight }

  /// Where a cell is, counted from the first that is shown; its last column is left free.
  func cell(row: Int, column: Int) -> Rect {
    Rect(
      column: body.left + labelColumns + column * cellColumns, row: body.top + row * Self.rowHeight,
      columns: cellColumns, rows: Self.rowHeight)
  }

  /// The label and the cells of an instruction.
  func row(_ row: Int) -> Rect {
    Rect(
      column: body.left, row: body.top + row * Self.rowHeight,
      columns: labelColumns + visibleColumns * cellColumns, rows: Self.rowHeight)
  }
}
