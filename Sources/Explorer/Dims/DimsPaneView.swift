import Recipes
import Screen

/// Where the parts of Dims are in its pane: curve and table side by side, or one over the other.
struct DimsLayout {
  let plot: Rect
  let table: Rect
  let notes: Rect

  /// From so many columns curve and table may stand side by side.
  private static let sideBySideColumns = 72
  /// The columns of the table with the first texts.
  private static let tableColumns = 64

  init(_ inner: Rect, rows: Int, notes count: Int) {
    let (body, notes) = inner.split(top: inner.rows - min(count, max(0, inner.rows - 8)))
    self.notes = notes
    // The whole table stands below a curve of at least twelve rows.
    let isTall = body.rows >= rows + 1 + 12
    if inner.columns >= Self.sideBySideColumns, !isTall {
      let (left, right) = body.split(left: max(body.columns - Self.tableColumns, body.columns * 2 / 5))
      plot = Rect(column: left.left, row: left.top, columns: left.columns - 2, rows: left.rows)
      table = right
    } else {
      let height = isTall ? min(body.rows - rows - 1, 24) : body.rows / 2
      let (upper, lower) = body.split(top: height >= 5 ? height : 0)
      plot = upper
      table = lower
    }
  }
}

/// The curve of what stays, the table of sizes, and what to make of them.
struct DimsPaneView {
  struct Row {
    let name: String
    let point: DimensionStudy.Point
    /// nil for whole vectors of smaller numbers.
    let size: Int?
  }

  let state: State
  let study: DimensionStudy
  /// The sizes from the whole vector down, then int8 and binary.
  let rows: [Row]
  private let sizes: [Int]
  private let declared: Int?

  init?(_ state: State) {
    guard let study = state.dimensionStudy else { return nil }
    self.state = state
    self.study = study
    sizes = study.points.map(\.size)
    declared = state.model.description?.dimensions.value
    rows =
      study.points.reversed().map { Row(name: "\($0.size)", point: $0, size: $0.size) }
      + [
        Row(name: "int8", point: study.int8, size: nil), Row(name: "binary", point: study.binary, size: nil),
      ]
  }

  func draw(into frame: inout Frame, _ inner: Rect) {
    let notes = notes(inner.columns)
    let layout = DimsLayout(inner, rows: rows.count, notes: notes.count)
    drawPlot(into: &frame, layout.plot)
    drawTable(into: &frame, layout.table)
    for (row, note) in notes.prefix(layout.notes.rows).enumerated() {
      frame.put(
        note.text, at: Point(column: layout.notes.left, row: layout.notes.top + row),
        style: Style(note.style),
        width: layout.notes.columns)
    }
    if state.isMarked(.dimensions) {
      frame.restyle(layout.plot) { $0.name = .listStale }
      frame.restyle(layout.table) { $0.name = .listStale }
    }
  }

  // MARK: The curve

  private var plot: LinePlot {
    let logs = sizes.map { Self.log2(Double(max(1, $0))) }
    let low = logs.first ?? 0
    let span = max((logs.last ?? 1) - low, 1e-9)
    return LinePlot(
      positions: logs.map { ($0 - low) / span }, labels: sizes.map { "\($0)" },
      series: [
        .init(values: study.points.map(\.averageOverlap), marker: "○", style: Style(.plotSeries2)),
        .init(values: study.points.map { $0.overlap }, marker: "●", style: Style(.plotSeries1)),
      ],
      heights: ["100 %", "50 %", "0 %"], cursor: sizes.firstIndex { $0 == state.currentSize },
      marked: Set(sizes.indices.filter { sizes[$0] == declared }))
  }

  /// The logarithm, within a thousandth: there is none in the standard library.
  static func log2(_ number: Double) -> Double {
    guard number.isFinite, number > 0 else { return 0 }
    var (exponent, rest) = (Double(number.exponent), number.significand)
    var part = 0.5
    for _ in 0..<12 {
      rest *= rest
      if rest >= 2 {
        rest /= 2
        exponent += part
      }
      part /= 2
    }
    return exponent
  }

  /// The legend of the curves, and below it the curves.
  private func drawPlot(into frame: inout Frame, _ rect: Rect) {
    guard rect.rows >= 5, rect.columns >= 16 else { return }
    var legend = StyledLine()
    legend.add("● query", Style(.plotSeries1))
    if study.points.contains(where: { $0.averageOverlap != nil }) {
      legend.add("  ○ others", Style(.plotSeries2))
    }
    legend.draw(into: &frame, at: rect.origin, width: rect.columns)
    plot.draw(into: &frame, plotRect(rect))
  }

  private func plotRect(_ rect: Rect) -> Rect { rect.split(top: 1).rest }

  // MARK: The table

  private static let columns: [(name: String, width: Int)] = [
    ("size", 7), ("query", 6), ("others", 7), ("margin", 7), ("a text", 9), ("all texts", 10),
  ]

