import Screen
import TestSupport
import Testing

struct WidgetTests {
  @Test(arguments: [
    (Float(0), 4, "    "), (1, 4, "████"), (0.5, 4, "██  "), (0.53125, 4, "██▏ "), (2, 3, "███"),
    (-1, 3, "   "),
    (.nan, 3, "   "), (0.99, 2, "██"), (0.9, 0, ""), (0.45, 2, "▉ "),
  ])
  func aBarFillsItsColumnsByEighths(fraction: Float, columns: Int, expected: String) {
    #expect(Bar.text(fraction, columns: columns) == expected)
  }

  @Test func barsGrowWithTheirFraction() {
    let bars = (0...64).map { Bar.text(Float($0) / 64, columns: 8) }
    #expect(Set(bars).count == 65)
    #expect(bars.allSatisfy { $0.columns == 8 })
    #expect(Bar.text(0.5, columns: 4, isASCII: true) == "##  ")
  }

  @Test func aListScrollsAsLittleAsNeeded() {
    var list = ScrollList(count: 10, height: 3)
    #expect(list.selection == 0)
    list.move(by: 2)
    #expect(list.visible == 0..<3)
    list.move(by: 1)
    #expect(list.visible == 1..<4)
    _ = list.apply(KeyPress(.end))
    #expect(list.selection == 9 && list.visible == 7..<10)
    _ = list.apply(KeyPress(.pageUp))
    #expect(list.selection == 7 && list.visible == 7..<10)
    list.move(by: .min)
    #expect(list.selection == 0 && list.visible == 0..<3)
    list.move(by: .max)
    #expect(list.selection == 9)
    #expect(!list.apply(KeyPress("x")) && !list.apply(KeyPress(.up, .control)))
  }

  @Test func aListThatShrinksKeepsASelection() {
    var list = ScrollList(count: 10, height: 3)
    list.select(9)
    list.fit(count: 4, height: 3)
    #expect(list.selection == 3 && list.visible == 1..<4)
    list.fit(count: 0, height: 3)
    #expect(list.selection == nil && list.visible.isEmpty)
    list.fit(count: 5, height: 99)
    #expect(list.selection == 0 && list.visible == 0..<5 && list.thumb == nil)
  }

  @Test func everyListStateIsConsistent() {
    var random = SeededGenerator(seed: 3)
    var list = ScrollList()
    for _ in 0..<3000 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        list.fit(count: Int.random(in: 0...20, using: &random), height: Int.random(in: 0...8, using: &random))
      case 1: list.move(by: Int.random(in: -9...9, using: &random))
      case 2: list.scroll(by: Int.random(in: -9...9, using: &random))
      default: list.select(Int.random(in: -3...25, using: &random))
      }
      #expect((list.selection == nil) == (list.count == 0))
      if let selection = list.selection { #expect(list.visible.contains(selection)) }
      #expect(list.visible.count == min(list.count, list.height))
      if let thumb = list.thumb { #expect(thumb.lowerBound >= 0 && thumb.upperBound <= list.height) }
    }
  }

  @Test func aPatternPrefersStartsOfWordsAndRuns() throws {
    let match = try #require(FuzzyMatch("cp", in: "Change pooling"))
    #expect(match.positions == [0, 7])
    #expect(try #require(FuzzyMatch("pool", in: "Change pooling")).positions == [7, 8, 9, 10])
    #expect(FuzzyMatch("xyz", in: "Change pooling") == nil)
    #expect(FuzzyMatch("", in: "abc")?.positions == [])
    #expect(FuzzyMatch("a b", in: "AB")?.positions == [0, 1])
    let exact = try #require(FuzzyMatch("mean", in: "mean"))
    let scattered = try #require(FuzzyMatch("mean", in: "my elephant ate nuts"))
    #expect(exact.score > scattered.score)
  }

  private static var popup: PopupList {
    PopupList(
      title: "Pooling",
      items: [
        PopupItem("declared", help: "what the model's files say", isCurrent: true),
        PopupItem("cls", key: "F3", help: "the first token"),
        PopupItem("mean", help: "the mean of all tokens"),
        PopupItem("lasttoken", disabledReason: "needs a decoder"),
      ])
  }

  @Test func aPopupFiltersAndChooses() {
    var popup = Self.popup
    #expect(popup.apply(KeyPress(.down)) == .moved)
    #expect(popup.apply(KeyPress(.enter)) == .chosen(1))
    #expect(popup.apply(KeyPress("e")) == .filtered)
    #expect(popup.matches.first.map { popup.items[$0].title } != "cls")
    #expect(popup.apply(KeyPress("a")) == .filtered)
    #expect(popup.selectedIndex == 2)
    #expect(popup.apply(KeyPress(.backspace)) == .filtered)
    #expect(popup.apply(KeyPress("q")) == .filtered)
    #expect(popup.selectedIndex == nil && popup.apply(KeyPress(.enter)) == .ignored)
    #expect(popup.apply(KeyPress(.escape)) == .dismissed)
    #expect(popup.apply(KeyPress(.function(9))) == .ignored)
  }

  @Test func aDisabledItemAnswersWithItsReason() {
    var popup = Self.popup
    _ = popup.apply(KeyPress("l"))
    _ = popup.apply(KeyPress("t"))
    #expect(popup.apply(KeyPress(.enter)) == .refused("needs a decoder"))
  }

  @Test func aPopupIsDrawnInTheMiddle() throws {
    var frame = Frame(size: Size(columns: 60, rows: 14))
    var popup = Self.popup
    popup.fit(height: popup.listHeight(within: frame.bounds))
    popup.draw(into: &frame, within: frame.bounds)
    try expectSnapshot(frame.text, named: "popup-60x14")
    for item in try KeyNotation.parse("ltok") {
      if case .input(.key(let press)) = item { _ = popup.apply(press) }
    }
    popup.draw(into: &frame, within: frame.bounds)
    try expectSnapshot(frame.text, named: "popup-filtered-60x14")
    #expect(popup.line(at: Point(column: 15, row: 4), within: frame.bounds) == 0)
    #expect(popup.line(at: Point(column: 0, row: 0), within: frame.bounds) == nil)
  }

  @Test func aPopupSurvivesAnyFrame() {
    for columns in 0..<30 {
      for rows in 0..<9 {
        var frame = Frame(size: Size(columns: columns, rows: rows))
        var popup = Self.popup
        popup.fit(height: popup.listHeight(within: frame.bounds))
        popup.draw(into: &frame, within: frame.bounds)
        #expect(frame.cells.count == columns * rows)
      }
    }
  }
}
