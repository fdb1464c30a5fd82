import Screen

/// Where the parts of the map are in its pane.
struct MapLayout: Equatable {
  let canvas: Rect
  /// How far the map is to be trusted.
  let facts: Rect
  /// What colours mean.
  let legend: Rect
  /// The selected text.
  let readOut: Rect

  /// From so many columns facts fit one line, and so do those of the selected text.
  private static let wideColumns = 90

  init(_ inner: Rect) {
    let extra = inner.columns < Self.wideColumns && inner.rows >= 20 ? 1 : 0
    let heights = (legend: 1, facts: 1 + extra, readOut: 2 + extra)
    // The map itself keeps six rows before anything stands below it, then the read-out comes first.
    let room = max(0, inner.rows - 6)
    let readOutRows = min(room, heights.readOut)
    let legendRows = min(room - readOutRows, heights.legend)
    let factsRows = min(room - readOutRows - legendRows, heights.facts)
    let (upper, lower) = inner.split(top: inner.rows - readOutRows - legendRows - factsRows)
    canvas = upper
    let (legend, rest) = lower.split(top: legendRows)
    self.legend = legend
    (facts, readOut) = rest.split(top: factsRows)
  }
}

/// The points of a map as cells: prepared when something has changed, so that a frame costs no more than its cells.
struct MapPicture: Equatable, Sendable {
  /// What it depends on besides the ground.
  struct Key: Equatable, Sendable {
    var size: Size
    var viewport: MapViewport
    /// Letters by category instead of dots.
    var hasLetters: Bool
    var showsTrust: Bool
  }

  struct Cell: Equatable, Sendable {
    var column: Int
    var row: Int
    var glyph: String
    var style: Style
  }

  let key: Key
  let cells: [Cell]
  /// How many points lie outside of what is shown.
  let outsideCount: Int

  /// The sign of doubt.
  static let doubtGlyph = "?"

  /// - Complexity: O(points + cells)
  init(_ ground: MapGround, _ key: Key) {
    self.key = key
    let projection = MapProjection(ground.bounds, canvas: key.size, viewport: key.viewport)
    var points = BrailleCanvas(size: key.size, seriesCount: max(1, ground.categories.count))
    // The first series has the doubtful points, the second the others that were judged.
    var doubts = BrailleCanvas(size: key.size, seriesCount: 2)
    let marksDoubt = key.showsTrust && !ground.trust.isEmpty
    var visible = 0
    for index in 0..<ground.count {
      guard let dot = projection.visibleDot(ground.source.x[index], ground.source.y[index]) else { continue }
      visible += 1
      points.add(column: dot.column, row: dot.row, series: Int(ground.series[index]))
      guard marksDoubt, !ground.trust[index].isNaN else { continue }
      doubts.add(column: dot.column, row: dot.row, series: ground.trust[index] < MapGround.doubt ? 0 : 1)
    }
    outsideCount = ground.count - visible
    cells = Self.cells(points, doubts, ground, key)
  }

  /// A cell has the look of most of its points, and is doubtful where at least half of those judged are.
  private static func cells(
    _ points: BrailleCanvas, _ doubts: BrailleCanvas, _ ground: MapGround, _ key: Key
  ) -> [Cell] {
    let letters = ground.categories.map { String($0.letter) }
    var cells: [Cell] = []
    for row in 0..<points.size.rows {
      for column in 0..<points.size.columns {
        guard let series = points.series(column: column, row: row),
          let dots = points.glyph(column: column, row: row)
        else { continue }
        let doubtful = doubts.count(column: column, row: row, series: 0)
        let isDoubtful = doubtful > 0 && doubtful >= doubts.count(column: column, row: row, series: 1)
        let style = Style(letters.isEmpty ? .plotPoint : ground.categories[series].style)
        cells.append(
          Cell(
            column: column, row: row,
            glyph: isDoubtful ? doubtGlyph : key.hasLetters ? letters[series] : dots,
            style: isDoubtful ? style.with(.dim) : style))
      }
    }
    return cells
  }
}
