import Recipes
import Screen

/// The panel of what the model saw: every token over its id, and the end that was cut off.
struct SeenTokensView {
  var state: State
  var shown: ShownExplanation

  func draw(into frame: inout Frame, _ body: Rect) {
    let (area, legend) = body.split(top: max(0, body.rows - 1))
    let seen = shown.seen
    let offset = min(max(0, state.tokens.seenOffset), max(0, seen.lines.count - 1))
    for (row, line) in seen.lines.dropFirst(offset).prefix(area.rows).enumerated() {
      draw(line, into: &frame, area.row(row))
    }
    drawLegend(hidden: seen.lines.count - offset - area.rows, into: &frame, legend)
  }

  private func draw(_ line: SeenTokens.Line, into frame: inout Frame, _ row: Rect) {
    switch line {
    case .heading(let side): heading(side).draw(into: &frame, at: row.origin, width: row.columns)
    case .tokens(let side, let range): drawTokens(side, range, into: &frame, row)
    case .ids(let side, let range): drawIDs(side, range, into: &frame, row)
    case .dropped(let text):
      var line = StyledLine()
      line.add("  cut: ", Style(.textWarning))
      line.add(text, Style(.tokenTruncated))
      line.draw(into: &frame, at: row.origin, width: row.columns)
    case .note(let text):
      frame.put(text.truncated(to: row.columns), at: row.origin, style: Style(.textMuted))
    case .space: break
    }
  }

  /// `query · 9/256 tokens`, with what was cut.
  private func heading(_ side: TokensState.Side) -> StyledLine {
    var line = StyledLine()
    guard let tokens = shown.side(side) else { return line }
    let limit = tokens.limit == Encoding.unlimited ? "" : "/\(tokens.limit)"
    line.add(side == .query ? "query" : "text", Style(.textAccent))
    line.add(" · \(tokens.totalCount)\(limit) tokens", Style(.textMuted))
    if tokens.totalCount > tokens.limit {
      line.add(" · the last \(tokens.totalCount - tokens.tokens.count) were cut off", Style(.textWarning))
    }
    return line
  }

  private func drawTokens(
    _ side: TokensState.Side, _ range: Range<Int>, into frame: inout Frame, _ row: Rect
  ) {
    guard let tokens = shown.side(side)?.tokens, let labels = shown.tokens(side)?.labels else { return }
    for index in range {
      let start = Point(column: row.left + shown.seen.starts[side][index], row: row.top)
      let isSelected = state.tokens.selected[side] == index
      let style: Style = isSelected ? Style(.tokenHighlighted) : Style(TokenLabel.style(tokens[index]))
      if isSelected { frame.put(state.tokensMark(side), at: start, style: Style(.textAccent)) }
      frame.put(
        TokenLabel.sign(tokens[index]), at: Point(column: start.column + 1, row: start.row),
        style: Style(tokens[index].isPooled ? .textAccent : .textMuted))
      frame.put(
        labels[index], at: Point(column: start.column + SeenTokens.margin, row: start.row), style: style,
        width: row.right - start.column - SeenTokens.margin)
    }
  }

  private func drawIDs(
    _ side: TokensState.Side, _ range: Range<Int>, into frame: inout Frame, _ row: Rect
  ) {
    guard let tokens = shown.side(side)?.tokens else { return }
    for index in range {
      let start = row.left + shown.seen.starts[side][index] + SeenTokens.margin
      frame.put(
        SeenTokens.id(tokens[index]), at: Point(column: start, row: row.top), style: Style(.textMuted),
        width: row.right - start)
    }
  }

  /// What the signs mean, those alone that occur, and how many lines follow.
  private func drawLegend(hidden: Int, into frame: inout Frame, _ row: Rect) {
    let tokens = shown.source.query.tokens + (shown.source.document?.tokens ?? [])
    var parts: [String] = []
    if tokens.contains(where: \.isPooled) { parts.append("● pooled") }
    if tokens.contains(where: { !$0.isPooled && $0.isAttended }) { parts.append("○ attended to alone") }
    if tokens.contains(where: { !$0.isPooled && !$0.isAttended }) { parts.append("× neither") }
    if tokens.contains(where: { $0.isSpecial && !$0.isUnknown }) { parts.append("s special") }
    if tokens.contains(where: { $0.isPrompt && !$0.isSpecial }) { parts.append("p prompt") }
    if tokens.contains(where: \.isUnknown) { parts.append("? unknown") }
    let more = hidden > 0 ? "↓ \(Numbers.count(hidden, "more line"))" : ""
    let room = row.columns - (more.isEmpty ? 0 : more.columns + 2)
    frame.put(
      parts.joined(separator: "  ").truncated(to: room), at: row.origin, style: Style(.heatmapLegend))
    frame.put(more, at: Point(column: row.right - more.columns, row: row.top), style: Style(.textAccent))
  }
}
