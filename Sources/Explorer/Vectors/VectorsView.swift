import Recipes
import Screen

/// The terms with their weights, the texts nearest to their sum, and the axis.
struct VectorsView {
  private let state: State
  private let layout: VectorsLayout

  init(state: State, inner: Rect) {
    self.state = state
    layout = VectorsLayout(inner, hasAxis: state.vectors.shown?.hasAxis == true)
  }

  func draw(into frame: inout Frame) {
    TermStrip(state: state, rect: layout.terms).draw(into: &frame)
    drawFacts(into: &frame)
    guard let shown = state.vectors.shown else { return }
    let neighbours = shown.result.list.neighbours
    for (row, rank) in state.vectors.rows.visible.prefix(layout.list.rows).enumerated()
    where neighbours.indices.contains(rank) {
      draw(neighbours[rank], rank, shown, into: &frame, layout.list.row(row))
    }
    if neighbours.isEmpty {
      MessageView(text: "no text was found", style: Style(.textMuted)).draw(into: &frame, layout.list)
    }
    drawScale(shown, into: &frame)
    drawEnds(shown, into: &frame)
    if isOld {
      for rect in [layout.list, layout.scale, layout.ends] { frame.restyle(rect) { $0.name = .listStale } }
    }
  }

  private var isOld: Bool { state.expressionFault != nil || state.isMarked(.combination) }

  private func drawFacts(into frame: inout Frame) {
    var line = StyledLine()
    if let fault = state.expressionFault {
      line.add("✗ " + fault, Style(.textError))
    } else if let shown = state.vectors.shown {
      line.add("the sum: length \(Numbers.value(shown.result.norm))", Style(.text))
      let scores = shown.result.list.neighbours.prefix(2).map(\.score)
      if scores.count == 2 { line.add(" · margin \(Numbers.value(scores[0] - scores[1]))", Style(.text)) }
      if shown.result.norm == 0 {
        line.add(" · no direction: these ranks mean nothing", Style(.textWarning))
      } else if state.expression.terms.isEmpty {
        line.add(" · the direction of the axis", Style(.textMuted))
      }
    }
    line.draw(into: &frame, at: layout.facts.origin, width: layout.facts.columns)
  }

  private func draw(
    _ neighbour: NeighbourList.Neighbour, _ rank: Int, _ shown: ShownCombination, into frame: inout Frame,
    _ row: Rect
  ) {
    let isSelected = rank == state.vectors.rows.selection && state.focusedView == .vectors
    let surface: StyleName? = isSelected ? .listSelected : nil
    frame.fill(row, style: Style(.list, on: surface))
    var column = row.left
    func put(_ text: String, _ style: StyleName, _ columns: Int, _ alignment: TextAlignment = .left) {
      let text = text.padded(to: max(0, min(columns, row.right - column)), alignment: alignment)
      column += frame.put(text, at: Point(column: column, row: row.top), style: Style(style, on: surface))
    }
    put("\(rank + 1)", .listRank, layout.rankColumns, .right)
    column += 1
    put(
      Bar.text(shown.scale.fraction(neighbour.score), columns: layout.barColumns), .listBar,
      layout.barColumns)
    let metric = shown.result.list.metric
    put(Numbers.score(neighbour.score, metric), .listScore, layout.scoreColumns, .right)
    column += 1
    if layout.axisColumns > 0 {
      let position = shown.position(rank)
      put(AxisStrip.text(position, columns: layout.axisColumns), .plotAxis, layout.axisColumns)
      if let marker = AxisStrip.marker(position, columns: layout.axisColumns) {
        frame.put(
          marker.text, at: Point(column: column - layout.axisColumns + marker.column, row: row.top),
          style: Style(.plotPoint, on: surface))
      }
      put((position.map(Numbers.value) ?? "–") + " ", .listPercentile, 7, .right)
    }
    let text = neighbour.text.isEmpty ? neighbour.id : neighbour.text
    put(text.prefixOnOneLine(row.right - column), .list, row.right - column)
  }

  /// The texts at 0 and 1, over the ends of the places.
  private func drawScale(_ shown: ShownCombination, into frame: inout Frame) {
    guard let from = shown.request.from, let to = shown.request.to, layout.scale.rows > 0 else { return }
    let row = layout.scale
    var line = StyledLine()
    let lead = max(0, layout.axisLeft - row.left)
    line.add("0".padded(to: lead - 1, alignment: .right) + " ├", Style(.plotAxis))
    line.add(String(repeating: "─", count: max(0, layout.axisColumns - 2)), Style(.plotAxis))
    line.add("┤ 1   ", Style(.plotAxis))
    let room = max(0, row.columns - line.columns - 8)
    line.add("0 " + from.prefixOnOneLine(room).truncated(to: room / 2), Style(.plotLabel))
    line.add(" → 1 " + to.prefixOnOneLine(room).truncated(to: room - room / 2), Style(.plotLabel))
    line.draw(into: &frame, at: row.origin, width: row.columns)
  }

