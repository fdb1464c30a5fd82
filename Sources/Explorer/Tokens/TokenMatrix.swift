import Screen

/// A matrix with tokens on both axes: names of narrow columns stand upright above them.
struct TokenMatrix {
  private var map: Heatmap
  private let names: [String]
  private let upright: Int
  private let hasColor: Bool

  private static let uprightRows = 6

  init(
    rows: [String], columns: [String], values: [Float], range: ClosedRange<Float>, ramp: Ramp = .sequential,
    cursor: Point?, hasColor: Bool, in rect: Rect
  ) {
    // Numbers are tried where they may fit; half-blocks would hide every second name.
    let mayFit = columns.count * 4 <= rect.columns && rows.count + 2 <= rect.rows
    map = Heatmap(
      rowLabels: rows, columnLabels: columns, values: values, range: range, ramp: ramp,
      mode: mayFit ? .automatic : .cells, cursor: cursor)
    self.hasColor = hasColor
    names = columns
    map.readsOut = false
    let cellColumns = map.layout(in: rect, hasColor: hasColor).cellColumns
    guard columns.contains(where: { $0.columns >= cellColumns }) else {
      upright = 0
      return
    }
    upright = columns.reduce(0) { max($0, $1.prefix(Self.uprightRows).count) }
    map.columnLabels = columns.indices.map { "\($0 + 1)" }
  }

  @discardableResult
  func draw(into frame: inout Frame, _ rect: Rect) -> HeatmapLayout {
    let (head, lower) = parts(rect)
    let layout = map.draw(into: &frame, lower, hasColor: hasColor)
    // Numbers stand at the right of their cells.
    let inset = layout.mode == .numbers ? max(0, layout.cellColumns - 3) : 0
    for (place, column) in layout.shownColumns.enumerated() where head.rows > 0 {
      let label = Array(names[column].prefix(head.rows))
      let style = Style(map.cursor?.column == column ? .heatmapLabelSelected : .heatmapLabel)
      for (line, character) in label.enumerated() {
        let text = String(character)
        frame.put(
          text.columns <= layout.cellColumns ? text : "·",
          at: Point(
            column: layout.cells.left + place * layout.cellColumns + inset,
            row: head.bottom - label.count + line),
          style: style)
      }
    }
    return layout
  }

  func layout(in rect: Rect) -> HeatmapLayout { map.layout(in: parts(rect).map, hasColor: hasColor) }

  /// The rows of upright names, none where names fit above their columns, and the matrix below them.
  private func parts(_ rect: Rect) -> (upright: Rect, map: Rect) {
    let (top, rest) = rect.split(top: min(upright, max(0, rect.rows / 3)))
    return (top, rest)
  }
}
