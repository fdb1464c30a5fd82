import Recipes
import Screen

/// Attention in its pane: every head as a small map, or one head large.
struct AttentionView {
  var state: State

  private var hasColor: Bool { state.depth != .none }

  func draw(into frame: inout Frame, _ inner: Rect) {
    guard let shown = state.attention.shown else { return }
    if state.attention.isLarge {
      drawLarge(shown, into: &frame, LargeAttentionLayout(inner))
    } else {
      drawGrid(
        shown, into: &frame,
        AttentionLayout(inner, layers: shown.source.layers, heads: shown.source.heads))
    }
    if state.isMarked(.attention) {
      frame.restyle(inner) { style in
        style.attributes.insert(.dim)
        if style.background == nil { style.name = .listStale }
      }
    }
  }

  // MARK: the grid

  private func drawGrid(_ shown: ShownAttention, into frame: inout Frame, _ layout: AttentionLayout) {
    let attention = state.attention
    for place in 0..<layout.shownHeads {
      let head = attention.headOffset + place
      let isCursor = head == attention.head
      let rect = layout.place(layer: 0, head: place)
      let text = (isCursor && rect.columns >= 3 ? "▸" : "") + "\(head + 1)"
      frame.put(
        text, at: Point(column: rect.left, row: layout.header.top),
        style: Style(isCursor ? .heatmapLabelSelected : .heatmapLabel), width: layout.step.columns)
    }
    frame.put("head", at: layout.header.origin, style: Style(.heatmapLegend), width: 5)
    for line in 0..<layout.shownLayers {
      let layer = attention.layerOffset + line
      let isCursor = layer == attention.layer
      frame.put(
        "\(isCursor ? "▸" : " ")\(layer + 1)",
        at: Point(column: layout.labels.left, row: layout.labels.top + line * layout.step.rows),
        style: Style(isCursor ? .heatmapLabelSelected : .heatmapLabel), width: 5)
      for place in 0..<layout.shownHeads {
        drawMap(
          layer: layer, head: attention.headOffset + place, shown, into: &frame,
          layout.place(layer: line, head: place))
      }
    }
    drawReadOut(shown, into: &frame, layout.readOut)
    drawLegend(shown, into: &frame, layout.legend)
  }

  /// One head, and behind it the letter of where it looks; the one under the cursor is marked `◂`.
  private func drawMap(
    layer: Int, head: Int, _ shown: ShownAttention, into frame: inout Frame, _ rect: Rect
  ) {
    let index = layer * shown.source.heads + head
    let thumbnails = shown.thumbnails
    for row in 0..<rect.rows {
      for column in 0..<min(rect.columns, thumbnails.size.columns) {
        let point = Point(column: rect.left + column, row: rect.top + row)
        if hasColor {
          drawHalves(index, column, row, thumbnails, into: &frame, point)
        } else if row < thumbnails.size.rows {
          let value = thumbnails.sample(head: index, column: column, row: row)
          frame.put(String(Ramp.densityGlyph(at: value)), at: point, style: Style(.heatmapCell))
        }
      }
    }
    let isCursor = layer == state.attention.layer && head == state.attention.head
    let letter = shown.look(layer: layer, head: head)?.target?.letter ?? ""
    let mark = Point(column: rect.right, row: rect.top)
    frame.put(letter, at: mark, style: Style(isCursor ? .heatmapCursor : .textAccent))
    if isCursor {
      let below = Point(column: mark.column, row: mark.row + (letter.isEmpty || rect.rows < 2 ? 0 : 1))
      if letter.isEmpty || rect.rows >= 2 { frame.put("◂", at: below, style: Style(.heatmapCursor)) }
    }
  }

  private func drawHalves(
    _ index: Int, _ column: Int, _ row: Int, _ thumbnails: ShownAttention.Thumbnails,
    into frame: inout Frame, _ point: Point
  ) {
    guard row * 2 < thumbnails.size.rows else { return }
    let upper = thumbnails.sample(head: index, column: column, row: row * 2)
    var style = Style(.heatmapCell, foreground: .ramp(.sequential, upper))
    if row * 2 + 1 < thumbnails.size.rows {
      style.background = .ramp(
        .sequential, thumbnails.sample(head: index, column: column, row: row * 2 + 1))
    }
    frame.put("▀", at: point, style: style)
  }

  /// `layer 3 head 5 · looks at the previous token (61 %), then itself (12 %)`, on one row or two.
  private func drawReadOut(_ shown: ShownAttention, into frame: inout Frame, _ rect: Rect) {
    let attention = state.attention
    var line = StyledLine()
    line.add("layer \(attention.layer + 1) head \(attention.head + 1)", Style(.textStrong))
    let sentence = shown.look(layer: attention.layer, head: attention.head)?.sentence(shown.separator) ?? ""
    if rect.rows < 2 { line.add(" · " + sentence, Style(.text)) }
    line.draw(into: &frame, at: rect.origin, width: rect.columns)
    guard rect.rows >= 2 else { return }
    frame.put(
      sentence.truncated(to: rect.columns), at: Point(column: rect.left, row: rect.top + 1),
      style: Style(.text))
  }

