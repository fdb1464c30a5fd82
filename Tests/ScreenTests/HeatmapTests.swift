import Screen
import TestSupport
import Testing

struct HeatmapTests {
  private static func heatmap(_ rows: Int, _ columns: Int, mode: Heatmap.Mode = .automatic) -> Heatmap {
    let values = (0..<rows * columns).map { index in
      1 - Float(abs(index / columns - index % columns)) / Float(max(rows, columns))
    }
    return Heatmap(
      rowLabels: (0..<rows).map { "text \($0 + 1)" }, columnLabels: (0..<columns).map { "字\($0 + 1)" },
      values: values, range: 0...1, mode: mode)
  }

  private static func draw(_ heatmap: Heatmap, _ columns: Int, _ rows: Int, hasColor: Bool) -> (
    Frame, HeatmapLayout
  ) {
    var frame = Frame(size: Size(columns: columns, rows: rows))
    let layout = heatmap.draw(into: &frame, frame.bounds, hasColor: hasColor)
    return (frame, layout)
  }

  @Test func numbersStandInTheirCellsWhereTheyFit() throws {
    var heatmap = Self.heatmap(4, 5)
    heatmap.values[7] = .nan
    heatmap.cursor = Point(column: 3, row: 1)
    let (frame, layout) = Self.draw(heatmap, 60, 8, hasColor: true)
    #expect(layout.mode == .numbers)
    try expectSnapshot(frame.text, named: "heatmap-numbers-60x8")
    let cell = try #require(frame[Point(column: layout.cells.left, row: layout.cells.top)])
    #expect(cell.style.background == .ramp(.sequential, 1))
  }

  @Test func withoutColourCellsHaveDensities() throws {
    let (frame, layout) = Self.draw(Self.heatmap(9, 20, mode: .cells), 60, 12, hasColor: false)
    #expect(layout.mode == .cells)
    #expect(frame.cells.allSatisfy { $0.style.background == nil && $0.style.foreground == nil })
    try expectSnapshot(frame.text, named: "heatmap-density-60x12")
  }

  @Test func largeMatricesHaveTwoValuesInACell() throws {
    var heatmap = Self.heatmap(25, 50)
    heatmap.cursor = Point(column: 10, row: 7)
    let (frame, layout) = Self.draw(heatmap, 60, 16, hasColor: true)
    #expect(layout.mode == .halfBlocks)
    #expect(layout.shownRows == 0..<25)
    try expectSnapshot(frame.text, named: "heatmap-half-blocks-60x16")
    let place = Point(column: layout.cells.left + 1, row: layout.cells.top + 2)
    let cell = try #require(frame[place])
    #expect(cell.text == "▀")
    #expect(cell.style.foreground == .ramp(.sequential, heatmap.value(column: 1, row: 4)))
    #expect(cell.style.background == .ramp(.sequential, heatmap.value(column: 1, row: 5)))
    #expect(layout.value(at: place) == Point(column: 1, row: 4))
    #expect(layout.value(at: .zero) == nil)
  }

  @Test func whatDoesNotFitIsScrolledToTheCursor() {
    var heatmap = Self.heatmap(200, 300)
    heatmap.cursor = Point(column: 290, row: 150)
    for hasColor in [true, false] {
      let (_, layout) = Self.draw(heatmap, 60, 16, hasColor: hasColor)
      #expect(layout.shownColumns.contains(290) && layout.shownRows.contains(150))
    }
  }

  @Test(arguments: [
    (Float(0.714), ".71"), (-0.05, "-.05"), (1, "1.00"), (12.345, "12.35"), (-0.001, ".00"), (.nan, "–"),
    (.infinity, "–"), (1e30, "big"), (-1e30, "-big"), (0.999, "1.00"),
  ])
  func numbersAreShort(value: Float, expected: String) {
    #expect(Self.heatmap(1, 1).number(value) == expected)
  }

