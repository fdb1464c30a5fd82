import Screen

/// Where the parts of the arithmetic are in their pane.
struct VectorsLayout {
  /// The terms: weights and texts, and below them norms and scores.
  var terms: Rect
  /// What is wrong, or the sum's own facts.
  var facts: Rect
  /// The ends of the axis, above the places; empty without an axis.
  var scale: Rect
  var list: Rect
  /// The texts of the collection at the ends of the axis; empty without one.
  var ends: Rect
  var rankColumns = 3
  var barColumns: Int
  var scoreColumns = 6
  /// 0 without an axis.
  var axisColumns: Int
  let inner: Rect

  init(_ inner: Rect, hasAxis: Bool) {
    self.inner = inner
    var rest: Rect
    (terms, rest) = inner.split(top: 2)
    (facts, rest) = rest.split(top: 1)
    (scale, rest) = rest.split(top: hasAxis ? 1 : 0)
    let ends = hasAxis ? (rest.rows >= 16 ? 4 : rest.rows >= 10 ? 3 : 0) : 0
    (list, self.ends) = rest.split(top: rest.rows - ends)
    barColumns = hasAxis ? (inner.columns >= 90 ? 8 : 0) : inner.columns >= 90 ? 16 : 8
    axisColumns = hasAxis ? (inner.columns >= 90 ? 31 : inner.columns >= 60 ? 21 : 13) : 0
  }

  /// The column where the axis begins.
  var axisLeft: Int { list.left + rankColumns + 1 + barColumns + scoreColumns + 1 }
}
