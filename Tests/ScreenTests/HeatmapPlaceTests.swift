import Screen
import Testing

struct HeatmapPlaceTests {
  private func heatmap(_ rows: Int, _ columns: Int) -> Heatmap {
    Heatmap(
      rowLabels: (1...rows).map { "row \($0)" }, columnLabels: (1...columns).map { "column \($0)" },
      values: [Float](repeating: 0.5, count: rows * columns), range: 0...1)
  }

  @Test(arguments: [(3, 4), (30, 40), (200, 100)], [true, false])
  func everyShownValueHasItsPlace(size: (rows: Int, columns: Int), hasColor: Bool) {
    let layout = heatmap(size.rows, size.columns)
      .layout(in: Rect(column: 2, row: 3, columns: 60, rows: 20), hasColor: hasColor)
    for row in layout.shownRows {
      for column in layout.shownColumns {
        guard let place = layout.place(column: column, row: row) else {
          Issue.record("no place for \(column), \(row)")
          return
        }
        let found = layout.value(at: place.origin)
        // Of two values in a cell the upper one is found.
        #expect(found?.column == column && (found?.row == row || found?.row == row - 1))
      }
    }
    #expect(layout.place(column: layout.shownColumns.upperBound, row: 0) == nil)
    #expect(layout.place(column: 0, row: -1) == nil)
  }

  @Test func theReadOutCanBeLeftToOthers() {
    var map = heatmap(3, 4)
    map.cursor = Point(column: 1, row: 1)
    var frame = Frame(size: Size(columns: 60, rows: 10))
    map.draw(into: &frame, frame.bounds, hasColor: false)
    #expect(frame.text.contains("row 2 × column 2"))
    map.readsOut = false
    var quiet = Frame(size: frame.size)
    map.draw(into: &quiet, quiet.bounds, hasColor: false)
    #expect(!quiet.text.contains("×"))
    #expect(quiet.text.contains("1.00"), "the ramp keeps the values of its ends")
  }
}
