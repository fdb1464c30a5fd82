import Recipes
import Screen
import Testing

@testable import Explorer

/// The heatmap's list as it is edited and loaded, its modes, colours, order, mouse and table.
struct HeatmapListTests {
  private func session(
    _ texts: [String] = ["one", "two", "three", "four"], size: Size = Size(columns: 100, rows: 30)
  ) throws -> Session {
    let session = Session(size: size, texts: texts, view: .heatmap)
    try session.keys("abc<Wait><Tab>")
    while session.state.place != .view(.heatmap) { try session.keys("<Tab>") }
    try session.keys("m<Wait>")
    session.forget()
    return session
  }

  @Test func aTextOfTheListIsEdited() throws {
    let session = try session()
    try session.keys("<Down><Enter>")
    #expect(session.frame.text.contains("Edit the text"))
    let effects = try session.keys(" of a kind<Enter>")
    #expect(effects.first == .saveTexts(["one", "two of a kind", "three", "four"]))
    #expect(session.state.popup == nil)
    session.answerAll()
    #expect(session.state.heatmap.shown?.matrix.texts[1] == "two of a kind")
  }

  @Test func anEditCanBeGivenUpAndRefused() throws {
    let session = try session()
    try session.keys("<Enter>x<Esc>")
    #expect(session.state.heatmap.texts[0] == "one")
    #expect(try session.keys("<Enter><Enter>") == [], "nothing was changed")
    try session.keys("<Enter><C-u>two<Enter>")
    #expect(session.state.notice?.text == "the list has this text already")
    try session.keys("<C-u> <Enter>")
    #expect(session.state.notice?.text.contains("the text is empty") == true)
    #expect(session.state.heatmap.texts == ["one", "two", "three", "four"])
  }

  @Test func lineEndsOfATextSurviveAnEdit() throws {
    let session = try session(["first\nsecond", "two"])
    try session.keys("<Enter>!<Enter>")
    #expect(session.state.heatmap.texts[0] == "first\nsecond!")
  }

