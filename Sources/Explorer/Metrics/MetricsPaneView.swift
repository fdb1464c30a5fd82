import Recipes
import Screen

/// The metrics side by side.
struct MetricsPaneView {
  let state: State
  let study: MetricStudy
  private let bias: MetricBias

  init?(_ state: State) {
    guard let study = state.metricStudy, !study.sides.isEmpty else { return nil }
    self.state = state
    self.study = study
    bias = MetricBias(study)
  }

  private func layout(_ inner: Rect) -> MetricsLayout {
    MetricsLayout(
      inner, sides: study.sides.count, found: study.sides.map(\.found.count).max() ?? 0,
      notes: notes(inner).count)
  }

  /// The metrics that are shown: the cursor's is among them.
  private func shownSides(_ layout: MetricsLayout) -> ArraySlice<MetricStudy.Side> {
    let cursor = study.sides.firstIndex { $0.metric == state.metricSide?.metric } ?? 0
    let first = max(0, cursor - layout.columns.count + 1)
    return study.sides[first..<min(study.sides.count, first + layout.columns.count)]
  }

  func draw(into frame: inout Frame, _ inner: Rect) {
    let layout = layout(inner)
    for (rect, side) in zip(layout.columns, shownSides(layout)) {
      drawHead(side, into: &frame, layout.heads.intersection(rect))
      drawList(side, into: &frame, layout.list.intersection(rect))
      drawHistograms(side, into: &frame, rect, layout)
    }
    if state.isMarked(.metrics) {
      frame.restyle(inner.split(top: layout.notes.top - inner.top).top) { $0.name = .listStale }
    }
    for (row, note) in notes(inner).prefix(layout.notes.rows).enumerated() {
      frame.put(
        note.text, at: Point(column: layout.notes.left, row: layout.notes.top + row),
        style: Style(note.style),
        width: layout.notes.columns)
    }
    drawReadOut(into: &frame, layout.readOut)
  }

  // MARK: A metric's column

  /// The metric's name, `✓` where it is in force, and how long its texts are.
  private func drawHead(_ side: MetricStudy.Side, into frame: inout Frame, _ rect: Rect) {
    let isCursor = side.metric == state.metricSide?.metric
    let mark = (isCursor ? "▸" : " ") + side.metric.rawValue + (side.metric == inForce ? " ✓" : "")
    frame.put(
      mark.truncated(to: rect.columns), at: rect.origin,
      style: Style(isCursor ? .heatmapLabelSelected : .heatmapLabel).with(.bold))
    guard rect.rows > 1 else { return }
    let mean = "⌀\(Numbers.fixed(side.meanTokens, digits: 1)) tok"
    let ratio = bias.ratio(side).map { " " + MetricBias.times($0) } ?? ""
    frame.put(
      (mean + ratio).truncated(to: rect.columns), at: Point(column: rect.left, row: rect.top + 1),
      style: Style(.textMuted))
  }

  private var inForce: Metric? { state.recipe?.metric.value }

  /// Rank, score, tokens, norm and text; the text under the cursor is marked wherever it is found.
  private func drawList(_ side: MetricStudy.Side, into frame: inout Frame, _ rect: Rect) {
    let isCursor = side.metric == state.metricSide?.metric
    let selected = state.metricFound?.neighbour.id
    for (row, index) in visible(rect).enumerated() where side.found.indices.contains(index) {
      let found = side.found[index]
      let isSelected = isCursor && index == state.metrics.row
      let isSame = !isSelected && found.neighbour.id == selected
      let surface: StyleName? = isSelected ? .listSelected : nil
      let line = rect.row(row)
      frame.fill(line, style: Style(.list, on: surface))
      var text = StyledLine()
      text.add("\(index + 1)".padded(to: 2, alignment: .right), Style(.listRank, on: surface))
      text.add(isSame ? "◂" : " ", Style(.listMarked, on: surface))
      if rect.columns >= Self.scoreColumns {
        let score = Numbers.score(found.neighbour.score, side.metric)
        text.add(score.padded(to: 6, alignment: .right), Style(.listScore, on: surface))
      }
      text.add("\(found.tokens)".padded(to: 4, alignment: .right), Style(.listPercentile, on: surface))
      if rect.columns >= Self.normColumns {
        let norm = Numbers.value(found.norm)
        text.add(norm.padded(to: 7, alignment: .right), Style(.listRank, on: surface))
      }
      let room = rect.columns - text.columns - 1
      if room >= 2 {
        let label = found.neighbour.text.prefixOnOneLine(room).truncated(to: room)
        text.add(" " + label, Style(isSame ? .listMatch : .list, on: surface))
      }
      text.draw(into: &frame, at: line.origin, width: line.columns)
    }
  }

  /// From so many columns a metric's rows have scores: the text and its length come first.
  private static let scoreColumns = 20
  /// From so many columns a metric's rows have norms.
  private static let normColumns = 40

  /// The ranks that are shown: the cursor's is among them.
  private func visible(_ rect: Rect) -> Range<Int> {
    var list = ScrollList(count: study.sides.map(\.found.count).max() ?? 0, height: max(1, rect.rows))
    list.select(state.metrics.row)
    return list.visible.prefix(rect.rows)
  }

