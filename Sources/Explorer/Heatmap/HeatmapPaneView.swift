import Recipes
import Screen

/// The heatmap in its pane: the widget, and below it the two texts under the cursor.
struct HeatmapPaneView {
  let state: State
  private let shown: ShownSimilarities
  private let hasFocus: Bool
  private let map: Heatmap

  /// From so many texts on numbers are not tried: half-blocks alone may show so many.
  private static let numbersLimit = 60
  /// What the read-out takes below the cells.
  private static let readOutRows = 2

  /// nil while nothing is shown.
  init?(state: State) {
    guard let shown = state.heatmap.shown else { return nil }
    self.state = state
    self.shown = shown
    hasFocus = state.focusedView == .heatmap
    let scale = state.heatmapScale(shown)
    let isDistance = shown.matrix.metric.isDistance
    var map = Heatmap(
      rowLabels: shown.labels, columnLabels: shown.names, values: shown.values, range: scale.range,
      ramp: scale.ramp, mode: shown.labels.count > Self.numbersLimit ? .halfBlocks : .automatic,
      cursor: Point(column: state.heatmap.column, row: state.heatmap.row),
      numberColumns: shown.numberColumns)
    map.isCursorShown = hasFocus
    map.center = scale.center?.value
    map.legendNotes =
      [scale.center.map { "centre: \($0.name)" }, isDistance ? "← nearer" : "→ nearer"].compactMap(\.self)
    self.map = map
  }

  func draw(into frame: inout Frame, _ inner: Rect) {
    let (upper, lower) = parts(inner)
    map.draw(into: &frame, upper, hasColor: state.depth != .none)
    if state.heatmapIsMarked {
      frame.restyle(upper) { style in
        style.attributes.insert(.dim)
        if style.background == nil { style.name = .listStale }
      }
    }
    if hasFocus { drawReadOut(into: &frame, lower) } else { drawHelp(into: &frame, lower) }
  }

  /// Where the parts of the map lie; the same with and without the focus, so that a click hits what it meant.
  func layout(_ inner: Rect) -> HeatmapLayout {
    map.layout(in: parts(inner).upper, hasColor: state.depth != .none)
  }

  func readOut(_ inner: Rect) -> Rect { parts(inner).lower }

  private func parts(_ inner: Rect) -> (upper: Rect, lower: Rect) {
    let (upper, lower) = inner.split(top: inner.rows - (inner.rows >= 8 ? Self.readOutRows : 0))
    return (upper, lower)
  }

  /// The value, its percentile in the background, and both texts.
  private func drawReadOut(into frame: inout Frame, _ rect: Rect) {
    let count = shown.labels.count
    let (row, column) = (state.heatmap.row, state.heatmap.column)
    guard row < count, column < count else { return }
    let value = shown.values[row * count + column]
    let percentile = state.heatmapPercentile(of: value, shown).map { "p\($0)" } ?? ""
    for (line, index) in [row, column].enumerated() {
      var text = StyledLine()
      text.add(
        (line == 0 ? Numbers.value(value) : percentile).padded(to: 6, alignment: .right),
        Style(line == 0 ? .textStrong : .listPercentile))
      text.add(" \(shown.names[index]) ", Style(.heatmapLabelSelected))
      text.add((shown.text(at: index) ?? "").prefixOnOneLine(rect.columns), Style(.text))
      text.draw(into: &frame, at: rect.row(line).origin, width: rect.columns)
    }
  }

  /// How to read the map, where there is no cursor to be read out.
  private func drawHelp(into frame: inout Frame, _ rect: Rect) {
    for (row, line) in View.heatmap.help.wrapped(to: rect.columns, limit: rect.rows).enumerated() {
      frame.put(line, at: rect.row(row).origin, style: Style(.textMuted))
    }
  }
}

extension State {
  /// What the colours mean.
  func heatmapScale(_ shown: ShownSimilarities) -> HeatmapScale {
    let mean = heatmapIsCurrent ? background?.mean : nil
    return HeatmapScale(
      heatmap.range == .fixed ? shown.fixed : shown.percentiles, heatmap.ramp,
      backgroundMean: shown.matrix.metric.isDistance ? mean.map { -$0 } : mean)
  }

  /// A value's place among the background's scores; nil where that is not known for these similarities.
  func heatmapPercentile(of value: Float, _ shown: ShownSimilarities) -> Int? {
    guard heatmapIsCurrent else { return nil }
    return background?.percentile(of: shown.matrix.metric.isDistance ? -value : value)
  }

  /// The pane's title: whose similarities, how many, which order and range.
  func heatmapTitle(columns: Int) -> String {
    guard let shown = heatmap.shown else { return View.heatmap.title }
    var parts = [View.heatmap.title]
    if heatmapIsMarked { parts.append("out of date") }
    let count = shown.labels.count
    switch shown.mode {
    case .query: parts.append("query × top \(count - 1)")
    case .list: parts.append("your list of \(count)")
    case .results: parts.append("top \(count) × top \(count)")
    }
    if heatmap.isOrdered { parts.append("clustered") }
    if shown.matrix.metric.isDistance, heatmap.ramp == .sequential { parts.append("darker is nearer") }
    switch heatmap.range {
    case .percentiles: parts.append("p5 to p95")
    case .fixed:
      let isUnit = shown.matrix.metric == .cosine && heatmap.ramp == .sequential
      parts.append(isUnit ? "0 to 1" : "a fixed range")
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }

  /// The matrix, each row with its text; columns are named as the labels are.
  var heatmapTable: ViewTable? {
    guard let shown = heatmap.shown else { return nil }
    let count = shown.names.count
    let scale = heatmapScale(shown)
    var facts: [(name: String, value: ViewTable.Value)] = [
      ("texts", .text(heatmap.mode.rawValue)), ("metric", .text(shown.matrix.metric.rawValue)),
      ("current", .flag(heatmapIsCurrent)), ("clustered", .flag(heatmap.isOrdered)),
      ("ramp", .text(scale.ramp.rawValue)), ("low", .shortest(scale.range.lowerBound)),
      ("high", .shortest(scale.range.upperBound)),
    ]
    if let center = scale.center { facts.append((center.name, .shortest(center.value))) }
    let columns = [ViewTable.Column("name"), .init("text")]
    let others = shown.names.enumerated().map { place, name in
      ViewTable.Column(name, spoken: (shown.text(at: place) ?? "").prefixOnOneLine(40).truncated(to: 40))
    }
    let rows: [[ViewTable.Value]] = shown.names.indices.map { row in
      [.text(shown.names[row]), .text(shown.text(at: row) ?? "")]
        + shown.values[row * count..<(row + 1) * count].map { .shortest($0) }
    }
    let measure = shown.matrix.metric.isDistance ? "Distances" : "Similarities"
    let whose =
      switch shown.mode {
      case .query: "the query and its \(count - 1) nearest texts"
      case .list: "your list of \(count) texts"
      case .results: "the \(count) nearest texts"
      }
    return ViewTable(
      title: "\(measure) among \(whose)", facts: facts, columns: columns + others, rows: rows)
  }
}