  @Test func resultsCannotBeEdited() throws {
    let session = try session()
    try session.keys("m<Enter>")
    #expect(
      session.state.notice?.text == "Edit the text of the list: these are results; m twice goes to the list")
  }

  @Test func aFileIsLoadedIntoTheList() throws {
    let session = try session()
    session.world.files = ["more.txt": ["five", "", "two", "six"]]
    let effects = try session.keys("lmore.txt<Enter>")
    #expect(effects == [.loadTexts("more.txt", generation: 1)])
    session.answerAll()
    #expect(session.state.heatmap.texts == ["one", "two", "three", "four", "five", "six"])
    #expect(session.log.contains(.saveTexts(session.state.heatmap.texts)))
    #expect(session.state.popup == nil)
    #expect(
      session.state.notice?.text
        == "2 added, 6 texts in the list; 1 left out: the list has this text already")
  }

  @Test func aFileThatCannotBeLoadedSaysWhyAndKeepsThePath() throws {
    let session = try session()
    try session.keys("lnone.txt<Enter><Wait>")
    #expect(session.frame.text.contains("none.txt: no such file · give the path of a text file"))
    try session.keys("<BS>")
    #expect(!session.frame.text.contains("no such file"))
    try session.keys("<Enter><Esc>")
    #expect(!session.state.isWaiting, "who leaves waits no more")
    session.answerAll()
    #expect(session.state.notice == nil)
  }

  @Test func ofAFileTheListTakesWhatItCan() throws {
    let session = try session()
    session.world.files = ["large.txt": (0..<100_000).map { "line \($0)" }]
    try session.keys("llarge.txt<Enter><Wait>")
    #expect(session.state.heatmap.texts.count == 200)
    #expect(
      session.state.notice?.text
        == "196 added, 200 texts in the list; 99,804 left out: the list is full: it takes 200 texts")
  }

  @Test func theListCanBeLoadedFromThePalette() throws {
    let session = Session()
    try session.keys("<C-p>load texts<Enter>")
    #expect(session.frame.text.contains("Load texts into the list"))
    #expect(session.state.shows(.heatmap))
  }

  @Test func theResultsAloneAreCompared() throws {
    let session = try session()
    try session.keys("m<Wait>")
    #expect(session.state.heatmap.mode == .results)
    let shown = try #require(session.state.heatmap.shown)
    #expect(shown.matrix.texts == Array(session.world.texts.prefix(6)))
    #expect(shown.names == ["1", "2", "3", "4", "5", "6"])
    #expect(session.frame.text.contains("top 6 × top 6"))
    try session.keys("m<Wait>")
    #expect(session.state.heatmap.shown?.names.first == "Q")
  }

  @Test func textsAreOrderedAndKeepTheirNumbers() throws {
    let session = try session()
    try session.keys("<Down><Right><Right>")
    let before = try #require(session.state.heatmap.shown)
    #expect(HeatmapContent.selectedText(session.state) == "two")
    try session.keys("o")
    let shown = try #require(session.state.heatmap.shown)
    #expect(shown.names == ["1", "3", "2", "4"])
    #expect(session.state.heatmap.row == 2, "the cursor stays on its texts")
    #expect(session.state.heatmap.column == 1)
    #expect(HeatmapContent.selectedText(session.state) == "two")
    for (row, place) in shown.order.enumerated() {
      for (column, other) in shown.order.enumerated() {
        #expect(shown.values[row * 4 + column] == before.values[place * 4 + other])
      }
    }
    #expect(session.frame.text.contains("clustered"))
    #expect(try session.keys("d").first == .saveTexts(["one", "three", "four"]))
    try session.keys("o")
    #expect(!session.state.heatmap.isOrdered)
  }

  @Test func anOrderThatIsNoneIsNotTaken() {
    for order in [[], [0], [0, 0], [0, 2], [1, 0, 2]] {
      let matrix = SimilarityMatrix(
        texts: ["a", "b"], metric: .cosine, values: [1, 0.5, 0.5, 1], order: order)
      #expect(matrix.clusters == nil)
      let shown = ShownSimilarities(.init(matrix: matrix, places: 0..<2, mode: .list, isOrdered: true))
      #expect(shown.names == ["1", "2"])
    }
  }

  @Test func aPartOfAMatrixKeepsItsOrder() {
    let matrix = SimilarityMatrix(
      texts: ["a", "b", "c"], metric: .cosine, values: (0..<9).map { Float($0) }, order: [2, 0, 1])
    let part = matrix.part(1..<3)
    #expect(
      part == SimilarityMatrix(texts: ["b", "c"], metric: .cosine, values: [4, 5, 7, 8], order: [1, 0]))
    #expect(matrix.part(0..<99) == matrix)
  }

  @Test func theDivergingRampSaysWhatItsCentreIs() throws {
    let session = try session()
    try session.keys("c")
    #expect(session.frame.text.contains(" .08 "))
    #expect(session.frame.text.contains("centre: background mean"))
    let middle = HeatmapScale(0.2...0.6, .diverging, backgroundMean: nil)
    #expect(middle.center?.name == "middle of range")
    #expect(abs((middle.center?.value ?? 0) - 0.4) < 1e-6)
    let mean = HeatmapScale(0.25...0.75, .diverging, backgroundMean: 0.125)
    #expect(mean.range == -0.5...0.75)
    #expect(HeatmapScale(0.25...0.75, .sequential, backgroundMean: 0.125).range == 0.25...0.75)
    #expect(HeatmapScale(0...1, .diverging, backgroundMean: .nan).center?.name == "middle of range")
  }

  @Test func theReadOutHasThePercentileOfTheBackground() throws {
    let session = try session()
    try session.keys("<Right>")
    // The made-up background goes from -.25 to .75 in even steps.
    #expect(session.frame.text.contains("  .741 1 one"))
    #expect(session.frame.text.contains("   p99 2 two"))
    try session.keys("<F3><Down><Enter>")
    #expect(!session.frame.text.contains("   p99 2 two"), "of another recipe nothing is known yet")
  }

  @Test func percentilesAreRoundedDown() {
    let background = BackgroundSummary(
      fingerprint: "", texts: 0, scores: 0, isBundled: false, mean: 0, standardDeviation: 1,
      quantiles: (0...100).map { Float($0) })
    #expect(
      [-1, 0, 0.5, 41, 41.9, 100, 200].map { background.percentile(of: $0) } == [0, 0, 0, 41, 41, 100, 100])
    #expect(background.percentile(of: .nan) == nil)
  }

  @Test func theMousePutsTheCursor() throws {
    let session = try session()
    let inner = try #require(session.state.layout.pane(of: .heatmap)).rect.inset()
    let cell = try #require(HeatmapContent.place(of: "cell 2 4", session.state, in: inner))
    _ = HeatmapContent.press(&session.state, cell.origin, in: inner)
    #expect((session.state.heatmap.row, session.state.heatmap.column) == (1, 3))
    let other = try #require(HeatmapContent.place(of: "cell 4 1", session.state, in: inner))
    HeatmapContent.drag(&session.state, from: cell.origin, to: other.origin, in: inner)
    #expect((session.state.heatmap.row, session.state.heatmap.column) == (3, 0))
    HeatmapContent.drag(&session.state, from: cell.origin, to: .zero, in: inner)
    #expect((session.state.heatmap.row, session.state.heatmap.column) == (3, 0), "beside the cells")
    let label = Point(column: inner.left, row: cell.top)
    _ = HeatmapContent.press(&session.state, label, in: inner)
    #expect(session.state.heatmap.row == 1)
    HeatmapContent.turn(&session.state, by: 2, at: .zero, in: inner)
    #expect(session.state.heatmap.row == 3)
  }

  @Test func theCellsStayWhereTheyAreWhenTheFocusComes() throws {
    let session = try session((1...150).map { "text \($0)" })
    try session.keys("<End>")
    let inner = try #require(session.state.layout.pane(of: .heatmap)).rect.inset()
    let focused = HeatmapPaneView(state: session.state)?.layout(inner)
    try session.keys("<Esc>")
    #expect(focused != nil)
    #expect(HeatmapPaneView(state: session.state)?.layout(inner) == focused)
  }

  @Test func itsElementsHavePlaces() throws {
    let session = try session()
    let inner = try #require(session.state.layout.pane(of: .heatmap)).rect.inset()
    func place(_ element: String) -> Rect? { HeatmapContent.place(of: element, session.state, in: inner) }
    #expect(place("legend")?.row(0).top == inner.bottom - 3)
    #expect(place("read-out")?.rows == 2)
    #expect(place("row 2")?.columns ?? 0 > place("cell 2 2")?.columns ?? 99)
    #expect(place("column 4")?.rows == 5)
    for element in ["", "cell", "cell 1", "cell 1 9", "row", "row Q", "legend 1"] {
      #expect(place(element) == nil, "\(element)")
    }
  }

  @Test func theTableIsTheMatrix() throws {
    let session = try session()
    try session.keys("o<F4><F4><F4><F4><Enter><Wait>")
    let table = try #require(HeatmapContent.table(session.state))
    #expect(table.title == "Distances among your list of 4 texts")
    #expect(table.columns.map(\.name) == ["name", "text", "1", "3", "2", "4"])
    #expect(table.rows.map { $0[1] } == ["one", "three", "two", "four"].map { .text($0) })
    #expect(table.rows[0].dropFirst(2) == [.number(0), .number(0.4), .number(0.2), .number(0.6)])
    #expect(table.facts.first { $0.name == "clustered" }?.value == .flag(true))
  }
}
