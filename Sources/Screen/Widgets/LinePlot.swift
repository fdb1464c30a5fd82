/// Curves over a common axis, with ticks and marks.
public struct LinePlot: Equatable, Sendable {
  public struct Series: Equatable, Sendable {
    /// The heights of its points from 0 at the bottom to 1 at the top; nil where there is none.
    public var values: [Double?]
    /// What stands at each point, so that curves can be told apart without colours.
    public var marker: Character
    public var style: Style

    public init(values: [Double?], marker: Character, style: Style) {
      self.values = values
      self.marker = marker
      self.style = style
    }
  }

  /// The places of the points along the axis, 0…1, rising.
  public var positions: [Double]
  /// The names of the points; those that would run into each other are left out.
  public var labels: [String]
  /// The later ones are drawn over the earlier ones.
  public var series: [Series]
  /// The name of the top, the middle and the bottom of the height.
  public var heights: [String]
  /// The point that has a line from top to bottom.
  public var cursor: Int?
  /// Points with `▲` under the axis.
  public var marked: Set<Int>

  public init(
    positions: [Double], labels: [String], series: [Series], heights: [String] = ["1", "", "0"],
    cursor: Int? = nil, marked: Set<Int> = []
  ) {
    self.positions = positions
    self.labels = labels
    self.series = series
    self.heights = heights
    self.cursor = cursor
    self.marked = marked
  }

  /// The place of the curves within a rectangle: to the right of the heights' names and above the axis.
  public func area(in rect: Rect) -> Rect {
    let left = (heights.map(\.columns).max() ?? 0) + 1
    return Rect(
      column: rect.left + left, row: rect.top, columns: rect.columns - left, rows: rect.rows - 2)
  }

  /// The column of a point on the screen; nil where there is no such point or no room.
  public func column(of point: Int, in rect: Rect) -> Int? {
    let area = area(in: rect)
    guard !area.isEmpty, positions.indices.contains(point) else { return nil }
    return area.left + Self.place(positions[point], in: area.columns)
  }

  /// The point nearest to a column of the screen; nil where there is none.
  public func point(at column: Int, in rect: Rect) -> Int? {
    positions.indices.min { left, right in
      distance(left, column, rect) < distance(right, column, rect)
    }
  }

  private func distance(_ point: Int, _ column: Int, _ rect: Rect) -> Int {
    self.column(of: point, in: rect).map { abs($0 - column) } ?? Int.max
  }

  /// Draws axes, curves, marks and names.
  public func draw(into frame: inout Frame, _ rect: Rect) {
    let area = area(in: rect)
    guard area.columns > 1, area.rows > 1 else { return }
    frame.clipped(to: rect) { frame in
      drawAxes(into: &frame, rect, area)
      drawCursor(into: &frame, rect, area)
      for series in series { draw(series, into: &frame, area) }
      drawLabels(into: &frame, rect, area)
    }
  }

  private func drawAxes(into frame: inout Frame, _ rect: Rect, _ area: Rect) {
    let style = Style(.plotAxis)
    for row in area.top..<area.bottom {
      frame.put("│", at: Point(column: area.left - 1, row: row), style: style)
    }
    frame.put(
      "└" + String(repeating: "─", count: area.columns), at: Point(column: area.left - 1, row: area.bottom),
      style: style)
    for (index, name) in heights.enumerated() where heights.count > 1 {
      let row = area.top + (area.rows - 1) * index / (heights.count - 1)
      let name = name.padded(to: area.left - 1 - rect.left, alignment: .right)
      frame.put(name, at: Point(column: rect.left, row: row), style: Style(.plotLabel))
    }
    for point in positions.indices {
      guard let column = column(of: point, in: rect) else { continue }
      let tick = marked.contains(point) ? "▲" : "┴"
      frame.put(
        tick, at: Point(column: column, row: area.bottom),
        style: Style(marked.contains(point) ? .textStrong : .plotAxis))
    }
  }

  private func drawCursor(into frame: inout Frame, _ rect: Rect, _ area: Rect) {
    guard let cursor, let column = column(of: cursor, in: rect) else { return }
    for row in area.top..<area.bottom {
      frame.put("┊", at: Point(column: column, row: row), style: Style(.textAccent))
    }
  }

  private func draw(_ series: Series, into frame: inout Frame, _ area: Rect) {
    var canvas = BrailleCanvas(size: area.size)
    var markers: [Point] = []
    var last: (x: Double, y: Double)?
    for (index, position) in positions.enumerated() {
      guard series.values.indices.contains(index), let value = series.values[index], value.isFinite else {
        last = nil
        continue
      }
      let cell = Point(
        column: Self.place(position, in: area.columns),
        row: area.rows - 1 - Self.place(value, in: area.rows))
      let dot = (x: Double(cell.column) * 2 + 1, y: Double(cell.row) * 4 + 2)
      if let last { canvas.addLine(from: last, to: dot) }
      markers.append(cell)
      last = dot
    }
    canvas.draw(into: &frame, at: area.origin) { _ in series.style }
    for cell in markers {
      frame.put(
        String(series.marker), at: Point(column: area.left + cell.column, row: area.top + cell.row),
        style: series.style)
    }
  }

  /// The names under the axis: the cursor's and the marked ones come first, then from the right to the left.
  private func drawLabels(into frame: inout Frame, _ rect: Rect, _ area: Rect) {
    var taken: [Range<Int>] = []
    let first = [cursor].compactMap { $0 } + marked.sorted()
    for point in first + positions.indices.reversed() where labels.indices.contains(point) {
      guard let column = column(of: point, in: rect) else { continue }
      let width = labels[point].columns
      let left = max(rect.left, min(column - width / 2, rect.right - width))
      let range = left..<left + width
      guard taken.allSatisfy({ $0.upperBound < range.lowerBound || range.upperBound < $0.lowerBound })
      else { continue }
      taken.append(range)
      frame.put(
        labels[point], at: Point(column: left, row: area.bottom + 1),
        style: Style(point == cursor ? .textAccent : .plotLabel))
    }
  }

  /// The cell of a part of a length.
  private static func place(_ part: Double, in cells: Int) -> Int {
    guard part > 0 else { return 0 }
    return Int((min(part, 1) * Double(cells - 1)).rounded())
  }
}
