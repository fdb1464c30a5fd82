import Recipes
import Screen

extension State {
  /// Opens the selected text to read it whole.
  mutating func openText() {
    guard let neighbour = neighbours.selected, let list = neighbours.list,
      let index = neighbours.rows.selection
    else { return }
    popup = .text(TextPopup(neighbour: neighbour, metric: list.metric, rank: index + 1))
  }

  /// The text that actions on one text mean.
  var selectedText: String? {
    focusedView.flatMap { $0.content.selectedText(self) } ?? neighbours.selected?.text
  }

  /// The texts that join the list: the marked ones where Neighbours has marks, else the selected one.
  var textsToAdd: [String] {
    let marked = focusedView == .neighbours || focusedView == nil ? neighbours.markedTexts : []
    return marked.isEmpty ? [selectedText].compactMap(\.self) : marked
  }

  /// Adds the marked texts, which loses them their marks, or the selected one.
  mutating func addSelected() -> [Effect] {
    let texts = textsToAdd
    if texts == neighbours.markedTexts { neighbours.marked = [] }
    return add(texts)
  }

  /// What is told of the selected text below it, each on a line.
  func remarks(on neighbour: NeighbourList.Neighbour, rank: Int) -> [String] {
    var lines: [String] = []
    if let earlier = neighbour.duplicateOf {
      lines.append("≈\(earlier + 1): it says nearly the same as the text of rank \(earlier + 1)")
    }
    if let count = neighbour.hubCount {
      lines.append(
        "◎: a hub, among the ten nearest of \(count) of the background's texts: near to everything")
    }
    if let changes = neighbours.prepared.changes, changes.changes.indices.contains(rank - 1) {
      let before = changes.ranksOfB[rank - 1].map { "rank \($0 + 1)" } ?? "not found"
      lines.append("with side B: \(before) (\(changes.changes[rank - 1].text))")
    }
    if !litSpans(of: neighbour.id).isEmpty {
      lines.append("underlined: the words by which it matches; the strongest is bold")
    } else if let failure = inquiries[.highlights].failure {
      lines.append("matching words are not known: \(failure.sentence)")
    }
    return lines
  }

  /// A click on a row selects it; on the selected one it opens the text.
  mutating func pressNeighbours(_ point: Point, in inner: Rect) {
    let layout = NeighboursLayout(inner, self)
    guard layout.rows.contains(point) else { return }
    let index = neighbours.rows.offset + point.row - layout.rows.top
    guard neighbours.rows.visible.contains(index) else { return }
    if neighbours.rows.selection == index {
      openText()
    } else {
      neighbours.rows.select(index)
    }
  }

  /// Brings the list in line with what there is and the room for it.
  mutating func settleNeighbours(_ inner: Rect?) {
    settleLitWords()
    guard let inner else { return }
    neighbours.prepared.take(neighbours.list, names: columns, b: listOfB)
    let layout = NeighboursLayout(inner, self)
    neighbours.rows.fit(count: neighbours.list?.neighbours.count ?? 0, height: layout.rows.rows)
  }
}
