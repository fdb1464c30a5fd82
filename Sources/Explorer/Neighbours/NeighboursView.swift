import Recipes
import Screen

/// The nearest texts: rank, change against side B, bar, score, percentile, chosen columns, marks, and the text
/// with the words by which it matches.
struct NeighboursView {
  var state: State

  func draw(into frame: inout Frame, _ inner: Rect) {
    guard let list = state.neighbours.list, !list.neighbours.isEmpty else {
      MessageView(text: emptyText, style: Style(.textMuted)).draw(into: &frame, inner)
      return
    }
    let layout = NeighboursLayout(inner, state)
    let scale = BarScale(list)
    drawHeader(scale.metric, into: &frame, layout)
    for (row, index) in state.neighbours.rows.visible.prefix(layout.rows.rows).enumerated()
    where list.neighbours.indices.contains(index) {
      draw(list.neighbours[index], index, scale, into: &frame, layout.rows.row(row), layout)
    }
    drawLost(into: &frame, layout.lost)
    if state.neighboursAreMarked { frame.restyle(inner) { $0.name = .listStale } }
  }

  private var emptyText: String {
    if state.query.field.isEmpty { return "type a query above: the nearest texts show as you type" }
    return state.neighbours.list == nil ? "" : "no text was found"
  }

  private func drawHeader(_ metric: Metric, into frame: inout Frame, _ layout: NeighboursLayout) {
    guard !layout.header.isEmpty else { return }
    var line = NeighbourLine(row: layout.header, surface: nil)
    line.put("#", .textMuted, layout.rankColumns, .right, into: &frame)
    line.skip()
    if layout.changeColumns > 0 {
      line.put("vs B", .textMuted, layout.changeColumns, into: &frame)
      line.skip()
    }
    line.put("", .textMuted, layout.barColumns, into: &frame)
    line.put(metric.isDistance ? "dist." : "score", .textMuted, layout.scoreColumns, .right, into: &frame)
    line.skip()
    if layout.percentileColumns > 0 {
      line.put("pctile", .textMuted, layout.percentileColumns, into: &frame)
      line.skip()
    }
    for column in layout.columns {
      line.put(column.name, .textMuted, column.columns, column.isNumber ? .right : .left, into: &frame)
      line.skip()
    }
    line.put("text", .textMuted, line.room, into: &frame)
  }

  private func draw(
    _ neighbour: NeighbourList.Neighbour, _ index: Int, _ scale: BarScale, into frame: inout Frame,
    _ row: Rect, _ layout: NeighboursLayout
  ) {
    let surface: StyleName? = index == state.neighbours.rows.selection ? .listSelected : nil
    frame.fill(row, style: Style(.list, on: surface))
    var line = NeighbourLine(row: row, surface: surface)
    line.put("\(index + 1)", .listRank, layout.rankColumns, .right, into: &frame)
    line.put(state.neighbours.marked.contains(neighbour.id) ? "✓" : " ", .listMarked, 1, into: &frame)
    if layout.changeColumns > 0 {
      let change = state.neighbours.prepared.changes?.changes[checked: index]
      line.put(change?.text ?? "", change?.style ?? .list, layout.changeColumns, into: &frame)
      line.skip()
    }
    let bar = Bar.text(scale.fraction(neighbour.score), columns: layout.barColumns)
    line.put(bar, .listBar, layout.barColumns, into: &frame)
    line.put(
      Numbers.score(neighbour.score, scale.metric), .listScore, layout.scoreColumns, .right, into: &frame)
    line.skip()
    if layout.percentileColumns > 0 {
      let percentile = neighbour.percentile.map(Numbers.percentile) ?? ""
      line.put(percentile, .listPercentile, layout.percentileColumns, into: &frame)
      line.skip()
    }
    for column in layout.columns {
      let alignment: TextAlignment = column.isNumber ? .right : .left
      line.put(
        column.cells[checked: index] ?? "", .listLabel, column.columns, alignment, into: &frame)
      line.skip()
    }
    if let mark = neighbour.mark { line.put(mark + " ", .listLabel, mark.columns + 1, into: &frame) }
    line.put(neighbour, state.litSpans(of: neighbour.id), into: &frame)
  }

  /// One line for each text that side B has among its first and this list has not.
  private func drawLost(into frame: inout Frame, _ rect: Rect) {
    guard let changes = state.neighbours.prepared.changes else { return }
    for line in 0..<rect.rows {
      guard let lost = changes.lost[checked: line] else { break }
      let isLast = line == rect.rows - 1
      let more = isLast ? changes.lost.count - rect.rows : 0
      let place = lost.rank.map { "now \($0 + 1)" } ?? "gone"
      let tail = more > 0 ? "  and \(more) more" : ""
      var text = StyledLine()
      text.add("lost ", Style(.listDown))
      text.add("B's \(lost.rankOfB + 1), \(place): ", Style(.textMuted))
      let room = max(0, rect.columns - text.columns - tail.columns)
      text.add(lost.neighbour.text.prefixOnOneLine(room).truncated(to: room), Style(.list))
      text.add(tail, Style(.textMuted))
      text.draw(into: &frame, at: rect.row(line).origin, width: rect.columns)
    }
  }
}

/// One row of the list while it is drawn, from the left to the right.
private struct NeighbourLine {
  let row: Rect
  let surface: StyleName?
  private var column: Int

  init(row: Rect, surface: StyleName?) {
    self.row = row
    self.surface = surface
    column = row.left
  }

  var room: Int { max(0, row.right - column) }

  mutating func skip() { column += 1 }

  mutating func put(
    _ text: String, _ style: StyleName, _ columns: Int, _ alignment: TextAlignment = .left,
    into frame: inout Frame
  ) {
    let text = text.padded(to: min(columns, room), alignment: alignment)
    column += frame.put(text, at: Point(column: column, row: row.top), style: Style(style, on: surface))
  }

  /// The text in what is left, its matching words lit.
  mutating func put(
    _ neighbour: NeighbourList.Neighbour, _ spans: [Highlights.Span], into frame: inout Frame
  ) {
    for piece in Snippet(neighbour.text, spans: spans, columns: room).pieces {
      column += frame.put(
        piece.text, at: Point(column: column, row: row.top),
        style: piece.emphasis.style(.list, match: .listMatch, on: surface))
    }
  }
}

extension RankChange {
  fileprivate var style: StyleName {
    switch self {
    case .up: .listUp
    case .down: .listDown
    case .new: .listNew
    case .same: .textMuted
    }
  }
}

extension NeighbourList.Neighbour {
  /// `≈2` for what says nearly the same as the text of rank 2, `◎` for a hub; nil for most texts.
  var mark: String? {
    let marks = [duplicateOf.map { "≈\($0 + 1)" }, hubCount.map { _ in "◎" }].compactMap(\.self)
    return marks.isEmpty ? nil : marks.joined(separator: " ")
  }
}

extension Array {
  /// The element at a place; nil where there is none.
  subscript(checked index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

/// How long the bar of a score is.
///
/// Cosines have a scale of their own, 0 to 1. Other scores have none: their bars go from the last of the
/// list to the first.
struct BarScale: Equatable {
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
