import Recipes
import Screen

extension State {
  /// PCA, UMAP, t-SNE, and again.
  mutating func switchMapMethod() {
    let methods = MapMethod.allCases
    let index = methods.firstIndex(of: map.method) ?? 0
    map.method = methods[(index + 1) % methods.count]
    map.viewport = MapViewport()
  }

  /// No field, then one after the other.
  mutating func colorMap() {
    guard let ground = map.ground else { return }
    let names = ground.source.fields.map(\.name)
    let next = ground.fieldName.flatMap(names.firstIndex).map { $0 + 1 } ?? 0
    map.coloring = names.indices.contains(next) ? .field(names[next]) : .some(.none)
  }

  /// Stops the layout where it is, or begins another one.
  mutating func stopMap() -> [Effect] {
    guard requests.isOutstanding(.view(.map)) else {
      map.seed &+= 1
      return []
    }
    if case .map(let request)? = inquiries[.map].asked {
      let percent = inquiries[.map].progress.map { $0.done * 100 / max(1, $0.total) } ?? 0
      map.stopped = .init(request: request, percent: percent)
    }
    return stop(.map)
  }

  /// Enlarges the map by a factor round the selected point, where that is to be seen, else round the middle.
  mutating func zoomMap(by factor: Double) {
    guard let projection = mapProjection, let canvas = mapLayout?.canvas else { return }
    let middle = (x: Double(canvas.columns), y: Double(canvas.rows) * 2)
    map.viewport = projection.zoomed(by: factor, at: selectedDot ?? middle)
  }

  /// Moves what is shown by so many dots.
  mutating func panMap(by distance: (x: Double, y: Double)) {
    guard let projection = mapProjection else { return }
    map.viewport = projection.panned(by: distance)
  }

  /// Moves what is shown by a part of the canvas.
  mutating func panMap(columns: Double, rows: Double) {
    guard let canvas = mapLayout?.canvas else { return }
    panMap(by: (Double(canvas.columns * 2) * columns, Double(canvas.rows * 4) * rows))
  }

  /// The dot of the selected point; nil where it is not to be seen.
  private var selectedDot: (x: Double, y: Double)? {
    guard let index = map.selection?.index, let ground = map.ground, let projection = mapProjection,
      projection.visibleDot(ground.source.x[index], ground.source.y[index]) != nil
    else { return nil }
    return projection.dot(Double(ground.source.x[index]), Double(ground.source.y[index]))
  }

  /// Moves the cursor to the nearest point in a direction, or to the first or last text.
  mutating func moveMapCursor(_ key: Key) {
    guard let ground = map.ground, ground.count > 0 else { return }
    switch key {
    case .up: selectPoint(towards: (0, -1))
    case .down: selectPoint(towards: (0, 1))
    case .left: selectPoint(towards: (-1, 0))
    case .right: selectPoint(towards: (1, 0))
    case .pageUp: panMap(columns: 0, rows: 0.5)
    case .pageDown: panMap(columns: 0, rows: -0.5)
    case .home: selectPoint(0)
    case .end: selectPoint(ground.count - 1)
    default: break
    }
  }

  /// Selects a point and shows it.
  mutating func selectPoint(_ index: Int, followsQuery: Bool = false) {
    guard let ground = map.ground, index >= 0, index < ground.count else { return }
    map.selection = .init(index: index, id: ground.source.ids[index])
    map.followsQuery = followsQuery
    guard let projection = mapProjection, !map.viewport.isWhole else { return }
    let (x, y) = (ground.source.x[index], ground.source.y[index])
    if projection.visibleDot(x, y) == nil { map.viewport = projection.centered(on: (Double(x), Double(y))) }
  }

  /// Selects the nearest point in a direction: what lies to the side counts twice.
  private mutating func selectPoint(towards direction: (x: Double, y: Double)) {
    guard let ground = map.ground, let projection = mapProjection, let canvas = mapLayout?.canvas else {
      return
    }
    let start = cursorDot(ground, projection) ?? (x: Double(canvas.columns), y: Double(canvas.rows) * 2)
    var best: (index: Int, distance: Double)?
    for index in 0..<ground.count where index != map.selection?.index {
      let (x, y) = (ground.source.x[index], ground.source.y[index])
      guard x.isFinite, y.isFinite else { continue }
      let dot = projection.dot(Double(x), Double(y))
      let (dx, dy) = (dot.x - start.x, dot.y - start.y)
      let along = dx * direction.x + dy * direction.y
      let across = abs(dx * direction.y) + abs(dy * direction.x)
      // Half a dot: points on the same dot cannot be told apart before they are enlarged.
      guard along > 0.5, across <= 2 * along else { continue }
      let distance = along * along + 4 * across * across
      if distance < best?.distance ?? .infinity { best = (index, distance) }
    }
    if let best { selectPoint(best.index) }
  }

