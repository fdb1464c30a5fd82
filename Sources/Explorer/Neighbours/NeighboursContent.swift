import Recipes
import Screen

/// Neighbours: the texts nearest to the query.
///
/// Its elements are `header`, `row 3` (by rank), `lost` (what side B had) and `lost 1`.
enum NeighboursContent: PaneContent {
  static let settings = [
    Setting("columns of Neighbours", \.columns), Setting("marked texts", \.neighbours.marked),
  ]

  static func title(_ state: State, columns: Int) -> String { state.neighboursTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? { state.neighboursUnavailable }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    NeighboursView(state: state).draw(into: &frame, inner)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleNeighbours(inner) }

  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] {
    [state.highlightsRequest(recipe)].compactMap(\.self)
  }

  static func move(_ state: inout State, _ key: Key) { _ = state.neighbours.rows.apply(KeyPress(key)) }

  static let hints: [Action] = [.openText, .markText, .addSelected, .chooseColumns]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    switch action {
    case .markText: state.neighbours.mark()
    case .chooseColumns: state.openColumnsPopup()
    default: break
    }
    return []
  }

  static func unavailable(_ action: Action, _ state: State) -> String? {
    action == .markText && state.neighbours.selected == nil ? "no text is selected" : nil
  }

  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .markText:
      Action.Row(
        "Mark the text", "Mark", "Marks the text or takes its mark away; Add then adds all marked ones",
        [KeyPress(" ")], [.view(.neighbours)])
    case .chooseColumns:
      Action.Row(
        "Columns of Neighbours", "Columns", "Which fields, lengths and norms the list shows beside the text",
        [KeyPress("c")], [.view(.neighbours)])
    default: nil
    }
  }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    state.pressNeighbours(point, in: inner)
    return []
  }

  static func turn(_ state: inout State, by lines: Int, at point: Point, in inner: Rect) {
    state.neighbours.rows.scroll(by: lines)
  }

  static func selectedText(_ state: State) -> String? { state.neighbours.selected?.text }

  static func table(_ state: State) -> ViewTable? { state.neighboursTable }

  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    let layout = NeighboursLayout(inner, state)
    let words = element.split(separator: " ")
    switch (words.first, words.dropFirst().first.flatMap { Int($0) }) {
    case ("header", nil): return layout.header.isEmpty ? nil : layout.header
    case ("lost", nil): return layout.lost.isEmpty ? nil : layout.lost
    case ("lost", let line?) where line > 0:
      let row = layout.lost.row(line - 1)
      return row.isEmpty ? nil : row
    case ("row", let rank?) where rank > 0:
      guard state.neighbours.rows.visible.contains(rank - 1) else { return nil }
      return layout.rows.row(rank - 1 - state.neighbours.rows.offset)
    default: return nil
    }
  }
}
