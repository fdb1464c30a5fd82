import Recipes
import Screen

/// The grid of first texts with margins and overlaps, the strip of variants, the cell under the cursor.
struct GridView {
  private let state: State
  private let shown: ShownGrid
  private let layout: GridLayout

  init?(state: State, inner: Rect) {
    guard let shown = state.grid.shown else { return nil }
    self.state = state
    self.shown = shown
    layout = GridLayout(inner, columns: shown.plan.columns.count)
  }

  private var hasFocus: Bool { state.focusedView == .grid }

  private var rows: Range<Int> {
    let first = min(state.grid.firstRow, shown.plan.rows.count)
    return first..<min(shown.plan.rows.count, first + layout.visibleRows)
  }

  private var columns: Range<Int> {
    let first = min(state.grid.firstColumn, shown.plan.columns.count)
    return first..<min(shown.plan.columns.count, first + layout.visibleColumns)
  }

  func draw(into frame: inout Frame) {
    drawHead(into: &frame)
    for row in rows {
      drawLabel(row, into: &frame)
      for column in columns { drawCell(row, column, into: &frame) }
    }
    drawLegend(into: &frame)
    GridStripView(shown: shown, rect: layout.variants).draw(into: &frame)
    if state.gridIsMarked {
      for rect in [layout.body, layout.variants] { frame.restyle(rect) { $0.name = .listStale } }
    }
    drawReadOut(into: &frame)
  }

  private func put(
    _ text: String, _ style: StyleName, _ rect: Rect, line: Int, into frame: inout Frame,
    on surface: StyleName? = nil
  ) {
    frame.put(
      text.truncated(to: rect.columns), at: Point(column: rect.left, row: rect.top + line),
      style: Style(style, on: surface), width: rect.columns)
  }

  /// The names of the poolings, and which part of the grid is shown where it is not all.
  private func drawHead(into frame: inout Frame) {
    let label = layout.head.split(left: layout.labelColumns - 1).left
    put("instruction", .listLabel, label, line: 0, into: &frame)
    if rows.count < shown.plan.rows.count {
      put(
        "\(rows.lowerBound + 1)–\(rows.upperBound) of \(shown.plan.rows.count)", .textMuted, label, line: 1,
        into: &frame)
    }
    for column in columns {
      let facts = shown.plan.columns[column]
      var rect = layout.cell(row: 0, column: column - columns.lowerBound)
      rect.origin.row = layout.head.top
      rect.size.columns -= 1
      let hidden =
        column == columns.lowerBound && column > 0
        ? "‹ " : column == columns.upperBound - 1 && column < shown.plan.columns.count - 1 ? "› " : ""
      put(hidden + facts.name, .textStrong, rect, line: 0, into: &frame)
      let notes = [
        facts.isInForce ? "●" : nil, facts.isDeclared ? "declared" : nil,
        facts.refusal == nil ? nil : "does not fit",
      ]
      put(notes.compactMap(\.self).joined(separator: " "), .textMuted, rect, line: 1, into: &frame)
    }
  }

  private func drawLabel(_ index: Int, into frame: inout Frame) {
    let row = shown.plan.rows[index]
    let rect = layout.row(index - rows.lowerBound).split(left: layout.labelColumns - 1).left
    let isSelected = hasFocus && index == shown.row
    put(row.name, isSelected ? .heatmapLabelSelected : .listLabel, rect, line: 0, into: &frame)
    put(row.refusal ?? row.words, row.refusal == nil ? .textMuted : .textError, rect, line: 1, into: &frame)
  }

  /// Sign and first words; below them margin, bar and count of the overlap.
  private func drawCell(_ row: Int, _ column: Int, into frame: inout Frame) {
    var rect = layout.cell(row: row - rows.lowerBound, column: column - columns.lowerBound)
    rect.size.columns -= 1
    let surface: StyleName? =
      hasFocus && row == shown.row && column == shown.column ? .listSelected : nil
    if surface != nil { frame.fill(rect, style: Style(.list, on: surface)) }
    guard let cell = shown.cells[row][column] else {
      put("–", .textMuted, rect, line: 0, into: &frame, on: surface)
      return
    }
    let agrees = shown.agrees(cell.found)
    put(
      agrees.map { $0 ? "✓" : "≠" } ?? "", agrees == true ? .textSuccess : .textWarning, rect, line: 0,
      into: &frame, on: surface)
    let text = rect.split(left: 2).rest
    put(cell.found.firstWords(text.columns), .list, text, line: 0, into: &frame, on: surface)
    let isInForce = shown.plan.rows[row].isInForce && shown.plan.columns[column].isInForce
    put(isInForce ? "●" : "", .textAccent, rect, line: 1, into: &frame, on: surface)
    let margin = (cell.found.margin.map(Numbers.value) ?? "–").padded(to: 5, alignment: .right)
    put(margin, .listScore, rect.split(left: 1).rest, line: 1, into: &frame, on: surface)
    let overlap = shown.overlap(cell.found)
    let count = (overlap.map { "\($0)" } ?? "–").padded(to: 3, alignment: .right)
    let room = rect.columns - 10
    let barColumns = room < 2 ? max(0, room) : min(12, room)
    // A bar of one column says nothing.
    let bar = Bar.text(overlap == nil || room < 2 ? 0 : Float(cell.found.overlap), columns: barColumns)
    put(bar, .listBar, rect.split(left: 7).rest, line: 1, into: &frame, on: surface)
    put(count, .listPercentile, rect.split(left: 7 + barColumns).rest, line: 1, into: &frame, on: surface)
    if cell.isEarlier { frame.restyle(rect) { $0.name = .listStale } }
  }

