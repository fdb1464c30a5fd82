import Recipes
import Screen

/// Map: every text as a point, the query among them.
enum MapContent: PaneContent {
  static let settings = [
    Setting("method of the map", \.map.method), Setting("seed of the map", \.map.seed),
    Setting("part of the map", \.map.viewport), Setting("colours of the map", \.map.coloring),
    Setting("letters of the map", \.map.wantsLetters), Setting("doubts of the map", \.map.wantsTrust),
    Setting("links of the map", \.map.showsLinks),
  ]

  static func title(_ state: State, columns: Int) -> String { state.mapTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? { state.unavailable(.map, needsQuery: false) }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    MapPaneView(state: state).draw(into: &frame, inner)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleMap(inner) }

  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] { state.mapRequests(recipe) }

  static func move(_ state: inout State, _ key: Key) { state.moveMapCursor(key) }

  static func run(_ state: inout State, _ action: Action) -> [Effect] { state.runMapAction(action) }

  static func unavailable(_ action: Action, _ state: State) -> String? { state.mapActionUnavailable(action) }

  static let hints: [Action] = [
    .switchMapMethod, .colorMap, .zoomMapIn, .goToNearest, .switchMapTrust, .switchMapLinks, .stopMap,
  ]

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    state.selectPoint(at: point)
    return []
  }

  static func drag(_ state: inout State, from: Point, to: Point, in inner: Rect) {
    state.panMap(by: (Double(to.column - from.column) * 2, Double(to.row - from.row) * 4))
  }

  static func turn(_ state: inout State, by lines: Int, at point: Point, in inner: Rect) {
    let canvas = MapLayout(inner).canvas
    guard canvas.contains(point) else { return }
    // A wheel may turn far at once: more than all the way makes no difference.
    for _ in 0..<min(lines.magnitude, 40) {
      guard let projection = state.mapProjection else { return }
      state.map.viewport = projection.zoomed(
        by: lines < 0 ? MapViewport.zoomStep : 1 / MapViewport.zoomStep, at: State.dot(of: point, in: canvas))
    }
  }

  /// The text whole where Neighbours has it, else its beginning.
  static func selectedText(_ state: State) -> String? {
    guard let selection = state.map.selection, let labels = state.map.ground?.source.labels else {
      return nil
    }
    if let neighbour = state.neighbours.list?.neighbours.first(where: { $0.id == selection.id }) {
      return neighbour.text
    }
    return labels.indices.contains(selection.index) ? labels[selection.index] : nil
  }

  static func table(_ state: State) -> ViewTable? { state.mapTable }

  /// Elements: `canvas`, `legend`, `facts`, `read-out`, `query`, `cursor`, `point ID`.
  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    let layout = MapLayout(inner)
    switch element {
    case "canvas": return layout.canvas
    case "legend": return layout.legend.isEmpty ? nil : layout.legend
    case "facts": return layout.facts.isEmpty ? nil : layout.facts
    case "read-out": return layout.readOut.isEmpty ? nil : layout.readOut
    case "query":
      return state.placement.flatMap { state.mapCell($0.x, $0.y, layout.canvas) }.map {
        Rect(column: $0.column, row: $0.row, columns: 2, rows: 1).intersection(layout.canvas)
      }
    case "cursor": return state.map.selection.flatMap { state.mapCell(of: $0.index, layout.canvas) }
    default:
      guard element.hasPrefix("point "), let ground = state.map.ground else { return nil }
      return ground.index(of: String(element.dropFirst(6))).flatMap { state.mapCell(of: $0, layout.canvas) }
    }
  }
}

extension State {
  /// The cell of a place on the map; nil where it is not to be seen.
  func mapCell(_ x: Float, _ y: Float, _ canvas: Rect) -> Point? {
    mapProjection?.visibleDot(x, y).map {
      Point(column: canvas.left + $0.column / 2, row: canvas.top + $0.row / 4)
    }
  }

  fileprivate func mapCell(of index: Int, _ canvas: Rect) -> Rect? {
    guard let source = map.ground?.source, index >= 0, index < map.ground?.count ?? 0 else { return nil }
    return mapCell(source.x[index], source.y[index], canvas).map {
      Rect(origin: $0, size: Size(columns: 1, rows: 1))
    }
  }
}
