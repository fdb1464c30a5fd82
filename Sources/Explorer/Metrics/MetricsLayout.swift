import Screen

/// Where the parts of Metric are in its pane: a column for each metric, below them the lengths, then sentences.
struct MetricsLayout {
  /// For each metric that is shown, from left to right.
  let columns: [Rect]
  let heads: Rect
  let list: Rect
  /// The token counts of what was found, and of all texts.
  let found: Rect
  let all: Rect
  let axis: Rect
  let notes: Rect
  let readOut: Rect

  /// The least columns of one metric.
  static let leastColumns = 15
  /// The least of each where there is a fourth.
  static let fourthColumns = 30

  init(_ inner: Rect, sides: Int, found count: Int, notes noteCount: Int) {
    var shown = max(1, min(sides, 3, inner.columns / Self.leastColumns))
    if sides > 3, inner.columns / sides >= Self.fourthColumns { shown = sides }
    let width = inner.columns / shown
    columns = (0..<shown).map { index in
      Rect(column: inner.left + index * width, row: inner.top, columns: width - 1, rows: inner.rows)
    }
    let (upper, foot) = inner.split(top: inner.rows - min(1, max(0, inner.rows - 4)))
    readOut = foot
    let (middle, notes) = upper.split(top: upper.rows - min(noteCount, max(0, upper.rows - 5)))
    self.notes = notes
    let (heads, body) = middle.split(top: 2)
    self.heads = heads
    // At least three found texts stand above the histograms, which grow where there is room.
    let room = body.rows - 1
    let height = max(0, min((room - min(count, max(3, room - 4))) / 2, 8))
    let (list, bars) = body.split(top: height > 0 ? min(count, body.rows - 2 * height - 1) : body.rows)
    self.list = list
    (found, all, axis) =
      height > 0
      ? (
        bars.split(top: height).top, bars.split(top: height).rest.split(top: height).top, bars.row(2 * height)
      )
      : (bars.row(-1), bars.row(-1), bars.row(-1))
  }
}
