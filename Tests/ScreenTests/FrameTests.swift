import Screen
import TestSupport
import Testing

struct FrameTests {
  private static func frame(_ columns: Int, _ rows: Int) -> Frame {
    Frame(size: Size(columns: columns, rows: rows))
  }

  @Test(arguments: [
    ("abcdef", 0, 4, "|abcd|"), ("abc", 2, 4, "|  ab|"), ("abc", -1, 4, "|bc  |"), ("字字字", 0, 5, "|字字 |"),
    ("字字", -1, 4, "| 字 |"), ("字", 3, 4, "|    |"), ("字", -2, 4, "|    |"), ("a字b", 1, 4, "| a字|"),
    ("e\u{301}x", 0, 4, "|e\u{301}x  |"), ("👩‍💻!", 1, 4, "| 👩‍💻!|"), ("a\nb", 0, 4, "|a␊b |"),
    ("क्ष", 3, 4, "|    |"),
  ])
  func textIsClippedAtTheEdgesByWholeCharacters(text: String, column: Int, columns: Int, expected: String) {
    var frame = Self.frame(columns, 1)
    frame.put(text, at: Point(column: column, row: 0))
    #expect(frame.text == expected)
  }

  @Test func puttingSaysHowManyColumnsItTook() {
    var frame = Self.frame(10, 1)
    #expect(frame.put("字x", at: .zero) == 3)
    #expect(frame.put("abcdef", at: .zero, width: 2) == 2)
    #expect(frame.put("字字", at: .zero, width: 3) == 2)
    #expect(frame.put("x", at: Point(column: 0, row: 5)) == 0)
    #expect(frame.put("x", at: .zero, width: -3) == 0)
  }

  @Test func aWideCharacterThatLosesAHalfBecomesASpace() {
    var frame = Self.frame(6, 1)
    frame.put("字字字", at: .zero)
    frame.put("x", at: Point(column: 1, row: 0))
    #expect(frame.text == "| x字字|")
    frame.put("y", at: Point(column: 2, row: 0))
    #expect(frame.text == "| xy 字|")
    frame.put("字", at: Point(column: 3, row: 0))
    #expect(frame.text == "| xy字 |")
  }

  @Test func nothingIsDrawnOutsideOfTheClipRectangle() {
    var frame = Self.frame(6, 3)
    frame.clipped(to: Rect(column: 1, row: 1, columns: 3, rows: 1)) { frame in
      for row in 0..<3 { frame.put("字abcde", at: Point(column: 0, row: row)) }
      frame.clipped(to: Rect(column: 3, row: 0, columns: 9, rows: 9)) { frame in
        frame.fill(frame.bounds, with: "#")
      }
    }
    #expect(frame.text == "|      |\n| \u{20}a#  |\n|      |")
    frame.put("z", at: .zero)
    #expect(frame.text.hasPrefix("|z"))
  }

  @Test func aBoxEnclosesItsInside() throws {
    var frame = Self.frame(12, 4)
    let inner = frame.box(frame.bounds, title: "Neighbours")
    #expect(inner == Rect(column: 1, row: 1, columns: 10, rows: 2))
    #expect(frame.text == "|┌ Neighbo… ┐|\n|│          │|\n|│          │|\n|└──────────┘|")
    #expect(frame.box(Rect(column: 0, row: 0, columns: 1, rows: 1)).isEmpty)
  }

  @Test func restylingKeepsTextAndWideCharactersWhole() {
    var frame = Self.frame(4, 1)
    frame.put("a字b", at: .zero)
    frame.restyle(Rect(column: 1, row: 0, columns: 1, rows: 1)) { $0.surface = .listSelected }
    #expect(frame.text == "|a字b|")
    #expect(frame.cells.map { $0.style.surface == .listSelected } == [false, true, true, false])
  }

  @Test func framesOfNoSizeAreHarmless() {
    for size in [Size(columns: 0, rows: 0), Size(columns: -1, rows: 5), Size(columns: 1, rows: 1)] {
      var frame = Frame(size: size)
      frame.put("字字", at: .zero)
      frame.fill(Rect(column: -5, row: -5, columns: 100, rows: 100), with: "字")
      frame.box(frame.bounds, title: "x")
      #expect(frame.runs().count <= 1)
      #expect(frame.runs(changedFrom: Frame(size: Size(columns: 80, rows: 24))).count <= 1)
    }
  }

