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
    guard focus == .view, view == .heatmap else { return neighbours.selected?.text }
    guard let texts = heatmap.shown?.matrix.texts, texts.indices.contains(heatmap.row) else { return nil }
    return texts[heatmap.row]
  }
}