  /// What the letters and the colours mean: one line after the other, or one below the other.
  private func drawLegend(_ shown: ShownAttention, into frame: inout Frame, _ rect: Rect) {
    var letters = StyledLine()
    for target in HeadLook.Target.allCases where shown.looks.contains(where: { $0.target == target }) {
      letters.add((letters.isEmpty ? "" : " ") + target.letter, Style(.textAccent))
      letters.add(" " + target.brief(shown.separator), Style(.heatmapLegend))
    }
    let used = letters.draw(into: &frame, at: rect.origin, width: rect.columns)
    var ramp = StyledLine()
    ramp.add("attention 0 ", Style(.heatmapLegend))
    for step in 0..<5 {
      let position = Float(step) / 4
      ramp.add(
        hasColor ? " " : String(Ramp.densityGlyph(at: position)),
        Style(.heatmapCell, background: hasColor ? .ramp(.sequential, position) : nil))
    }
    let isWhole = shown.thumbnails.size.columns == shown.labels.count
    ramp.add(" 1" + (isWhole ? "" : ", maximum of a cell’s tokens"), Style(.heatmapLegend))
    let start =
      rect.rows >= 2
      ? Point(column: rect.left, row: rect.top + 1)
      : Point(column: rect.left + (used > 0 ? used + 3 : 0), row: rect.top)
    ramp.draw(into: &frame, at: start, width: rect.right - start.column)
  }

  // MARK: one head

  /// The large map; nil until it is prepared.
  func matrix(_ shown: ShownAttention, in rect: Rect) -> TokenMatrix? {
    guard let large = shown.large else { return nil }
    return TokenMatrix(
      rows: shown.labels, columns: shown.labels, values: large.values, range: large.range,
      cursor: Point(column: state.attention.column, row: state.attention.row), hasColor: hasColor, in: rect)
  }

  private func drawLarge(
    _ shown: ShownAttention, into frame: inout Frame, _ layout: LargeAttentionLayout
  ) {
    drawReadOut(shown, into: &frame, layout.heading)
    guard let matrix = matrix(shown, in: layout.map), let large = shown.large else { return }
    matrix.draw(into: &frame, layout.map)
    let (row, column) = (state.attention.row, state.attention.column)
    let count = shown.labels.count
    guard row < count, column < count else { return }
    var line = StyledLine()
    line.add(shown.labels[row], Style(.heatmapLabelSelected))
    line.add(" → ", Style(.textMuted))
    line.add(shown.labels[column], Style(.heatmapLabelSelected))
    line.add("  " + Numbers.value(large.values[row * count + column]), Style(.textStrong))
    line.add("  (token \(row + 1) looking at token \(column + 1))", Style(.textMuted))
    line.draw(into: &frame, at: layout.readOut.origin, width: layout.readOut.columns)
  }
}

extension HeadLook.Target {
  fileprivate func brief(_ separator: String) -> String {
    switch self {
    case .first: "first"
    case .itself: "itself"
    case .previous: "previous"
    case .next: "next"
    case .separator: separator
    }
  }
}

extension HeadLook {
  /// Where the head looks, in words and shares.
  func sentence(_ separator: String) -> String {
    let parts = ranked.prefix(2).map { "\($0.target.name(separator)) (\(Self.percent($0.mass)))" }
    guard parts.count == 2 else { return "" }
    return target == nil ? "spread: \(parts[0]), \(parts[1])" : "looks at \(parts[0]), then \(parts[1])"
  }

  private static func percent(_ mass: Float) -> String { Numbers.fixed(Double(mass) * 100, digits: 0) + " %" }
}

extension State {
  /// The pane's title: whose attention, how many heads and tokens, what is out of date.
  func attentionTitle(columns: Int) -> String {
    guard let shown = attention.shown else { return View.attention.title }
    var parts = [View.attention.title]
    if isMarked(.attention) { parts.append("out of date") }
    let rank = neighbours.rows.selection.map { "text \($0 + 1)" } ?? "the text"
    parts.append("of " + (attentionSide == .query ? "the query" : rank))
    if attention.isLarge {
      parts.append("layer \(attention.layer + 1) head \(attention.head + 1)")
    } else {
      parts.append("\(Numbers.count(shown.source.layers, "layer")) × \(shown.source.heads) heads")
    }
    parts.append(Numbers.count(shown.labels.count, "token"))
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }
}
