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
    var refused: String?
    for text in texts where text.contains(where: { !$0.isWhitespace }) {
      if let reason = addingUnavailable(text, "") {
        refused = reason
      } else {
        heatmap.texts.append(text)
        added += 1
      }
    }
    let total = "\(Numbers.count(heatmap.texts.count, "text")) in the list"
    notice = .hint("\(added) added, \(total)" + (refused.map { "; left out: \($0)" } ?? ""))
    return added > 0 ? [.saveTexts(heatmap.texts)] : []
  }

  mutating func removeText() -> [Effect] {
    guard heatmap.mode == .list, heatmap.texts.indices.contains(heatmap.row) else { return [] }
    heatmap.texts.remove(at: heatmap.row)
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

  mutating func switchHeatmap() {
    if !shows(.heatmap) { show(.heatmap) }
    heatmap.mode = heatmap.mode == .query ? .list : .query
    heatmap.row = 0
    heatmap.column = 0
  }

  mutating func switchRange() {
    if !shows(.heatmap) { show(.heatmap) }
    heatmap.range = heatmap.range == .percentiles ? .fixed : .percentiles
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
