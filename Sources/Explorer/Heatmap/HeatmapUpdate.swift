import Recipes
import Screen

extension State {
  /// Why a text cannot join the list; nil where it can.
  func addingUnavailable(_ text: String, _ whenEmpty: String) -> String? {
    if !text.contains(where: { !$0.isWhitespace }) { return whenEmpty }
    if heatmap.texts.contains(text) { return "the list has this text already" }
    return heatmap.texts.count >= HeatmapState.listLimit
      ? "the list is full: it takes \(HeatmapState.listLimit) texts" : nil
  }

  /// Adds texts to the list, those that it has not got, and says how many.
  mutating func add(_ texts: [String]) -> [Effect] {
    var added = 0
    var leftOut = 0
    var reason: String?
    for (index, text) in texts.enumerated() where text.contains(where: { !$0.isWhitespace }) {
      if let refusal = addingUnavailable(text, "") {
        reason = refusal
        leftOut += 1
      } else {
        heatmap.texts.append(text)
        added += 1
      }
      guard heatmap.texts.count < HeatmapState.listLimit || reason == nil else {
        // A file may have millions of lines; none of them can join any more.
        leftOut += texts.count - index - 1
        break
      }
    }
    let total = "\(Numbers.count(heatmap.texts.count, "text")) in the list"
    let refused = reason.map { "; \(Numbers.grouped(leftOut)) left out: \($0)" } ?? ""
    notice = .hint("\(added) added, \(total)" + refused)
    return added > 0 ? [.saveTexts(heatmap.texts)] : []
  }

  mutating func removeText() -> [Effect] {
    guard let index = listText?.index else { return [] }
    heatmap.texts.remove(at: index)
    return [.saveTexts(heatmap.texts)]
  }

  mutating func clearList() -> [Effect] {
    heatmap.texts = []
    return [.saveTexts([])]
  }

  /// Goes to where a paste becomes texts of the list.
  mutating func preparePaste() {
    show(.heatmap)
    heatmap.mode = .list
    notice = .hint("paste now: every line becomes a text of the list")
  }

  /// Pasted text while the heatmap has the focus: each line that is not blank is a text.
  mutating func pasteIntoList(_ text: String) -> [Effect] {
    heatmap.mode = .list
    return add(text.split(whereSeparator: \.isNewline).map { String($0) })
  }

  /// Goes on to the next of the texts that can be compared.
  mutating func switchHeatmap() {
    heatmap.mode =
      switch heatmap.mode {
      case .query: .list
      case .list: .results
      case .results: .query
      }
    heatmap.row = 0
    heatmap.column = 0
  }

  mutating func switchRange() {
    heatmap.range = heatmap.range == .percentiles ? .fixed : .percentiles
  }

  mutating func switchRamp() {
    heatmap.ramp = heatmap.ramp == .sequential ? .diverging : .sequential
  }

  /// Puts near texts together, or back in their own order; the cursor stays on its two texts.
  mutating func switchOrder() {
    let row = heatmap.shown?.order[checked: heatmap.row]
    let column = heatmap.shown?.order[checked: heatmap.column]
    heatmap.isOrdered.toggle()
    settleHeatmap()
    guard let order = heatmap.shown?.order else { return }
    heatmap.row = row.flatMap { order.firstIndex(of: $0) } ?? 0
    heatmap.column = column.flatMap { order.firstIndex(of: $0) } ?? 0
  }

  mutating func moveHeatmapCursor(_ key: Key) {
    let last = max(0, heatmapCount - 1)
    switch key {
    case .up: heatmap.row -= 1
    case .down: heatmap.row += 1
    case .left: heatmap.column -= 1
    case .right: heatmap.column += 1
    case .pageUp: heatmap.row -= 10
    case .pageDown: heatmap.row += 10
    case .home: (heatmap.row, heatmap.column) = (0, 0)
    case .end: (heatmap.row, heatmap.column) = (last, last)
    default: break
    }
    keepHeatmapCursor()
  }

  /// Puts the cursor on the cell at a place of the screen, or on the row of a label.
  mutating func putHeatmapCursor(at point: Point, in inner: Rect) {
    guard let layout = HeatmapPaneView(state: self)?.layout(inner) else { return }
    if let cell = layout.value(at: point) {
      (heatmap.row, heatmap.column) = (cell.row, cell.column)
    } else if layout.rowLabels.contains(point) {
      let cells = Point(column: layout.cells.left, row: point.row)
      if let cell = layout.value(at: cells) { heatmap.row = cell.row }
    }
    keepHeatmapCursor()
  }

  /// Keeps the cursor within the matrix, or within the list, which may be ahead of it.
  mutating func keepHeatmapCursor() {
    let last = max(0, heatmapCount - 1)
    heatmap.row = min(max(0, heatmap.row), last)
    heatmap.column = min(max(0, heatmap.column), last)
  }

  private var heatmapCount: Int {
    heatmap.mode == .list ? heatmap.texts.count : heatmap.shown?.labels.count ?? 0
  }

  /// More or fewer of the nearest texts: twice or half as many.
  mutating func compare(more: Bool) {
    let counts = HeatmapState.nearestCounts
    let count = more ? comparedCount * 2 : comparedCount / 2
    heatmap.nearestCount = min(max(count, counts.lowerBound), counts.upperBound)
  }
}
