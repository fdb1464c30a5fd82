import Recipes
import Screen

/// Dims: what cutting the vector costs.
enum DimsContent: PaneContent {
  static func title(_ state: State, columns: Int) -> String { state.dimsTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? { state.unavailable(.dimensions) }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    DimsPaneView(state)?.draw(into: &frame, inner)
  }

  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] {
    state.dimensionsRequest(recipe).map { [$0] } ?? []
  }

  static func move(_ state: inout State, _ key: Key) { state.moveSize(key) }

  static let hints: [Action] = [.moveLeft, .moveRight]

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    if let size = DimsPaneView(state)?.size(at: point, inner) { state.cut(to: size) }
    return []
  }

  static func drag(_ state: inout State, from: Point, to: Point, in inner: Rect) {
    if let size = DimsPaneView(state)?.size(at: to, inner) { state.cut(to: size) }
  }

  /// The first text at the size in force.
  static func selectedText(_ state: State) -> String? {
    guard let study = state.dimensionStudy, let size = state.currentSize else { return nil }
    return study.points.first { $0.size == size }?.top
  }

  static func table(_ state: State) -> ViewTable? { state.dimsTable }

  /// Elements: `plot`, `table`, `notes`, `size N`, `int8`, `binary`.
  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    guard let view = DimsPaneView(state) else { return nil }
    let layout = DimsLayout(inner, rows: view.rows.count, notes: view.notes(inner.columns).count)
    switch element {
    case "plot": return layout.plot
    case "table": return layout.table
    case "notes": return layout.notes
    default: return view.rect(of: element, layout)
    }
  }
}
