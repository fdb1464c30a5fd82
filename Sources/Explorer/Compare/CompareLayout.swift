import Screen

/// Where the parts of the comparison are.
struct CompareLayout {
  /// The names of both sides, what differs, how they agree: three rows.
  var head: Rect
  /// What is selected, whole.
  var readOut: Rect
  /// Both lists and what is between them, or the queries.
  var rows: Rect
  var a: Rect
  var gutter: Rect
  var b: Rect
  let inner: Rect

  static let rankColumns = 3
  static let changeColumns = 5
  static let scoreColumns = 6

  init(_ inner: Rect, mode: CompareState.Mode) {
    self.inner = inner
    let rest: Rect
    (head, rest) = inner.split(top: 4)
    let read = mode == .queries ? 4 : 2
    (rows, readOut) = rest.split(top: rest.rows - (rest.rows > 2 * read ? read : 0))
    let gutterColumns = min(max(10, inner.columns / 6), 34)
    let side = max(0, (inner.columns - gutterColumns) / 2)
    let middle: Rect
    (a, middle) = rows.split(left: side)
    (gutter, b) = middle.split(left: middle.columns - side)
  }

  /// The part of a line above a list: A over the left one, B over the right one.
  func head(_ side: CompareState.Side, line: Int) -> Rect {
    let list = side == .a ? a : b
    return Rect(column: list.left, row: head.top + line, columns: list.columns, rows: head.row(line).rows)
  }
}
