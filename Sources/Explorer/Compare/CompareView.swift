import Recipes
import Screen

/// Two lists side by side, lines between the ranks of each text, and how they agree.
struct CompareView {
  private let state: State
  private let shown: ShownComparison
  private let layout: CompareLayout

  init?(state: State, inner: Rect) {
    guard let shown = state.compare.shown else { return nil }
    self.state = state
    self.shown = shown
    layout = CompareLayout(inner, mode: state.compare.mode)
  }

  func draw(into frame: inout Frame) {
    drawHead(into: &frame)
    if state.compare.mode == .queries {
      QueryAgreementView(state: state, layout: layout).draw(into: &frame)
      return
    }
    RankLines(state.compare, shown, layout).draw(into: &frame)
    for side in [CompareState.Side.a, .b] { drawList(side, into: &frame) }
    if state.isMarked(.comparison) { frame.restyle(layout.rows) { $0.name = .listStale } }
    drawReadOut(into: &frame)
  }

  /// The names of the models, what differs between the recipes, and how the lists agree.
  private func drawHead(into frame: inout Frame) {
    for side in [CompareState.Side.a, .b] {
      let recipe = side == .a ? shown.request.a : shown.request.b
      let (letter, note) = side == .a ? ("A", "in force") : ("B", "frozen")
      var name = StyledLine()
      name.add(letter + " ", Style(.textAccent))
      name.add(recipe.model.lastOfPath, Style(.textStrong))
      name.add(" · " + note, Style(.textMuted))
      let top = layout.head(side, line: 0)
      name.draw(into: &frame, at: top.origin, width: top.columns)
      let below = layout.head(side, line: 1)
      differences(side).draw(into: &frame, at: below.origin, width: below.columns)
    }
    guard state.compare.mode == .lists else { return }
    let line = layout.head.row(2)
    agreement.draw(into: &frame, at: line.origin, width: line.columns)
    for side in [CompareState.Side.a, .b] {
      let rect = layout.head(side, line: 3)
      let change = (side == .a ? "vs B" : "in A").padded(to: CompareLayout.changeColumns)
      let score = shown.metric(side).isDistance ? "dist" : "score"
      let text = "#".padded(to: CompareLayout.rankColumns, alignment: .right) + " " + change
      frame.put(
        text + score.padded(to: CompareLayout.scoreColumns, alignment: .right) + " text", at: rect.origin,
        style: Style(.textMuted), width: rect.columns)
    }
  }

  /// The parts that differ, as this side has them.
  private func differences(_ side: CompareState.Side) -> StyledLine {
    var line = StyledLine()
    let parts = shown.differences.filter { $0.name != "model" }
    for (index, part) in parts.enumerated() {
      if index > 0 { line.add(" · ", Style(.textMuted)) }
      line.add(part.name + " ", Style(.header))
      line.add((side == .a ? part.a : part.b).prefixOnOneLine(40), Style(.headerOverridden))
    }
    if shown.differences.isEmpty {
      line.add(
        side == .a ? "the same recipe on both sides" : "change something to see it move", Style(.textMuted))
    } else if parts.isEmpty, side == .a {
      line.add("another model, the same choices", Style(.textMuted))
    }
    return line
  }

  private var agreement: StyledLine {
    var line = StyledLine()
    let facts = shown.result.agreement
    // A collection may have fewer texts than are asked for.
    let depth = min(shown.result.depth, max(shown.a.count, shown.b.count))
    let isNarrow = layout.inner.columns < 90
    line.add("overlap@\(depth) ", Style(.header))
    line.add(Bar.text(Float(facts.overlap), columns: isNarrow ? 6 : 10), Style(.listBar))
    line.add(" " + CompareText.overlap(facts.overlap, depth), Style(.headerValue))
    line.add(isNarrow ? " · Kendall τ " : " · Kendall's tau ", Style(.header))
    line.add(CompareText.tau(facts.tau), Style(.headerValue))
    line.add(" · margin A ", Style(.header))
    line.add(facts.marginA.map(Numbers.value) ?? "–", Style(.headerValue))
    line.add(" B ", Style(.header))
    line.add(facts.marginB.map(Numbers.value) ?? "–", Style(.headerValue))
    let isSame = shown.a.first?.id == shown.b.first?.id
    let words = isNarrow ? (" · ✓ first", " · ≠ first") : (" · ✓ same first text", " · ≠ another first text")
    line.add(isSame ? words.0 : words.1, Style(isSame ? .textSuccess : .textWarning))
    return line
  }

