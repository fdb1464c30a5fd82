import Screen
import Testing

struct SignedBarTests {
  @Test(arguments: [
    (Float(-1), "████", "    "), (-0.5, "  ██", "    "), (-0.125, "   ▐", "    "), (-0.001, "   ▕", "    "),
    (0, "    ", "    "), (0.125, "    ", "▌   "), (1, "    ", "████"), (.nan, "    ", "    "),
    (-7, "████", "    "), (-.infinity, "    ", "    "),
  ])
  func negativesGrowToTheLeft(value: Float, negative: String, positive: String) {
    let bar = SignedBar(least: -1, greatest: 1, columns: 9)
    #expect(bar.negative(value) == negative)
    #expect(bar.positive(value) == positive)
  }

  @Test func bothSidesShareOneScaleAndFillTheirColumns() {
    for columns in 1...40 {
      for (least, greatest) in [
        (Float(-0.3), Float(0.9)), (0, 1), (-1, 0), (0, 0), (-0.001, 1), (.nan, .nan),
      ] {
        let bar = SignedBar(least: least, greatest: greatest, columns: columns)
        #expect(bar.negativeColumns + 1 + bar.positiveColumns == columns)
        for value in [least, greatest, 0, 0.1] {
          #expect(bar.negative(value).columns == bar.negativeColumns)
          #expect(bar.positive(value).columns == bar.positiveColumns)
        }
      }
    }
    let bar = SignedBar(least: -0.3, greatest: 0.9, columns: 25)
    #expect(bar.negativeColumns == 6 && bar.positiveColumns == 18)
  }

  @Test func theAxisIsAtTheLeftWhereNothingIsNegative() {
    #expect(SignedBar(least: 0.1, greatest: 1, columns: 10).negativeColumns == 0)
  }
}

struct SparklineTests {
  @Test func barsHaveTheHeightOfTheirValues() {
    let line = Sparkline(values: [0, 0.25, 0.5, 1, nil, .nan], range: 0...1)
    #expect(line.text(rows: 1) == ["▁▂▄█··"])
    #expect(line.text(rows: 2) == ["   █  ", "▁▄██··"])
    #expect(line.text(rows: 0) == [])
  }

  @Test func wideBarsHaveAGap() {
    #expect(Sparkline(values: [1, 0.5], range: 0...1, columnsPerValue: 3).text(rows: 1) == ["██ ▄▄ "])
    #expect(Sparkline(values: [1, nil], range: 0...1, columnsPerValue: 2).text(rows: 1) == ["██· "])
  }

  @Test(arguments: [Float(0), 2, .infinity]) func strangeRangesFillOrEmptyBars(value: Float) {
    for range in [Float(1)...1, -.infinity ... .infinity, 0 ... .infinity] {
      let text = Sparkline(values: [value], range: range).text(rows: 3)
      #expect(text.count == 3 && text.allSatisfy { $0.columns == 1 })
    }
  }
}
