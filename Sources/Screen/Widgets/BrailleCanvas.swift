/// Dots in cells, two across and four down, as the characters of Braille have them.
///
/// Cells are twice as high as wide, so that dots are as far apart across as down. Points belong to series; a cell
/// takes the look of the series that has most of its points.
public struct BrailleCanvas: Equatable, Sendable {
  public let size: Size
  /// How many series there are.
  public let seriesCount: Int
  private var patterns: [UInt8]
  /// How many points of each series fall in each cell, `[cells, series]`.
  private var counts: [UInt32]

  /// An empty canvas; a negative size counts as empty.
  public init(size: Size, seriesCount: Int = 1) {
    self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
    self.seriesCount = max(1, seriesCount)
    let cells = self.size.columns * self.size.rows
    patterns = Array(repeating: 0, count: cells)
    counts = Array(repeating: 0, count: cells * self.seriesCount)
  }

  /// The number of dots across and down.
  public var dots: Size { Size(columns: size.columns * 2, rows: size.rows * 4) }

  /// Adds a point at a dot; one outside of the canvas, or of no series, has no effect.
  public mutating func add(column: Int, row: Int, series: Int = 0) {
    guard column >= 0, row >= 0, column < dots.columns, row < dots.rows, series >= 0, series < seriesCount
    else { return }
    let cell = row / 4 * size.columns + column / 2
    patterns[cell] |= Self.bits[row % 4 * 2 + column % 2]
    counts[cell * seriesCount + series] += 1
  }

  /// Adds a straight line between two places, in dots, which may lie outside of the canvas.
  ///
  /// One dot in `step` is set: 2 and more make a quieter line.
  /// - Complexity: O(dots of a side), however far away the ends are.
  public mutating func addLine(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), series: Int = 0, step: Int = 1
  ) {
    guard let (start, end) = clipped(start, end) else { return }
    let (first, last) = (dot(at: start), dot(at: end))
    let (across, down) = (last.column - first.column, last.row - first.row)
    let count = max(abs(across), abs(down))
    for index in stride(from: 0, through: count, by: max(1, step)) {
      let part = count == 0 ? 0 : Double(index) / Double(count)
      add(
        column: first.column + Int((Double(across) * part).rounded()),
        row: first.row + Int((Double(down) * part).rounded()), series: series)
    }
  }

  /// The dot of a place on the canvas, whose right and lower edges belong to the last dots.
  private func dot(at place: (x: Double, y: Double)) -> Point {
    Point(
      column: min(max(0, Int(place.x)), dots.columns - 1), row: min(max(0, Int(place.y)), dots.rows - 1))
  }

  /// The part of a line that lies on the canvas (Liang and Barsky 1984); nil where none does.
  private func clipped(
    _ start: (x: Double, y: Double), _ end: (x: Double, y: Double)
  ) -> ((x: Double, y: Double), (x: Double, y: Double))? {
    guard start.x.isFinite, start.y.isFinite, end.x.isFinite, end.y.isFinite, !size.isEmpty else {
      return nil
    }
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    guard dx.isFinite, dy.isFinite else { return nil }
    var (first, last) = (0.0, 1.0)
    let sides = [
      (-dx, start.x), (dx, Double(dots.columns) - start.x), (-dy, start.y), (dy, Double(dots.rows) - start.y),
    ]
    for (direction, distance) in sides {
      if direction == 0 {
        if distance < 0 { return nil }
        continue
      }
      let part = distance / direction
      if direction < 0 { first = max(first, part) } else { last = min(last, part) }
      if first > last { return nil }
    }
    return (
      (start.x + dx * first, start.y + dy * first), (start.x + dx * last, start.y + dy * last)
    )
  }

  /// The character of a cell; nil where it has no dot.
  public func glyph(column: Int, row: Int) -> String? {
    guard let cell = cell(column, row), patterns[cell] != 0 else { return nil }
    return Self.glyphs[Int(patterns[cell])]
  }

  /// The series that has most points in a cell, the first of equals; nil where it has no point.
  public func series(column: Int, row: Int) -> Int? {
    guard let cell = cell(column, row), patterns[cell] != 0 else { return nil }
    var best = 0
    for series in 1..<max(1, seriesCount)
    where counts[cell * seriesCount + series] > counts[cell * seriesCount + best] {
      best = series
    }
    return best
  }

  /// How many points of a series fall in a cell.
  public func count(column: Int, row: Int, series: Int) -> Int {
    guard let cell = cell(column, row), series >= 0, series < seriesCount else { return 0 }
    return Int(counts[cell * seriesCount + series])
  }

  private func cell(_ column: Int, _ row: Int) -> Int? {
    guard column >= 0, row >= 0, column < size.columns, row < size.rows else { return nil }
    return row * size.columns + column
  }

  /// Draws the cells that have dots, and leaves the others as they are.
  public func draw(into frame: inout Frame, at origin: Point, style: (Int) -> Style) {
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        guard let glyph = glyph(column: column, row: row), let series = series(column: column, row: row)
        else { continue }
        frame.put(
          glyph, at: Point(column: origin.column + column, row: origin.row + row), style: style(series))
      }
    }
  }

  /// The bits of the dots of a character, row by row.
  private static let bits: [UInt8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]

  private static let glyphs: [String] = (0..<256).map { pattern in
    Unicode.Scalar(0x2800 + UInt32(pattern)).map { String($0) } ?? " "
  }
}