  /// Where the cursor moves from: the selected point, else the query.
  private func cursorDot(_ ground: MapGround, _ projection: MapProjection) -> (x: Double, y: Double)? {
    if let index = map.selection?.index {
      let dot = projection.dot(Double(ground.source.x[index]), Double(ground.source.y[index]))
      if dot.x.isFinite, dot.y.isFinite { return dot }
    }
    return placement.map { projection.dot(Double($0.x), Double($0.y)) }
  }

  /// Selects the query's nearest text, then the next nearest.
  mutating func goToNearest() {
    guard let ground = map.ground, let placement else { return }
    let nearest = placement.nearest.filter { $0 >= 0 && $0 < ground.count }
    guard !nearest.isEmpty else { return }
    let current = map.followsQuery ? map.selection.flatMap { nearest.firstIndex(of: $0.index) } : nil
    selectPoint(nearest[current.map { ($0 + 1) % nearest.count } ?? 0], followsQuery: true)
  }

  /// Selects the point nearest to a cell; a cell far from all of them selects none.
  mutating func selectPoint(at cell: Point) {
    guard let ground = map.ground, let projection = mapProjection, let canvas = mapLayout?.canvas,
      canvas.contains(cell)
    else { return }
    let target = Self.dot(of: cell, in: canvas)
    var best: (index: Int, distance: Double)?
    for index in 0..<ground.count {
      let dot = projection.dot(Double(ground.source.x[index]), Double(ground.source.y[index]))
      let (dx, dy) = (dot.x - target.x, dot.y - target.y)
      let distance = dx * dx + dy * dy
      if distance <= Self.reach * Self.reach, distance < best?.distance ?? .infinity {
        best = (index, distance)
      }
    }
    if let best { selectPoint(best.index) } else { map.selection = nil }
  }

  /// Within how many dots a click finds a point.
  private static let reach = 12.0

  /// The dot in the middle of a cell.
  static func dot(of cell: Point, in canvas: Rect) -> (x: Double, y: Double) {
    (Double(cell.column - canvas.left) * 2 + 1, Double(cell.row - canvas.top) * 4 + 2)
  }

  /// Why one of the map's actions cannot be done now; nil where it can.
  func mapActionUnavailable(_ action: Action) -> String? {
    if action == .switchMapMethod { return nil }
    if action == .stopMap {
      if requests.isOutstanding(.view(.map)) { return nil }
      return map.method == .pca ? "PCA has one layout; \(hint(.switchMapMethod, "goes to UMAP"))" : nil
    }
    guard let ground = map.ground else { return "there is no map yet" }
    switch action {
    case .colorMap: return ground.source.fields.isEmpty ? "the texts have no fields" : nil
    case .switchMapLetters:
      return ground.fieldName == nil ? "no field colours the points; \(hint(.colorMap, "chooses one"))" : nil
    case .switchMapTrust: return ground.trust.isEmpty ? "how true the map is, is not known yet" : nil
    case .goToNearest:
      return placement?.nearest.isEmpty ?? true ? "the query has no place on the map" : nil
    case .zoomMapOut, .showWholeMap: return map.viewport.isWhole ? "the whole map is shown" : nil
    case .zoomMapIn:
      return map.viewport.zoom >= MapViewport.greatestZoom ? "it is as large as it can be" : nil
    case .panMapLeft, .panMapRight, .panMapUp, .panMapDown:
      return map.viewport.isWhole ? "the whole map is shown; \(hint(.zoomMapIn, "zooms in"))" : nil
    default: return nil
    }
  }

  mutating func runMapAction(_ action: Action) -> [Effect] {
    switch action {
    case .switchMapMethod: switchMapMethod()
    case .colorMap: colorMap()
    case .zoomMapIn: zoomMap(by: MapViewport.zoomStep)
    case .zoomMapOut: zoomMap(by: 1 / MapViewport.zoomStep)
    case .showWholeMap: map.viewport = MapViewport()
    case .panMapLeft: panMap(columns: 0.25, rows: 0)
    case .panMapRight: panMap(columns: -0.25, rows: 0)
    case .panMapUp: panMap(columns: 0, rows: 0.25)
    case .panMapDown: panMap(columns: 0, rows: -0.25)
    case .goToNearest: goToNearest()
    case .switchMapLinks: map.showsLinks.toggle()
    case .switchMapTrust: if let ground = map.ground { map.wantsTrust = !map.showsTrust(ground) }
    case .switchMapLetters: map.wantsLetters = !(map.picture?.key.hasLetters ?? false)
    case .stopMap: return stopMap()
    default: break
    }
    return []
  }
}