  private func drawLegend(into frame: inout Frame) {
    guard layout.legend.rows > 0 else { return }
    let long =
      "✓ first text as declared · ≠ another · ● in force · below: margin, overlap@\(shown.depth) with declared"
    let short = "✓ declared first  ● in force  margin overlap@\(shown.depth)"
    put(
      long.columns <= layout.legend.columns ? long : short, .heatmapLegend, layout.legend, line: 0,
      into: &frame)
  }

  /// The cell under the cursor: its numbers, its text whole, or why there is none.
  private func drawReadOut(into frame: inout Frame) {
    guard shown.plan.rows.indices.contains(shown.row), shown.plan.columns.indices.contains(shown.column)
    else { return }
    let (row, column) = (shown.plan.rows[shown.row], shown.plan.columns[shown.column])
    let rect = layout.readOut
    var line = StyledLine()
    line.add("\(row.name) × \(column.name)", Style(.heatmapLabelSelected))
    let cell = shown.selected
    if let cell { for fact in facts(cell.found) { line.add(" · " + fact, Style(.text)) } }
    if row.isInForce, column.isInForce { line.add(" · in force", Style(.textAccent)) }
    line.draw(into: &frame, at: rect.origin, width: rect.columns)
    let text =
      row.refusal ?? column.refusal ?? cell?.found.firstWords(rect.columns * 2) ?? "it is being computed"
    let style: StyleName = row.refusal == nil && column.refusal == nil ? .text : .textError
    for (index, part) in text.wrapped(to: rect.columns, limit: max(0, rect.rows - 1)).enumerated() {
      put(part, style, rect, line: index + 1, into: &frame)
    }
  }

  private func facts(_ cell: RecipeGrid.Cell) -> [String] {
    let measure = shown.metric.isDistance ? "distance" : "score"
    return [
      "\(measure) \(Numbers.score(cell.score, shown.metric))",
      "margin \(cell.margin.map(Numbers.value) ?? "–")",
      "overlap \(shown.overlap(cell).map { "\($0)" } ?? "–") of \(shown.depth)",
    ]
  }
}

/// The strip of small variants of the instruction under the cursor.
struct GridStripView {
  let shown: ShownGrid
  let rect: Rect

  func draw(into frame: inout Frame) {
    guard rect.rows > 0, shown.plan.rows.indices.contains(shown.row) else { return }
    let name = shown.plan.rows[shown.row].name
    let heading =
      shown.variants.isEmpty
      ? "“\(name)” has no words whose ending could be changed"
      : "endings of “\(name)”: = same ≈ reordered ≠ other first or other texts, of \(shown.depth)"
    frame.put(
      heading.truncated(to: rect.columns), at: rect.origin, style: Style(.listLabel), width: rect.columns)
    if rect.rows > shown.variants.count {
      for (index, variant) in shown.variants.enumerated() {
        line(variant, columns: rect.columns)
          .draw(into: &frame, at: Point(column: rect.left, row: rect.top + 1 + index), width: rect.columns)
      }
    } else {
      var line = StyledLine()
      for variant in shown.variants {
        line.add(variant.variant.name + " ", Style(variant.isOwn ? .textStrong : .text))
        line.add(sign(variant) + " ", Style(style(variant)))
        line.add(count(variant) + "   ", Style(.listPercentile))
      }
      line.draw(into: &frame, at: Point(column: rect.left, row: rect.top + 1), width: rect.columns)
    }
  }

  private func line(_ variant: ShownGrid.Variant, columns: Int) -> StyledLine {
    var line = StyledLine()
    line.add(" " + variant.variant.name.padded(to: 5), Style(variant.isOwn ? .textStrong : .text))
    line.add(sign(variant) + " ", Style(style(variant)))
    let bar = Bar.text(Float(variant.overlap ?? 0) / Float(max(1, shown.depth)), columns: 10)
    line.add(bar + count(variant).padded(to: 3, alignment: .right) + "  ", Style(.listBar))
    let words = variant.found?.firstWords(columns) ?? "–"
    line.add((variant.isOwn ? "as it is: " : "") + words, Style(.list))
    return line
  }

  private func sign(_ variant: ShownGrid.Variant) -> String { variant.stability?.sign ?? "–" }

  private func count(_ variant: ShownGrid.Variant) -> String { variant.overlap.map { "\($0)" } ?? "–" }

  private func style(_ variant: ShownGrid.Variant) -> StyleName {
    switch variant.stability {
    case .same: .textSuccess
    case .reordered: .text
    case .changed: .textWarning
    case nil: .textMuted
    }
  }
}

extension State {
  /// The pane's title: how many instructions and poolings, what is out of date.
  func gridTitle(columns: Int) -> String {
    var parts = [View.grid.title]
    guard let shown = grid.shown else { return parts[0] }
    if gridIsMarked { parts.append("out of date") }
    parts.append(Numbers.count(shown.plan.rows.count, "instruction"))
    parts.append(Numbers.count(shown.plan.columns.count, "pooling"))
    if let progress = corpus.indexing, progress.done < progress.total {
      parts.append("\(Numbers.grouped(progress.done)) of \(Numbers.grouped(progress.total)) indexed")
    } else if let count = corpus.summary?.count {
      parts.append(Numbers.count(count, "text"))
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }
}