  @Test func theRangeIgnoresOutliersAndWhatIsNoNumber() {
    let values = (0...100).map { Float($0) / 100 } + [.nan, .infinity]
    #expect(Heatmap.range(of: values, ramp: .sequential) == 0.02...0.98)
    #expect(Heatmap.range(of: [-1, 0.5], ramp: .diverging) == -1...1)
    #expect(Heatmap.range(of: [.nan], ramp: .sequential) == 0...1)
    #expect(Heatmap.range(of: [3, 3], ramp: .sequential).contains(3))
  }

  @Test func theWidestNumberIsThatOfTheExtremes() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      let scale = Float.random(in: 0.001...3e6, using: &random)
      let values = (0..<6).map { _ in Float.random(in: -scale...scale, using: &random) } + [.nan, .infinity]
      let heatmap = Heatmap(rowLabels: ["a"], columnLabels: values.map { "\($0)" }, values: values)
      let widest = values.map { heatmap.number($0).count }.max()
      #expect(Heatmap.numberColumns(of: values) == widest, "\(values)")
    }
    #expect(Heatmap.numberColumns(of: []) == 1)
    #expect(Heatmap.numberColumns(of: [.nan]) == 1)
  }

  @Test func aDivergingMapHasItsCentreInTheLegendAndSignsWithoutColour() throws {
    var heatmap = Self.heatmap(3, 5, mode: .cells)
    heatmap.ramp = .diverging
    heatmap.center = 0.5
    heatmap.legendNotes = ["centre: the mean", "a note that is too long here", "→ nearer"]
    heatmap.cursor = Point(column: 2, row: 1)
    let (frame, _) = Self.draw(heatmap, 60, 6, hasColor: false)
    try expectSnapshot(frame.text, named: "heatmap-diverging-60x6")
    let glyphs = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map {
      String(Ramp.diverging.glyph(at: $0))
    }
    #expect(glyphs == ["=", "=", "-", "-", "·", "·", "·", "+", "+", "#", "#"])
  }

  @Test func aCursorThatIsNotShownStillDecidesWhatIsScrolledTo() {
    var heatmap = Self.heatmap(50, 50)
    heatmap.cursor = Point(column: 40, row: 40)
    let (shown, layout) = Self.draw(heatmap, 40, 12, hasColor: true)
    heatmap.isCursorShown = false
    let (hidden, same) = Self.draw(heatmap, 40, 12, hasColor: true)
    #expect(layout == same)
    #expect(shown != hidden)
    #expect(layout.shownRows.contains(40))
  }

  @Test func valuesRowsAndColumnsHavePlaces() throws {
    for mode in [Heatmap.Mode.numbers, .cells, .halfBlocks] {
      let (_, layout) = Self.draw(Self.heatmap(9, 7, mode: mode), 60, 12, hasColor: true)
      let place = try #require(layout.place(of: Point(column: 3, row: 4)))
      #expect(layout.value(at: place.origin) == Point(column: 3, row: 4))
      #expect(place.columns == layout.cellColumns)
      #expect(layout.place(ofRow: 4)?.contains(place.origin) == true)
      #expect(layout.place(ofColumn: 3)?.contains(place.origin) == true)
      #expect(layout.place(of: Point(column: 7, row: 0)) == nil)
      #expect(layout.place(ofRow: -1) == nil)
    }
  }

  @Test func anySizeCanBeDrawn() {
    for (rows, columns) in [(0, 0), (1, 1), (3, 0), (7, 13)] {
      for mode in Heatmap.Mode.allCases {
        for size in [(0, 0), (1, 1), (4, 2), (5, 5), (11, 3), (80, 24)] {
          var heatmap = Self.heatmap(rows, columns, mode: mode)
          heatmap.cursor = Point(column: 99, row: 99)
          let (frame, _) = Self.draw(heatmap, size.0, size.1, hasColor: true)
          #expect(frame.cells.count == size.0 * size.1)
        }
      }
    }
  }
}
