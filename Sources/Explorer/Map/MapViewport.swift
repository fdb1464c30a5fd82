import Screen

/// Which part of a map is shown.
struct MapViewport: Equatable, Sendable {
  /// How many times as large as the whole map.
  var zoom = 1.0
  /// The middle, as parts of the map's width and height: it stays where it is while a layout goes on.
  var x = 0.5
  var y = 0.5

  static let greatestZoom = 256.0
  static let zoomStep = 1.5

  var isWhole: Bool { zoom <= 1 }
}

/// The smallest rectangle round all points of a map.
struct MapBounds: Equatable, Sendable {
  var left = 0.0
  var bottom = 0.0
  var width = 0.0
  var height = 0.0

  init(x: [Float], y: [Float]) {
    var isFirst = true
    var (right, top) = (0.0, 0.0)
    for (x, y) in zip(x, y) where x.isFinite && y.isFinite {
      let (x, y) = (Double(x), Double(y))
      (left, right) = isFirst ? (x, x) : (min(left, x), max(right, x))
      (bottom, top) = isFirst ? (y, y) : (min(bottom, y), max(top, y))
      isFirst = false
    }
    width = right - left
    height = top - bottom
  }
}

/// From the places of a map to the dots of a canvas and back; distances are true in all directions.
struct MapProjection: Equatable, Sendable {
  /// Dots for a unit of the map.
  let scale: Double
  private let bounds: MapBounds
  private let viewport: MapViewport
  private let dots: Size

  /// Dots that stay free at the edges of the whole map.
  private static let margin = 3

  /// A projection to a canvas of so many cells.
  init(_ bounds: MapBounds, canvas: Size, viewport: MapViewport) {
    self.bounds = bounds
    self.viewport = viewport
    dots = Size(columns: canvas.columns * 2, rows: canvas.rows * 4)
    func fit(_ dots: Int, _ length: Double) -> Double {
      length > 0 ? Double(max(1, dots - 2 * Self.margin)) / length : .infinity
    }
    let whole = min(fit(dots.columns, bounds.width), fit(dots.rows, bounds.height))
    scale = (whole.isFinite ? whole : 1) * viewport.zoom
  }

  private var middle: (x: Double, y: Double) {
    (bounds.left + viewport.x * bounds.width, bounds.bottom + viewport.y * bounds.height)
  }

  /// The place of a point in dots from the top left, maybe outside of the canvas.
  func dot(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    ((x - middle.x) * scale + Double(dots.columns) / 2, Double(dots.rows) / 2 - (y - middle.y) * scale)
  }

  /// The place on the map of a dot.
  func place(_ dot: (x: Double, y: Double)) -> (x: Double, y: Double) {
    (
      (dot.x - Double(dots.columns) / 2) / scale + middle.x,
      (Double(dots.rows) / 2 - dot.y) / scale + middle.y
    )
  }

  /// The whole dot of a point; nil where that is outside of the canvas.
  func visibleDot(_ x: Float, _ y: Float) -> Point? {
    let dot = dot(Double(x), Double(y))
    guard dot.x >= 0, dot.y >= 0, dot.x < Double(dots.columns), dot.y < Double(dots.rows) else { return nil }
    return Point(column: Int(dot.x), row: Int(dot.y))
  }

  /// The viewport with a place of the map in its middle, as far as it lies within the map.
  func centered(on place: (x: Double, y: Double)) -> MapViewport {
    var viewport = viewport
    func part(_ value: Double, _ low: Double, _ length: Double) -> Double {
      length > 0 && value.isFinite ? min(max(0, (value - low) / length), 1) : 0.5
    }
    viewport.x = part(place.x, bounds.left, bounds.width)
    viewport.y = part(place.y, bounds.bottom, bounds.height)
    return viewport
  }

  /// The viewport enlarged by a factor, with what lies under a dot staying there.
  func zoomed(by factor: Double, at dot: (x: Double, y: Double)) -> MapViewport {
    let zoom = min(max(1, viewport.zoom * factor), MapViewport.greatestZoom)
    guard zoom > 1 else { return MapViewport() }
    let fixed = place(dot)
    let scale = scale / viewport.zoom * zoom
    var result = centered(
      on: (
        fixed.x - (dot.x - Double(dots.columns) / 2) / scale,
        fixed.y + (dot.y - Double(dots.rows) / 2) / scale
      ))
    result.zoom = zoom
    return result
  }

  /// The viewport moved so that its content moves by so many dots.
  func panned(by distance: (x: Double, y: Double)) -> MapViewport {
    guard !viewport.isWhole else { return viewport }
    return centered(on: (middle.x - distance.x / scale, middle.y + distance.y / scale))
  }
}
