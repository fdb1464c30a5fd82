import Recipes
import Screen

/// Heatmap: texts against texts.
///
/// Its elements are `cell 2 4`, `row 2` and `column 4`, by the names that the labels begin with (`Q` for the
/// query), `legend` and `read-out`.
enum HeatmapContent: PaneContent {
  static let settings = [
    Setting("heatmap order", \.heatmap.isOrdered), Setting("heatmap colours", \.heatmap.ramp),
  ]

  static func title(_ state: State, columns: Int) -> String { state.heatmapTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? { state.heatmapUnavailable }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    HeatmapPaneView(state: state)?.draw(into: &frame, inner)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleHeatmap() }

  static func move(_ state: inout State, _ key: Key) { state.moveHeatmapCursor(key) }

  static let hints: [Action] = [
    .switchHeatmap, .switchOrder, .switchRange, .switchRamp, .editText, .removeText, .loadTexts, .addSelected,
    .compareMore,
  ]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    switch action {
    case .switchHeatmap: state.switchHeatmap()
    case .switchRange: state.switchRange()
    case .switchRamp: state.switchRamp()
    case .switchOrder: state.switchOrder()
    case .compareMore: state.compare(more: true)
    case .compareFewer: state.compare(more: false)
    case .editText: state.editListText()
    case .loadTexts: state.openLoadPopup()
    default: break
    }
    return []
  }

  static func unavailable(_ action: Action, _ state: State) -> String? {
    switch action {
    case .compareMore, .compareFewer:
      state.heatmap.mode == .list ? "the list is compared whole" : nil
    case .editText: state.listTextUnavailable
    case .switchOrder: orderUnavailable(state)
    default: nil
    }
  }

  private static func orderUnavailable(_ state: State) -> String? {
    if state.heatmap.isOrdered { return nil }
    guard let shown = state.heatmap.shown else { return "there is nothing to order" }
    return shown.matrix.clusters == nil ? "no order has been computed for these texts" : nil
  }

  static func selectedText(_ state: State) -> String? { state.heatmap.shown?.text(at: state.heatmap.row) }

  static func table(_ state: State) -> ViewTable? { state.heatmapTable }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    state.putHeatmapCursor(at: point, in: inner)
    return []
  }

  static func drag(_ state: inout State, from: Point, to: Point, in inner: Rect) {
    state.putHeatmapCursor(at: to, in: inner)
  }

  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    guard let view = HeatmapPaneView(state: state), let shown = state.heatmap.shown else { return nil }
    let layout = view.layout(inner)
    let words = element.split(separator: " ").map { String($0) }
    let places = words.dropFirst().compactMap { shown.names.firstIndex(of: $0) }
    switch (words.first, places.count) {
    case ("legend", 0): return layout.legend.isEmpty ? nil : layout.legend
    case ("read-out", 0):
      let rect = view.readOut(inner)
      return rect.isEmpty ? nil : rect
    case ("cell", 2): return layout.place(of: Point(column: places[1], row: places[0]))
    case ("row", 1): return layout.place(ofRow: places[0])
    case ("column", 1): return layout.place(ofColumn: places[0])
    default: return nil
    }
  }

  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .switchHeatmap:
      row(
        "Texts of the heatmap", "Texts", "The query with its nearest texts, your own list, the results alone",
        "m")
    case .compareMore:
      row("Compare more results", "More", "Twice as many of the nearest texts in the heatmap", "+")
    case .compareFewer:
      row("Compare fewer results", "Fewer", "Half as many of the nearest texts in the heatmap", "-")
    case .switchRange:
      row("Heatmap range", "Range", "Switches the colours between percentiles and a fixed range", "r")
    case .switchRamp:
      row("Heatmap colours", "Colours", "From low to high, or to both sides of a centre", "c")
    case .switchOrder:
      row("Heatmap order", "Order", "Puts near texts together so that clusters show, and back", "o")
    case .loadTexts:
      row("Load texts into the list", "Load", "Adds the texts of a file to the heatmap's list", "l")
    case .editText:
      Action.Row(
        "Edit the text of the list", "Edit", "Changes the text under the heatmap's cursor",
        [KeyPress(.enter)], [.view(.heatmap)])
    default: nil
    }
  }

  private static func row(_ name: String, _ short: String, _ help: String, _ key: Character) -> Action.Row {
    Action.Row(name, short, help, [KeyPress(key)], [.view(.heatmap)])
  }
}
