import Screen
import TestSupport
import Testing

/// Dots in cells, curves, histograms.
struct PlotTests {
  @Test func everyDotHasItsBit() {
    for (column, row, glyph) in [
      (0, 0, "⠁"), (0, 1, "⠂"), (0, 2, "⠄"), (0, 3, "⡀"), (1, 0, "⠈"), (1, 1, "⠐"), (1, 2, "⠠"), (1, 3, "⢀"),
    ] {
      var canvas = BrailleCanvas(size: Size(columns: 3, rows: 2))
      canvas.add(column: 2 + column, row: 4 + row)
      #expect(canvas.glyph(column: 1, row: 1) == glyph)
      #expect(canvas.glyph(column: 0, row: 0) == nil)
    }
  }

  @Test func aCellBelongsToTheSeriesOfMostPoints() {
    var canvas = BrailleCanvas(size: Size(columns: 1, rows: 1), seriesCount: 3)
    for series in [1, 0, 2, 2] { canvas.add(column: 0, row: 0, series: series) }
    #expect(canvas.series(column: 0, row: 0) == 2)
    #expect(canvas.count(column: 0, row: 0, series: 2) == 2)
    canvas.add(column: 1, row: 3, series: 0)
    #expect(canvas.series(column: 0, row: 0) == 0, "the first of equals")
    #expect(canvas.glyph(column: 0, row: 0) == "⢁")
  }

  @Test func whatLiesOutsideIsLeftOut() {
    var canvas = BrailleCanvas(size: Size(columns: 2, rows: 2), seriesCount: 2)
    for (column, row, series) in [(-1, 0, 0), (4, 0, 0), (0, 8, 0), (0, 0, 2), (0, 0, -1), (.max, .min, 0)] {
      canvas.add(column: column, row: row, series: series)
    }
    #expect(canvas == BrailleCanvas(size: Size(columns: 2, rows: 2), seriesCount: 2))
    #expect(BrailleCanvas(size: Size(columns: -3, rows: 2)).glyph(column: 0, row: 0) == nil)
  }

  private static func picture(_ canvas: BrailleCanvas) -> [String] {
    (0..<canvas.size.rows).map { row in
      (0..<canvas.size.columns).map { canvas.glyph(column: $0, row: row) ?? " " }.joined()
    }
  }

  @Test func linesJoinTheirEnds() {
    var canvas = BrailleCanvas(size: Size(columns: 4, rows: 2))
    canvas.addLine(from: (0.5, 0.5), to: (7.5, 7.5))
    #expect(Self.picture(canvas) == ["⠑⢄  ", "  ⠑⢄"])
    canvas = BrailleCanvas(size: Size(columns: 4, rows: 1))
    canvas.addLine(from: (0, 2), to: (7.9, 2), step: 2)
    #expect(Self.picture(canvas) == ["⠄⠄⠄⠄"])
  }

  @Test func linesFromFarAwayAreCutAtTheEdges() {
    var canvas = BrailleCanvas(size: Size(columns: 4, rows: 1))
    canvas.addLine(from: (-1e9, 1.5), to: (1e9, 1.5))
    #expect(Self.picture(canvas) == ["⠒⠒⠒⠒"])
    let before = canvas
    canvas.addLine(from: (-5, -5), to: (20, -5))
    canvas.addLine(from: (.nan, 0), to: (3, 3))
    canvas.addLine(from: (-1e300, 9), to: (1e300, 9))
    canvas.addLine(from: (-.infinity, 0), to: (3, 3))
    #expect(canvas == before)
  }

  @Test func histogramsFillTheirRows() throws {
    var frame = Frame(size: Size(columns: 10, rows: 2))
    Histogram(counts: [16, 8, 0, 1, 4]).draw(into: &frame, frame.bounds, style: Style())
    #expect(frame.text == "|██        |\n|████  ▁▁▄▄|")
  }

  @Test func manyBinsShareBars() {
    #expect(Histogram.layout(bins: 20, columns: 8) == (3, 1))
    #expect(Histogram.columns(of: 19, bins: 20, columns: 8) == 6..<7)
    #expect(Histogram.layout(bins: 2, columns: 80) == (1, 4))
    var frame = Frame(size: Size(columns: 3, rows: 1))
    Histogram(counts: [1, 1, 2, 2, 4, 4]).draw(into: &frame, frame.bounds, style: Style())
    #expect(frame.text == "|▂▄█|")
    Histogram(counts: [.max, .max, -1, 0]).draw(into: &frame, frame.bounds, style: Style())
    Histogram(counts: []).draw(into: &frame, frame.bounds, style: Style())
  }

  private static var plot: LinePlot {
    LinePlot(
      positions: [0, 0.25, 0.5, 0.75, 1], labels: ["8", "16", "32", "64", "128"],
      series: [
        .init(values: [0.1, 0.3, nil, 0.7, 0.9], marker: "○", style: Style(.plotSeries2)),
        .init(values: [0, 0.5, 0.8, 0.95, 1], marker: "●", style: Style(.plotSeries1)),
      ], heights: ["100 %", "50 %", "0 %"], cursor: 2, marked: [3])
  }

  @Test func curvesHaveAxesTicksAndMarks() throws {
    var frame = Frame(size: Size(columns: 44, rows: 10))
    Self.plot.draw(into: &frame, frame.bounds)
    try expectSnapshot(frame.text, named: "line-plot-44x10")
  }

  @Test func labelsThatWouldTouchAreLeftOut() throws {
    var plot = Self.plot
    plot.labels = ["eight", "sixteen", "thirty-two", "sixty-four", "all of them"]
    var frame = Frame(size: Size(columns: 44, rows: 6))
    plot.draw(into: &frame, frame.bounds)
    #expect(frame.rowText(5).contains("thirty-two"), "the cursor's label is always there")
    #expect(!frame.rowText(5).contains("sixty-four"))
  }

  @Test func theNearestPointIsFound() throws {
    let rect = Rect(column: 0, row: 0, columns: 44, rows: 10)
    for point in 0..<5 {
      let column = try #require(Self.plot.column(of: point, in: rect))
      #expect(Self.plot.point(at: column, in: rect) == point)
    }
    #expect(Self.plot.point(at: -100, in: rect) == 0)
    #expect(Self.plot.column(of: 5, in: rect) == nil)
  }

  @Test func anySizeCanBeDrawn() {
    for columns in 0..<20 {
      for rows in 0..<8 {
        var frame = Frame(size: Size(columns: columns, rows: rows))
        var plot = Self.plot
        plot.series[0].values = [.nan, .infinity, -1]
        plot.draw(into: &frame, frame.bounds)
        Histogram(counts: [1, 2, 3]).draw(into: &frame, frame.bounds, style: Style())
        #expect(frame.cells.count == columns * rows)
      }
    }
  }
}
