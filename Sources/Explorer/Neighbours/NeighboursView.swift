import Recipes
import Screen

/// Where the parts of the list are in its pane.
struct NeighboursLayout {
  /// Inside of the border.
  var rows: Rect
  var rankColumns = 3
  var barColumns: Int
  var scoreColumns = 6
  /// 0 in a narrow pane as long as no percentile is known.
  var percentileColumns: Int

  init(_ pane: Rect, hasPercentiles: Bool) {
    rows = pane.inset()
    percentileColumns = hasPercentiles || rows.columns >= 60 ? 6 : 0
    barColumns = rows.columns >= 90 ? 16 : rows.columns >= 60 ? 10 : 8
  }
}

/// The nearest texts: rank, bar, score, percentile and the beginning of the text.
struct NeighboursView {
  var state: State

  func draw(into frame: inout Frame, _ pane: Rect) {
    let hasPercentiles = state.neighbours.list?.neighbours.contains { $0.percentile != nil } ?? false
    let layout = NeighboursLayout(pane, hasPercentiles: hasPercentiles)
    guard let list = state.neighbours.list, !list.neighbours.isEmpty else {
      MessageView(text: emptyText, style: Style(.textMuted)).draw(into: &frame, layout.rows)
      return
    }
    let scale = BarScale(list)
    for (row, index) in state.neighbours.rows.visible.prefix(layout.rows.rows).enumerated()
    where list.neighbours.indices.contains(index) {
      draw(list.neighbours[index], index, scale, into: &frame, layout.rows.row(row), layout)
    }
    if state.neighboursAreMarked { frame.restyle(layout.rows) { $0.name = .listStale } }
  }

  private var emptyText: String {
    if state.query.field.isEmpty { return "type a query above: the nearest texts show as you type" }
    return state.neighbours.list == nil ? "" : "no text was found"
  }

  private func draw(
    _ neighbour: NeighbourList.Neighbour, _ index: Int, _ scale: BarScale, into frame: inout Frame,
    _ row: Rect, _ layout: NeighboursLayout
  ) {
    let surface: StyleName? = index == state.neighbours.rows.selection ? .listSelected : nil
    frame.fill(row, style: Style(.list, on: surface))
    var column = row.left
    func put(_ text: String, _ style: StyleName, _ columns: Int, _ alignment: TextAlignment = .left) {
      let text = text.padded(to: min(columns, row.right - column), alignment: alignment)
      column += frame.put(text, at: Point(column: column, row: row.top), style: Style(style, on: surface))
    }
    put("\(index + 1)", .listRank, layout.rankColumns, .right)
    column += 1
    let bar = Bar.text(scale.fraction(neighbour.score), columns: layout.barColumns)
    put(bar, .listBar, layout.barColumns)
    put(Numbers.score(neighbour.score, scale.metric), .listScore, layout.scoreColumns, .right)
    column += 1
    if layout.percentileColumns > 0 {
      put(neighbour.percentile.map(Numbers.percentile) ?? "", .listPercentile, layout.percentileColumns)
      column += 1
    }
    put(neighbour.text.prefixOnOneLine(row.right - column), .list, row.right - column)
  }
}

/// How long the bar of a score is.
///
/// Cosines have a scale of their own, 0 to 1. Other scores have none: their bars go from the last of the
/// list to the first.
struct BarScale {
  let metric: Metric
  private let low: Float
  private let high: Float

  init(_ list: NeighbourList) {
    metric = list.metric
    let scores = list.neighbours.map(\.score).filter(\.isFinite)
    low = metric == .cosine ? 0 : scores.min() ?? 0
    high = metric == .cosine ? 1 : scores.max() ?? 1
  }

  /// 0…1.
  func fraction(_ score: Float) -> Float {
    guard high > low else { return score.isFinite ? 1 : 0 }
    let fraction = (score - low) / (high - low)
    return fraction > 0 ? min(fraction, 1) : 0
  }
}

extension State {
  /// The pane's title: how many texts were searched, what is out of date, the margin of the first.
  func neighboursTitle(columns: Int) -> String {
    guard let shown = neighbours.shown else { return View.neighbours.title }
    let list = shown.list
    var parts = [View.neighbours.title]
    if neighboursAreMarked {
      parts.append(
        shown.query != query.field.text
          ? "of an earlier query"
          : shown.corpus != corpus.version ? "of an earlier corpus" : "of an earlier recipe")
    }
    parts.append(
      list.searched < list.total
        ? "\(Numbers.grouped(list.searched)) of \(Numbers.grouped(list.total)) indexed"
        : Numbers.count(list.total, "text"))
    if list.neighbours.count >= 2 {
      let margin = list.neighbours[0].score - list.neighbours[1].score
      parts.append("margin \(Numbers.value(margin))")
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }
}