  private func drawList(_ side: CompareState.Side, into frame: inout Frame) {
    let rect = side == .a ? layout.a : layout.b
    for (row, rank) in state.compare.ranks.visible(rows: rect.rows).enumerated() {
      let list = shown.list(side)
      guard list.indices.contains(rank) else { break }
      draw(list[rank], side, rank, into: &frame, rect.row(row))
    }
  }

  private func draw(
    _ neighbour: NeighbourList.Neighbour, _ side: CompareState.Side, _ rank: Int, into frame: inout Frame,
    _ row: Rect
  ) {
    let isSelected = state.selectedCompared?.id == neighbour.id
    let hasCursor = isSelected && side == state.compare.side
    let surface: StyleName? = hasCursor && state.focusedView == .compare ? .listSelected : nil
    frame.fill(row, style: Style(.list, on: surface))
    var column = row.left
    func put(_ text: String, _ style: StyleName, _ columns: Int, _ alignment: TextAlignment = .left) {
      let text = text.padded(to: max(0, min(columns, row.right - column)), alignment: alignment)
      column += frame.put(text, at: Point(column: column, row: row.top), style: Style(style, on: surface))
    }
    put("\(rank + 1)", .listRank, CompareLayout.rankColumns, .right)
    column += 1
    let change = CompareText.change(side, rank, shown.otherRank(side, rank), depth: shown.request.depth)
    put(change.text, change.style, CompareLayout.changeColumns)
    put(
      Numbers.score(neighbour.score, shown.metric(side)), .listScore, CompareLayout.scoreColumns, .right)
    column += 1
    let text = neighbour.text.isEmpty ? neighbour.id : neighbour.text
    let room = row.right - column
    put(text.prefixOnOneLine(room), isSelected ? .textStrong : .list, room)
  }

  private func drawReadOut(into frame: inout Frame) {
    guard let neighbour = state.selectedCompared, let rank = state.compare.ranks.selection else { return }
    let side = state.compare.side
    let (name, other) = side == .a ? ("A", "B") : ("B", "A")
    let there = shown.otherRank(side, rank).map { "rank \($0 + 1)" } ?? "not among \(shown.request.top)"
    var line = StyledLine()
    line.add("\(name): rank \(rank + 1), \(other): \(there)", Style(.heatmapLabelSelected))
    line.add(" · \(neighbour.id)", Style(.textMuted))
    line.draw(into: &frame, at: layout.readOut.origin, width: layout.readOut.columns)
    guard layout.readOut.rows > 1 else { return }
    frame.put(
      neighbour.text.prefixOnOneLine(layout.readOut.columns).truncated(to: layout.readOut.columns),
      at: layout.readOut.row(1).origin, style: Style(.text), width: layout.readOut.columns)
  }
}

extension ScrollList {
  /// The ranks that are shown in so many rows; the other list may be longer than this one.
  func visible(rows: Int) -> Range<Int> { offset..<offset + max(0, rows) }
}

/// How the facts of a comparison are written.
enum CompareText {
  /// `8 of 10`.
  static func overlap(_ overlap: Double, _ depth: Int) -> String {
    guard overlap.isFinite, (0...1).contains(overlap) else { return "–" }
    return "\(Int((overlap * Double(depth)).rounded())) of \(depth)"
  }

  static func tau(_ tau: Double?) -> String {
    guard let tau, tau.isFinite else { return "–" }
    let text = Numbers.fixed(tau, digits: 2)
    return tau > 0 ? "+" + text : text
  }

  /// What became of a text: on side A against B, on side B only where the lines cannot show it.
  static func change(
    _ side: CompareState.Side, _ rank: Int, _ other: Int?, depth: Int
  ) -> (text: String, style: StyleName) {
    guard side == .a else {
      guard let other else { return ("lost", .listDown) }
      return other < depth ? ("", .text) : ("A \(other + 1)", .textMuted)
    }
    guard let other else { return ("new", .listNew) }
    if other == rank { return ("=", .textMuted) }
    return other > rank ? ("↑\(other - rank)", .listUp) : ("↓\(rank - other)", .listDown)
  }
}
