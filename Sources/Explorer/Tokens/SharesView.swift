import Recipes
import Screen

/// Each token's share of the score, for one of the two texts.
struct SharesView {
  var state: State
  var shown: ShownExplanation
  var side: TokensState.Side

  func draw(into frame: inout Frame, _ rect: Rect) {
    guard let tokens = shown.tokens(side), let source = shown.side(side) else { return }
    let layout = SharesLayout(rect)
    guard tokens.hasShares else {
      MessageView(text: "there are no shares: no text is selected", style: Style(.textMuted)).draw(
        into: &frame, rect)
      return
    }
    let columns = ShareColumns(tokens, columns: rect.columns)
    let list = state.tokens.lists[side]
    for (row, place) in list.visible.prefix(layout.rows.rows).enumerated()
    where tokens.labels.indices.contains(place) {
      let index = tokens.order(state.tokens.order, place: place)
      draw(source.tokens[index], index, tokens, columns, into: &frame, layout.rows.row(row))
    }
    if !layout.bias.isEmpty { drawBias(source.bias, columns, into: &frame, layout.bias) }
    sum(source, tokens, columns: rect.columns).draw(
      into: &frame, at: layout.sum.origin, width: layout.sum.columns)
    for (row, line) in methodText(source)
      .wrapped(to: rect.columns, limit: layout.method.rows).enumerated()
    {
      frame.put(line, at: layout.method.row(row).origin, style: Style(.textMuted))
    }
  }

  /// Draws a token's line: `▸ 12 ● money     ▐│████  +.132`.
  private func draw(
    _ token: TokenExplanation.Token, _ index: Int, _ tokens: ShownExplanation.Tokens,
    _ columns: ShareColumns, into frame: inout Frame, _ row: Rect
  ) {
    let isSelected = index == state.tokens.selected[side]
    let surface: StyleName? = isSelected ? .listSelected : nil
    if isSelected { frame.fill(row, style: Style(.list, on: surface)) }
    var column = row.left
    func put(_ text: String, _ style: StyleName) {
      column += frame.put(
        text, at: Point(column: column, row: row.top), style: Style(style, on: surface),
        width: row.right - column)
    }
    put(isSelected ? state.tokensMark(side) : " ", .textAccent)
    put("\(index + 1)".padded(to: 3, alignment: .right), .listRank)
    put(" " + TokenLabel.sign(token) + " ", token.isPooled ? .textAccent : .textMuted)
    put(tokens.labels[index].padded(to: columns.label), TokenLabel.style(token))
    put(" ", .list)
    putBar(token.share ?? .nan, columns, put)
    put(
      (token.share.map(Numbers.signed) ?? "–").padded(to: ShareColumns.number, alignment: .right),
      .listScore)
  }

  private func putBar(_ share: Float, _ columns: ShareColumns, _ put: (String, StyleName) -> Void) {
    put(columns.bar.negative(share), .listDown)
    put("│", .plotAxis)
    put(columns.bar.positive(share), .listBar)
  }

  private func drawBias(_ bias: Float, _ columns: ShareColumns, into frame: inout Frame, _ row: Rect) {
    var line = StyledLine()
    line.add("       bias".padded(to: columns.head), Style(.textMuted))
    putBar(bias, columns) { line.add($0, Style($1)) }
    line.add(
      (bias == 0 ? "0" : Numbers.signed(bias)).padded(to: ShareColumns.number, alignment: .right),
      Style(.listScore))
    line.draw(into: &frame, at: row.origin, width: row.columns)
  }

  /// The line of the sum: `text: Σ .6856 + bias .0125 = score .6981`.
  private func sum(
    _ source: TokenExplanation.Side, _ tokens: ShownExplanation.Tokens, columns: Int
  ) -> StyledLine {
    var line = StyledLine()
    let isActive = state.tokensSide == side
    line.add(side == .query ? "query: " : "text: ", Style(isActive ? .textAccent : .textMuted))
    line.add("Σ ", Style(.textMuted))
    line.add(Self.exact(tokens.sum), Style(.textStrong))
    if shown.source.method == .linear {
      line.add(" + bias ", Style(.textMuted))
      line.add(Self.exact(Double(source.bias)), Style(.textStrong))
    } else {
      line.add(columns >= 46 ? " + residual " : " + rest ", Style(.textMuted))
      line.add(Self.exact(Double(source.residual)), Style(.textStrong))
    }
    let score = shown.source.metric.isDistance ? "-distance " : "score "
    line.add(" = " + (columns >= 46 ? score : ""), Style(.textMuted))
    line.add(Self.exact(Double(shown.source.score)), Style(.textStrong))
    return line
  }

  /// What a reader must know, then how the shares were found.
  private func methodText(_ source: TokenExplanation.Side) -> String {
    var parts = shown.source.notes
    if shown.source.method == .linear {
      let isSmall = source.residual.magnitude < 1e-5
      parts.append("residual " + (isSmall ? "below 1e-5" : Self.exact(Double(source.residual))))
    }
    return (parts + [shown.source.method.sentence]).joined(separator: " · ")
  }

  /// A number with four digits behind the point: `.6981`.
  private static func exact(_ number: Double) -> String {
    // Scores of vectors that are not normalised may be large.
    let digits = number.magnitude < 10 ? 4 : number.magnitude < 100 ? 3 : 1
    let text = Numbers.fixed(number, digits: digits)
    if text.hasPrefix("0.") { return String(text.dropFirst()) }
    return text.hasPrefix("-0.") ? "-" + text.dropFirst(2) : text
  }
}

/// How wide the parts of a line of shares are.
private struct ShareColumns {
  static let number = 7

  let label: Int
  let bar: SignedBar
  /// Everything left of the bar.
  let head: Int

  init(_ tokens: ShownExplanation.Tokens, columns: Int) {
    label = min(max(tokens.labelColumns, 6), max(6, (columns - 14) * 2 / 5))
    head = 7 + label + 1
    bar = SignedBar(
      least: tokens.least, greatest: tokens.greatest, columns: max(1, columns - head - Self.number))
  }
}