  /// The texts of the collection that are farthest towards both ends.
  private func drawEnds(_ shown: ShownCombination, into frame: inout Frame) {
    guard let from = shown.request.from, let to = shown.request.to, layout.ends.rows > 1 else { return }
    let half = layout.ends.columns / 2
    let sides = [
      (layout.ends.split(left: half - 1).left, "◂ ", from, shown.result.lowest),
      (layout.ends.split(left: half).rest, "▸ ", to, shown.result.highest.reversed()),
    ]
    for (rect, sign, name, texts) in sides {
      frame.put(
        (sign + "farthest towards “" + name.prefixOnOneLine(rect.columns) + "”").truncated(to: rect.columns),
        at: rect.origin, style: Style(.listLabel), width: rect.columns)
      for (index, text) in texts.prefix(rect.rows - 1).enumerated() {
        frame.put(
          text.text.prefixOnOneLine(rect.columns).truncated(to: rect.columns),
          at: Point(column: rect.left, row: rect.top + 1 + index), style: Style(.text), width: rect.columns)
      }
    }
  }
}

/// A place on the line from 0 to 1.
enum AxisStrip {
  static func text(_ position: Float?, columns: Int) -> String {
    guard columns >= 3 else { return "" }
    guard position != nil else { return String(repeating: " ", count: columns) }
    return "├" + String(repeating: "·", count: columns - 2) + "┤"
  }

  /// `●` within the line, `◂` and `▸` beyond its ends; nil where the place is not known.
  static func marker(_ position: Float?, columns: Int) -> (text: String, column: Int)? {
    guard let position, position.isFinite, columns >= 3 else { return nil }
    if position < 0 { return ("◂", 0) }
    if position > 1 { return ("▸", columns - 1) }
    return ("●", Int((position * Float(columns - 1)).rounded()))
  }
}

/// The terms beside each other: weight and text, below them length and score with the sum.
struct TermStrip {
  let state: State
  let rect: Rect

  private static let widest = 28

  private struct Chip {
    var upper: String
    var lower: String
    var columns: Int
  }

  func draw(into frame: inout Frame) {
    let chips = chips
    guard !chips.isEmpty, rect.rows >= 2 else { return }
    let hasFocus = state.focusedView == .vectors && !state.expression.terms.isEmpty
    let first = firstShown(chips)
    var column = rect.left
    if first > 0 { column += frame.put("‹\(first) ", at: rect.origin, style: Style(.textMuted)) }
    for index in first..<chips.count {
      let chip = chips[index]
      let rest = chips.count - index
      let reserve = rest > 1 ? 4 : 0
      let room = rect.right - column - reserve
      guard room >= min(chip.columns, 8) else {
        frame.put(
          "\(rest)›", at: Point(column: rect.right - 3, row: rect.top), style: Style(.textMuted), width: 3)
        break
      }
      let columns = min(chip.columns, room)
      let isSelected = hasFocus && index == state.vectors.term
      frame.put(
        chip.upper.padded(to: columns), at: Point(column: column, row: rect.top),
        style: Style(isSelected ? .textStrong : .text, on: isSelected ? .listSelected : nil))
      frame.put(
        chip.lower.truncated(to: columns), at: Point(column: column, row: rect.top + 1),
        style: Style(.textMuted), width: columns)
      column += columns + 2
    }
  }

  /// With norms as they are written in formulas where there is no room for words.
  private var chips: [Chip] {
    let full = chips(inWords: true)
    return full.reduce(-2) { $0 + $1.columns + 2 } <= rect.columns ? full : chips(inWords: false)
  }

  private func chips(inWords: Bool) -> [Chip] {
    let shown = state.vectors.shown
    let terms = state.expression.sum
    let isKnown = shown?.request.terms == terms
    return terms.enumerated().map { index, term in
      let upper = WeightText.signed(term.weight) + " " + term.text.prefixOnOneLine(Self.widest)
      var lower = ""
      if isKnown, let shown {
        let facts = shown.facts(index)
        let score = facts.score.map { Numbers.score($0, shown.result.list.metric) } ?? "–"
        let norm = facts.norm.map(Numbers.value) ?? "–"
        lower = inWords ? "length \(norm) · score \(score)" : "‖\(norm)‖ \(score)"
      }
      let columns = min(Self.widest, max(upper.columns, lower.columns, 8))
      return Chip(upper: upper, lower: lower, columns: columns)
    }
  }

  /// The first chip that is shown, so that the selected one is whole.
  private func firstShown(_ chips: [Chip]) -> Int {
    let selected = min(state.vectors.term, chips.count - 1)
    var first = selected
    var used = chips[selected].columns + 9
    while first > 0, used + chips[first - 1].columns + 2 <= rect.columns {
      first -= 1
      used += chips[first].columns + 2
    }
    return first
  }
}

extension State {
  /// The pane's title: how many terms, of how many texts, what is out of date.
  func vectorsTitle(columns: Int) -> String {
    var parts = [View.vectors.title]
    let expression = expression
    if isMarked(.combination) || expressionFault != nil { parts.append("out of date") }
    if !expression.terms.isEmpty { parts.append(Numbers.count(expression.terms.count, "term")) }
    if expression.axis != nil { parts.append("axis") }
    if let list = vectors.shown?.result.list {
      parts.append(
        list.searched < list.total
          ? "\(Numbers.grouped(list.searched)) of \(Numbers.grouped(list.total)) indexed"
          : Numbers.count(list.total, "text"))
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }
}
