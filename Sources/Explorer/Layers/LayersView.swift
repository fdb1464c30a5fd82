import Recipes
import Screen

/// Layers in its pane: where the ranking settles, the followed text's curve, the nearest texts of every layer.
struct LayersView {
  var state: State

  func draw(into frame: inout Frame, _ inner: Rect) {
    guard let shown = state.layers.shown else { return }
    let layout = LayersLayout(inner, layers: shown.layers.count)
    for (row, text) in facts(shown, columns: layout.facts.columns).prefix(layout.facts.rows).enumerated() {
      text.draw(into: &frame, at: layout.facts.row(row).origin, width: layout.facts.columns)
    }
    drawCurve(shown, layout, into: &frame)
    followed(shown).draw(
      into: &frame, at: layout.followed.origin, width: layout.followed.rows > 0 ? layout.followed.columns : 0)
    for index in shown.layers.indices {
      guard let rect = layout.block(index, offset: state.layers.offset) else { continue }
      drawBlock(index, shown, into: &frame, rect)
    }
    if state.isMarked(.layers) {
      frame.restyle(inner) { style in
        style.attributes.insert(.dim)
        style.name = .listStale
      }
    }
  }

  /// Where the ranking settles; how many texts are swept and what that takes.
  private func facts(_ shown: ShownSweep, columns: Int) -> [StyledLine] {
    var settled = StyledLine()
    settled.add(state.settledSentence, Style(.textStrong))
    if let layer = state.recipeLayer {
      let note = " · ✓ layer \(layer) in use"
      if settled.columns + note.columns <= columns { settled.add(note, Style(.textMuted)) }
    }
    let source = shown.source
    let isWhole = source.swept >= source.total
    let text =
      "\(Numbers.grouped(source.swept)) of \(Numbers.count(source.total, "text")) swept · "
      + "\(Numbers.bytes(source.bytes)) of \(Numbers.bytes(source.limitBytes))"
    var costs = StyledLine()
    costs.add(text, Style(isWhole ? .textMuted : .textWarning))
    let reason = isWhole ? " of memory" : ": more memory is not allowed"
    if costs.columns + reason.columns <= columns {
      costs.add(reason, Style(isWhole ? .textMuted : .textWarning))
    }
    return [settled, costs]
  }

  /// The line of the followed text: `* first at the last layer, followed: Refunds are paid …`.
  private func followed(_ shown: ShownSweep) -> StyledLine {
    var line = StyledLine()
    guard let text = shown.source.followed else { return line }
    let isFirst = text.id == shown.first
    line.add(isFirst ? "* " : "› ", Style(.listMatch))
    line.add(isFirst ? "first at the last layer, followed: " : "followed: ", Style(.textMuted))
    if !isFirst { line.add("(* is first at the last layer) ", Style(.textMuted)) }
    line.add(text.text.prefixOnOneLine(120), Style(.list))
    return line
  }

  private func drawCurve(_ shown: ShownSweep, _ layout: LayersLayout, into frame: inout Frame) {
    let cursor = state.layersCursor
    let first = layout.firstLayer(cursor: cursor, of: shown.layers.count)
    let range = first..<min(shown.layers.count, first + layout.layersShown)
    let left = layout.curve.left + LayersLayout.labelColumns
    func put(_ label: String, _ row: Rect) {
      frame.put(label, at: row.origin, style: Style(.plotLabel), width: LayersLayout.labelColumns - 1)
    }
    func put(_ line: Sparkline, _ rect: Rect, _ style: StyleName) {
      for (row, text) in line.text(rows: rect.rows).enumerated() {
        frame.put(text, at: Point(column: left, row: rect.top + row), style: Style(style))
      }
    }
    let width = layout.layerColumns
    let scores = range.map { shown.layers[$0]?.followedScore }
    put(shown.source.metric.isDistance ? "nearness" : "similarity", layout.bars.row(0))
    put(Sparkline(values: scores, range: shown.scoreRange, columnsPerValue: width), layout.bars, .plotSeries1)
    put("layer", layout.numbers(0))
    put(width >= 5 ? shown.source.metric.isDistance ? "distance" : "score" : "", layout.numbers(1))
    put("rank", layout.numbers(2))
    put("overlap", layout.numbers(3))
    if width < 5 {
      put(
        Sparkline(values: range.map { shown.heights[$0] }, range: 0...1, columnsPerValue: width),
        layout.numbers(2), .plotSeries2)
    }
    put(
      Sparkline(
        values: range.map { shown.layers[$0].map { Float($0.overlapWithLast) } }, range: 0...1,
        columnsPerValue: width), layout.numbers(3), .plotSeries3)
    for (place, index) in range.enumerated() {
      let isCursor = index == cursor
      let column = left + place * width
      let style = Style(isCursor ? .heatmapLabelSelected : .plotLabel)
      let every = width >= 3 ? 1 : 5
      if isCursor || (index.isMultiple(of: every) && abs(index - cursor) * width > 2) {
        frame.put(
          (isCursor && width >= 3 ? "▸" : "") + "\(index)",
          at: Point(column: column, row: layout.numbers(0).top), style: style)
      }
      guard width >= 5, let layer = shown.layers[index] else { continue }
      let score = layer.followedScore.map { Numbers.score($0, shown.source.metric) } ?? "–"
      frame.put(score, at: Point(column: column, row: layout.numbers(1).top), style: style, width: width - 1)
      frame.put(
        layer.followedRank.map { "#\($0)" } ?? "–",
        at: Point(column: column, row: layout.numbers(2).top), style: style, width: width - 1)
    }
  }