  @Test(arguments: 0..<40)
  func applyingTheDifferenceGivesTheNewFrame(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let size = Size(columns: Int.random(in: 1...12, using: &random), rows: 3)
    var old = Frame(size: size)
    Self.scribble(on: &old, using: &random)
    var new = old
    Self.scribble(on: &new, using: &random)
    var patched = old
    patched.apply(new.runs(changedFrom: old))
    #expect(patched == new)
    #expect(new.runs(changedFrom: new).isEmpty)
    var fresh = Frame(size: size)
    fresh.apply(new.runs())
    #expect(fresh == new)
    Self.expectWellFormed(new)
  }

  private static func scribble(on frame: inout Frame, using random: inout SeededGenerator) {
    let texts = ["a", "字", "xyz", "👩‍💻", "e\u{301}", "字a字", "क्ष", "\u{1B}", "🇩🇪"]
    for _ in 0..<12 {
      let point = Point(
        column: Int.random(in: -2..<frame.size.columns, using: &random),
        row: Int.random(in: 0..<3, using: &random))
      let style = Style(Bool.random(using: &random) ? .text : .listScore)
      frame.put(texts[Int.random(in: 0..<texts.count, using: &random)], at: point, style: style)
    }
  }

  private static func expectWellFormed(_ frame: Frame) {
    for row in 0..<frame.size.rows {
      let widths = frame.row(row).map(\.width)
      #expect(widths.reduce(0, +) == frame.size.columns)
      for (column, width) in widths.enumerated() where width == 2 { #expect(widths[column + 1] == 0) }
    }
  }

  @Test func runsHoldNeighboursOfOneStyle() {
    var frame = Self.frame(8, 1)
    let old = frame
    frame.put("ab", at: Point(column: 1, row: 0), style: Style(.listRank))
    frame.put("字", at: Point(column: 3, row: 0), style: Style(.listScore))
    frame.put("z", at: Point(column: 7, row: 0))
    let runs = frame.runs(changedFrom: old)
    #expect(runs.map(\.text) == ["ab", "字", "z"])
    #expect(runs.map(\.columns) == [2, 2, 1])
    #expect(runs.map(\.origin.column) == [1, 3, 7])
  }

  @Test func rectanglesSplitAndCentre() {
    let rect = Rect(column: 2, row: 3, columns: 10, rows: 4)
    #expect(rect.split(top: 1).rest == Rect(column: 2, row: 4, columns: 10, rows: 3))
    #expect(rect.split(left: 99).rest.isEmpty)
    #expect(rect.split(top: -1).top.isEmpty)
    #expect(rect.centered(Size(columns: 4, rows: 2)) == Rect(column: 5, row: 4, columns: 4, rows: 2))
    #expect(rect.inset(columns: 6).isEmpty)
    #expect(rect.intersection(Rect(column: 50, row: 50, columns: 1, rows: 1)).isEmpty)
  }
}

/// Parts of frames.
struct FramePartTests {
  @Test func aPartKeepsTextStylesAndCursor() {
    var frame = Frame(size: Size(columns: 12, rows: 3))
    frame.put("ab汉字cd", at: Point(column: 1, row: 1), style: Style(.listScore))
    frame.cursor = Point(column: 3, row: 1)
    let part = frame.part(Rect(column: 2, row: 1, columns: 6, rows: 1))
    #expect(part.text == "|b汉字c|")
    #expect(part[Point(column: 0, row: 0)]?.style == Style(.listScore))
    #expect(part.cursor == Point(column: 1, row: 0))
  }

  @Test func aWideCharacterAtTheEdgeBecomesSpaces() {
    var frame = Frame(size: Size(columns: 8, rows: 1))
    frame.put("a汉字b", at: .zero)
    #expect(frame.part(Rect(column: 2, row: 0, columns: 2, rows: 1)).text == "|  |")
    #expect(frame.part(Rect(column: 1, row: 0, columns: 3, rows: 1)).text == "|汉 |")
  }

  @Test func whatLiesOutsideIsLeftOut() {
    let frame = Frame(size: Size(columns: 4, rows: 2))
    #expect(frame.part(Rect(column: 2, row: 1, columns: 100, rows: 100)).size == Size(columns: 2, rows: 1))
    #expect(frame.part(Rect(column: 9, row: 9, columns: 2, rows: 2)).size.isEmpty)
  }
}