  /// How long the found texts are, over how long all are, on one axis of token counts.
  private func drawHistograms(
    _ side: MetricStudy.Side, into frame: inout Frame, _ rect: Rect, _ layout: MetricsLayout
  ) {
    guard layout.axis.rows > 0 else { return }
    let found = layout.found.intersection(rect)
    let all = layout.all.intersection(rect)
    let label = "top"
    let bars = { (rect: Rect) in
      Rect(column: rect.left + 4, row: rect.top, columns: rect.columns - 4, rows: rect.rows)
    }
    frame.put(label, at: Point(column: found.left, row: found.bottom - 1), style: Style(.plotLabel))
    frame.put("all", at: Point(column: all.left, row: all.bottom - 1), style: Style(.plotLabel))
    Histogram(counts: side.histogram).draw(into: &frame, bars(found), style: Style(.plotSeries2))
    Histogram(counts: study.histogram).draw(into: &frame, bars(all), style: Style(.plotSeries1))
    drawAxis(into: &frame, bars(layout.axis.intersection(rect)), rect.left)
  }

  /// The bounds of the first and the last bin under their bars, and the unit.
  private func drawAxis(into frame: inout Frame, _ rect: Rect, _ left: Int) {
    let bins = min(study.bins.count - 1, study.histogram.count)
    guard bins > 0 else { return }
    let end = Histogram.columns(of: bins - 1, bins: bins, columns: rect.columns).upperBound
    let first = "\(study.bins[0])"
    let last = "\(study.bins[bins])"
    frame.put("tok", at: Point(column: left, row: rect.top), style: Style(.plotAxis))
    frame.put(first, at: rect.origin, style: Style(.plotAxis))
    let column = rect.left + max(first.columns + 1, end - last.columns)
    frame.put(
      last, at: Point(column: column, row: rect.top), style: Style(.plotAxis), width: rect.right - column)
  }

  // MARK: Sentences

  /// What to make of it, wrapped: as many sentences as fit whole into a third of the pane, the first at least.
  func notes(_ inner: Rect) -> [(text: String, style: StyleName)] {
    var lines: [(text: String, style: StyleName)] = []
    for note in sentences {
      let wrapped = note.text.wrapped(to: max(1, inner.columns))
      guard lines.isEmpty || lines.count + wrapped.count <= inner.rows / 3 else { break }
      lines += wrapped.map { ($0, note.style) }
    }
    return lines
  }

  private var sentences: [(text: String, style: StyleName)] {
    [(bias.sentence, .textStrong), normalisation, (bias.normSentence, .textMuted)].compactMap { $0 }
  }

  /// Why metrics rank alike, and what can be done; nil where they do not.
  private var normalisation: (text: String, style: StyleName)? {
    func key(_ action: Action) -> String { state.bindings.label(for: action) ?? action.name }
    if study.isNormalized {
      let hasHead = (state.model.description?.headChoices.count ?? 0) > 1
      let deed = hasHead ? " (\(key(.choosePooling)) can leave the model's head out)" : ""
      let text = "! every norm is 1 as vectors leave the model: cosine, dot and euclidean rank alike"
      return (text + deed, .textWarning)
    }
    guard state.recipe?.normalizes.value == true else { return nil }
    let text = "your recipe normalises: dot, euclidean then rank like cosine"
    return ("\(text) (\(key(.chooseMetric)) changes it)", .textMuted)
  }

  /// The text under the cursor with its length and norm.
  private func drawReadOut(into frame: inout Frame, _ rect: Rect) {
    guard rect.rows > 0, let found = state.metricFound else { return }
    var line = StyledLine()
    line.add("▸ ", Style(.textAccent))
    line.add(found.neighbour.id.prefixOnOneLine(20).truncated(to: 20), Style(.textStrong))
    let score = state.metricSide.map { Numbers.score(found.neighbour.score, $0.metric) } ?? ""
    let facts =
      " \(score) · \(Numbers.count(found.tokens, "token")) · norm \(Numbers.value(found.norm)) · "
    line.add(facts, Style(.textMuted))
    line.add(found.neighbour.text.prefixOnOneLine(rect.columns), Style(.text))
    line.draw(into: &frame, at: rect.origin, width: rect.columns)
  }

  // MARK: Places

  /// The metric and the row under a cell; no row outside of the lists.
  func place(at point: Point, _ inner: Rect) -> (metric: Metric, row: Int?)? {
    let layout = layout(inner)
    guard point.row < layout.notes.top, layout.notes.rows == 0 || !layout.notes.contains(point) else {
      return nil
    }
    for (rect, side) in zip(layout.columns, shownSides(layout)) where rect.contains(point) {
      guard layout.list.contains(point) else { return (side.metric, nil) }
      return (side.metric, visible(layout.list).lowerBound + point.row - layout.list.top)
    }
    return nil
  }

  func rect(of element: String, _ inner: Rect) -> Rect? {
    let layout = layout(inner)
    switch element {
    case "notes": return layout.notes
    case "read-out": return layout.readOut
    default: break
    }
    if element.hasPrefix("row "), let number = Int(element.dropFirst(4)) {
      let rows = visible(layout.list)
      return rows.contains(number - 1) ? layout.list.row(number - 1 - rows.lowerBound) : nil
    }
    for (rect, side) in zip(layout.columns, shownSides(layout)) where side.metric.rawValue == element {
      return rect.split(top: layout.notes.top - rect.top).top
    }
    return nil
  }
}