  /// A layer's head, and its nearest texts.
  private func drawBlock(_ index: Int, _ shown: ShownSweep, into frame: inout Frame, _ rect: Rect) {
    let isCursor = index == state.layersCursor
    let head = rect.row(0)
    let inUse = state.recipeLayer == index ? " ✓" : ""
    let overlapWord = rect.columns >= 42 ? "overlap " : ""
    let name = "\(isCursor ? "▸" : " ")layer \(index)\(inUse) \(overlapWord)"
    var used = frame.put(
      name, at: head.origin, style: Style(isCursor ? .heatmapLabelSelected : .textAccent),
      width: head.columns)
    guard let layer = shown.layers[index] else {
      frame.put(
        "not swept yet", at: Point(column: head.left + used, row: head.top), style: Style(.textMuted),
        width: head.columns - used)
      return
    }
    let overlap = layer.overlapWithLast > 0 ? min(layer.overlapWithLast, 1) : 0
    let same = Int((overlap * Double(layer.nearest.count)).rounded())
    let count = " \(same)/\(layer.nearest.count)"
    let bar = Bar.text(
      Float(overlap), columns: min(12, max(0, head.columns - used - count.columns)))
    used += frame.put(bar, at: Point(column: head.left + used, row: head.top), style: Style(.listBar))
    frame.put(
      count, at: Point(column: head.left + used, row: head.top), style: Style(.textMuted),
      width: head.columns - used)
    for (rank, neighbour) in layer.nearest.prefix(max(0, rect.rows - 1)).enumerated() {
      drawText(neighbour, rank, shown.texts[index][rank], shown, into: &frame, rect.row(rank + 1))
    }
  }

  /// Draws a text's line: ` 1*.712 Refunds are paid`.
  private func drawText(
    _ neighbour: NeighbourList.Neighbour, _ rank: Int, _ text: String, _ shown: ShownSweep,
    into frame: inout Frame, _ row: Rect
  ) {
    let isFirst = neighbour.id == shown.first
    let isFollowed = neighbour.id == shown.source.followed?.id
    var line = StyledLine()
    line.add("\(rank + 1)".padded(to: 2, alignment: .right), Style(.listRank))
    line.add(isFirst ? "*" : isFollowed ? "›" : " ", Style(.listMatch))
    line.add(
      Numbers.score(neighbour.score, shown.source.metric).padded(to: 5, alignment: .right) + " ",
      Style(.listScore))
    line.add(text, Style(isFirst || isFollowed ? .listMatch : .list))
    line.draw(into: &frame, at: row.origin, width: row.columns)
  }
}

extension State {
  /// From which layer on the first text stays the first.
  var settledSentence: String {
    guard let shown = layers.shown else { return "" }
    let last = shown.layers.count - 1
    let swept = shown.layers.count { $0 != nil }
    guard swept == shown.layers.count else {
      return "where the ranking settles shows once all are swept: \(swept) of \(shown.layers.count) layers"
    }
    guard let settled = shown.source.settledAt else { return "no text was found at the last layer" }
    if settled >= last {
      return "the ranking settles at the last layer: one layer before, another text is first"
    }
    if settled <= 0 { return "the first text is first at every layer" }
    return "the first text is first from layer \(settled) on"
  }

  /// The pane's title: how many layers, what is out of date, how far the sweep is.
  func layersTitle(columns: Int) -> String {
    guard let shown = layers.shown else { return View.layers.title }
    var parts = [View.layers.title]
    if isMarked(.layers) { parts.append("out of date") }
    if let progress = inquiries[.layers].progress, progress.total > 0 {
      parts.append(
        "sweeping \(Numbers.fixed(Double(progress.done) / Double(progress.total) * 100, digits: 0)) %")
    }
    parts.append("top \(LayersState.top) at \(Numbers.count(shown.layers.count, "layer"))")
    parts.append("\(Numbers.grouped(shown.source.swept)) of \(Numbers.count(shown.source.total, "text"))")
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }
}
