import Recipes
import Screen

/// How both sides agree on every query of a file, the least agreement first.
struct QueryAgreementView {
  let state: State
  let layout: CompareLayout

  func draw(into frame: inout Frame) {
    if let reason = state.queriesUnavailable {
      MessageView(text: "unavailable because \(reason)", style: Style(.textMuted))
        .draw(into: &frame, layout.rows)
      return
    }
    guard let answered = state.compare.answered else { return }
    let agreements = answered.agreements
    means(agreements, answered.wish).draw(
      into: &frame, at: layout.head.row(2).origin, width: layout.head.columns)
    frame.put(
      "overlap@\(answered.wish.depth)".padded(to: 19)
        + "Kendall τ  ✓ same first text, query".truncated(
          to: max(0, layout.head.columns - 19)),
      at: layout.head.row(3).origin, style: Style(.textMuted), width: layout.head.columns)
    for (row, index) in state.compare.queries.visible.prefix(layout.rows.rows).enumerated()
    where agreements.rows.indices.contains(index) {
      draw(agreements.rows[index], index, answered.wish.depth, into: &frame, layout.rows.row(row))
    }
    if state.queryAnswersAreOld { frame.restyle(layout.rows) { $0.name = .listStale } }
    drawReadOut(into: &frame)
  }

  private func means(_ agreements: ShownAgreements, _ wish: CompareState.FileWish) -> StyledLine {
    func value(_ value: Double?) -> String { value.map { Numbers.value(Float($0)) } ?? "–" }
    let isNarrow = layout.inner.columns < 90
    let count = agreements.rows.count
    var line = StyledLine()
    line.add("\(Numbers.grouped(count)) \(count == 1 ? "query" : "queries")", Style(.headerValue))
    line.add(" · mean overlap@\(wish.depth) ", Style(.header))
    line.add(value(agreements.meanOverlap), Style(.headerValue))
    line.add(isNarrow ? " · τ " : " · mean Kendall's tau ", Style(.header))
    line.add(CompareText.tau(agreements.meanTau), Style(.headerValue))
    line.add(isNarrow ? " · margin A " : " · mean margin A ", Style(.header))
    line.add(value(agreements.meanMarginA), Style(.headerValue))
    line.add(" B ", Style(.header))
    line.add(value(agreements.meanMarginB), Style(.headerValue))
    line.add(" · ✓ \(Numbers.grouped(agreements.sameFirst))", Style(.textSuccess))
    return line
  }

  private func draw(
    _ agreement: RecipeComparison.Agreement, _ index: Int, _ depth: Int, into frame: inout Frame, _ row: Rect
  ) {
    let isSelected = index == state.compare.queries.selection
    let surface: StyleName? = isSelected && state.focusedView == .compare ? .listSelected : nil
    frame.fill(row, style: Style(.list, on: surface))
    var column = row.left
    func put(_ text: String, _ style: StyleName, _ columns: Int, _ alignment: TextAlignment = .left) {
      let text = text.padded(to: max(0, min(columns, row.right - column)), alignment: alignment)
      column += frame.put(text, at: Point(column: column, row: row.top), style: Style(style, on: surface))
    }
    put(Bar.text(Float(agreement.overlap), columns: 8), .listBar, 8)
    put(" " + CompareText.overlap(agreement.overlap, depth), .listScore, 11)
    put(CompareText.tau(agreement.tau), .listPercentile, 11)
    let isSame = agreement.topA == agreement.topB
    put(isSame ? "✓ " : "≠ ", isSame ? .textSuccess : .textWarning, 2)
    let room = row.right - column
    let query = room >= 60 ? room * 2 / 5 : room
    put(agreement.query.prefixOnOneLine(query), .list, query - (room >= 60 ? 2 : 0))
    guard room >= 60 else { return }
    column += 2
    let first = isSame ? "A, B: " : "A: "
    let half = isSame ? row.right - column : (row.right - column) / 2
    put(first + agreement.topA.prefixOnOneLine(half), .textMuted, half)
    if !isSame { put(" B: " + agreement.topB.prefixOnOneLine(half), .textMuted, row.right - column) }
  }

  /// The selected query, the first text of each side.
  private func drawReadOut(into frame: inout Frame) {
    guard let agreement = state.selectedAgreement else { return }
    func value(_ margin: Float?) -> String { margin.map(Numbers.value) ?? "–" }
    let lines = [
      ("Q", agreement.query, ""), ("A", agreement.topA, "margin \(value(agreement.marginA)) · "),
      ("B", agreement.topB, "margin \(value(agreement.marginB)) · "),
    ]
    for (index, (name, text, note)) in lines.enumerated() where index < layout.readOut.rows {
      var line = StyledLine()
      line.add(name + " ", Style(.heatmapLabelSelected))
      line.add(note, Style(.textMuted))
      line.add(text.prefixOnOneLine(layout.readOut.columns), Style(.text))
      line.draw(into: &frame, at: layout.readOut.row(index).origin, width: layout.readOut.columns)
    }
  }
}

extension State {
  /// True while the answers for the file belong to other recipes than those in force.
  var queryAnswersAreOld: Bool {
    guard let answered = compare.answered, case .comparison(let asked)? = inquiries[.comparison].asked else {
      return false
    }
    return answered.wish != CompareState.FileWish(asked, file: answered.wish.file)
      || answered.wish.file != compare.file
  }
}
