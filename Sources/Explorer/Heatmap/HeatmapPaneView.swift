import Recipes
import Screen

/// The heatmap in its pane: the widget, and below it the two texts under the cursor.
struct HeatmapPaneView {
  var state: State

  /// From so many texts on numbers are not tried: half-blocks alone may show so many.
  private static let numbersLimit = 60

  func draw(into frame: inout Frame, _ inner: Rect) {
    guard let shown = state.heatmap.shown else { return }
    let hasFocus = state.focus == .view && state.view == .heatmap
    let (upper, lower) = inner.split(top: inner.rows - (hasFocus ? 2 : 0))
    let map = Heatmap(
      rowLabels: shown.labels, columnLabels: shown.names, values: shown.values,
      range: state.heatmap.range == .fixed ? shown.fixed : shown.percentiles,
      mode: shown.labels.count > Self.numbersLimit ? .halfBlocks : .automatic,
      cursor: hasFocus ? Point(column: state.heatmap.column, row: state.heatmap.row) : nil)
    map.draw(into: &frame, upper, hasColor: state.depth != .none)
    if state.heatmapIsMarked {
      frame.restyle(upper) { style in
        style.attributes.insert(.dim)
        if style.background == nil { style.name = .listStale }
      }
    }
    if hasFocus { drawReadOut(shown, into: &frame, lower) }
  }

  /// The value and both texts.
  private func drawReadOut(_ shown: ShownSimilarities, into frame: inout Frame, _ rect: Rect) {
    let count = shown.labels.count
    let (row, column) = (state.heatmap.row, state.heatmap.column)
    guard row < count, column < count else { return }
    let value = Numbers.value(shown.values[row * count + column])
    for (line, index) in [row, column].enumerated() {
      var text = StyledLine()
      text.add((line == 0 ? value : "").padded(to: 6, alignment: .right), Style(.textStrong))
      text.add(" \(shown.names[index]) ", Style(.heatmapLabelSelected))
      text.add(shown.matrix.texts[index].prefixOnOneLine(rect.columns), Style(.text))
      text.draw(into: &frame, at: Point(column: rect.left, row: rect.top + line), width: rect.columns)
    }
  }
}

extension State {
  /// The pane's title: whose similarities, how many, which range.
  func heatmapTitle(columns: Int) -> String {
    guard let shown = heatmap.shown else { return View.heatmap.title }
    var parts = [View.heatmap.title]
    if heatmapIsMarked { parts.append("out of date") }
    let count = shown.labels.count
    parts.append(shown.mode == .query ? "query × top \(count - 1)" : "your list of \(count)")
    if shown.matrix.metric.isDistance { parts.append("darker is nearer") }
    switch heatmap.range {
    case .percentiles: parts.append("p5 to p95")
    case .fixed: parts.append(shown.matrix.metric == .cosine ? "0 to 1" : "all values")
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }
}