  /// The rows that are shown: the sizes round the one in force where there is no room for all, and in any case
  /// int8 and binary.
  private func visible(_ rect: Rect) -> [Int] {
    let room = max(0, rect.rows - 1)
    let pinned = room >= 5 ? rows.count - study.points.count : 0
    var list = ScrollList(count: study.points.count, height: max(1, room - pinned))
    list.select(rows.firstIndex { $0.size != nil && $0.size == state.currentSize } ?? 0)
    return Array((Array(list.visible) + Array(rows.count - pinned..<rows.count)).prefix(room))
  }

  private func drawTable(into frame: inout Frame, _ rect: Rect) {
    guard rect.rows >= 2 else { return }
    var column = rect.left + 1
    var shown = 0
    for (name, width) in Self.columns where column + width <= rect.right {
      frame.put(
        name.padded(to: width, alignment: .right), at: Point(column: column, row: rect.top),
        style: Style(.plotLabel))
      column += width
      shown += 1
    }
    let textColumns = rect.right - column - 2
    if textColumns >= 8 {
      frame.put("first text", at: Point(column: column + 2, row: rect.top), style: Style(.plotLabel))
    }
    for (line, index) in visible(rect).enumerated() {
      draw(rows[index], into: &frame, rect.row(line + 1), shown: shown, textColumns: textColumns)
    }
  }

  private func draw(_ row: Row, into frame: inout Frame, _ rect: Rect, shown: Int, textColumns: Int) {
    let isCurrent = row.size != nil && row.size == state.currentSize
    let surface: StyleName? = isCurrent ? .listSelected : nil
    frame.fill(rect, style: Style(.list, on: surface))
    frame.put(isCurrent ? "▸" : " ", at: rect.origin, style: Style(.textAccent, on: surface))
    let total = state.corpus.summary.map { $0.count.multipliedReportingOverflow(by: row.point.bytes) }
    let mark = row.size != nil && row.size == declared ? "▲" : ""
    let values = [
      mark + row.name, percent(row.point.overlap), row.point.averageOverlap.map(percent) ?? "–",
      row.point.margin.map(Numbers.value) ?? "–", Numbers.bytes(row.point.bytes),
      total.map { $0.overflow ? "–" : Numbers.bytes($0.partialValue) } ?? "–",
    ]
    let styles: [StyleName] = [.textStrong, .listScore, .listScore, .list, .textMuted, .textMuted]
    var column = rect.left + 1
    for (index, value) in values.prefix(shown).enumerated() {
      let width = Self.columns[index].width
      frame.put(
        value.padded(to: width, alignment: .right), at: Point(column: column, row: rect.top),
        style: Style(styles[index], on: surface))
      column += width
    }
    guard textColumns >= 8 else { return }
    frame.put(
      row.point.top.prefixOnOneLine(textColumns).truncated(to: textColumns),
      at: Point(column: column + 2, row: rect.top), style: Style(.list, on: surface))
  }

  private func percent(_ part: Double) -> String { Numbers.fixed(part * 100, digits: 0) + " %" }

  // MARK: What to make of it

  /// Sentences below, wrapped to so many columns.
  func notes(_ columns: Int) -> [(text: String, style: StyleName)] {
    var notes: [(text: String, style: StyleName)] = []
    if let declared {
      notes.append(("▲ \(declared) is the size that the model's files declare", .textMuted))
    } else {
      notes.append(
        (
          "! the model declares no sizes to cut to: nothing says that its first values matter most",
          .textWarning
        ))
    }
    if let recipe = state.recipe, let size = state.currentSize, let whole = sizes.last {
      let cut = size < whole ? "the first \(size) of \(whole) values" : "all \(whole) values"
      let norm =
        recipe.normalizes.value
        ? "then normalised to length 1"
        : "not normalised: dot and distances change with the size (\(state.hint(.chooseMetric, "changes it")))"
      notes.append(("now: \(cut), \(norm)", .text))
    }
    let kept =
      "of the \(study.depth) nearest by the whole vector, how many stay: for this query, for others on average"
    notes.append((kept, .textMuted))
    return notes.flatMap { note in
      note.text.wrapped(to: max(1, columns), limit: 3).map { ($0, note.style) }
    }
  }

  // MARK: Places

  /// The size under a cell: a row of the table, or the nearest point of the curve.
  func size(at point: Point, _ inner: Rect) -> Int? {
    let layout = DimsLayout(inner, rows: rows.count, notes: notes(inner.columns).count)
    if layout.plot.contains(point) {
      return plot.point(at: point.column, in: plotRect(layout.plot)).map { sizes[$0] }
    }
    let line = point.row - layout.table.top - 1
    guard layout.table.contains(point), line >= 0 else { return nil }
    let visible = visible(layout.table)
    return visible.indices.contains(line) ? rows[visible[line]].size : nil
  }

  /// The row of `size N`, `int8` or `binary`; nil where it is not on the screen.
  func rect(of element: String, _ layout: DimsLayout) -> Rect? {
    let name = element.hasPrefix("size ") ? String(element.dropFirst(5)) : element
    let visible = visible(layout.table)
    return visible.firstIndex { rows[$0].name == name }.map { layout.table.row($0 + 1) }
  }
}
