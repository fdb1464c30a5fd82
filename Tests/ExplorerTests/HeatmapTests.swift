import Recipes
import Screen
import Testing

@testable import Explorer

/// The heatmap and the user's own list.
struct HeatmapTests {
  @Test func textsAreAddedOnceAndSaved() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    #expect(try session.keys("<A-a>") == [.saveTexts(["abc"])])
    #expect(try session.keys("<A-a>") == [])
    #expect(session.state.notice?.text == "Add the query to the list: the list has this text already")
    let effects = try session.keys("<Tab>a")
    #expect(effects == [.saveTexts(["abc", session.world.texts[0]])])
  }

  @Test func pastedLinesBecomeTextsOfTheList() throws {
    let session = Session(texts: ["one"])
    try session.keys("<C-p>paste lines<Enter>")
    #expect(session.state.place == .view(.heatmap))
    let effects = session.paste("two\n\n  \nthree\r\none")
    #expect(effects.first == .saveTexts(["one", "two", "three"]))
    #expect(session.state.notice?.text.contains("the list has this text already") == true)
    #expect(session.state.query.field.isEmpty)
  }

  @Test func textsAreRemovedAtTheCursor() throws {
    let session = Session(texts: ["one", "two", "three"], view: .heatmap)
    try session.keys("<Tab>m<Wait><Down>")
    #expect(try session.keys("d").first == .saveTexts(["one", "three"]))
    session.answerAll()
    #expect(session.state.heatmap.shown?.matrix.texts == ["one", "three"])
    try session.keys("<Del>")
    #expect(session.state.heatmap.texts == ["one"])
    #expect(View.heatmap.unavailable(session.state)?.contains("has 1 text of at least 2") == true)
  }

  @Test func resultsCannotBeRemoved() throws {
    let session = Session(texts: ["one", "two"], view: .heatmap)
    try session.keys("abc<Wait><Tab>d")
    #expect(session.state.notice?.text.contains("these are results; m goes to the list") == true)
  }

  @Test func theListHasALimit() throws {
    let session = Session(texts: (0..<500).map { "text \($0)" })
    #expect(session.state.heatmap.texts.count == 500, "what was saved is never cut")
    try session.keys("abc<A-a>")
    #expect(session.state.heatmap.texts.count == 500)
    #expect(session.state.notice?.text.contains("the list is full") == true)
  }

  @Test func theCursorReadsTwoTextsOut() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait><Tab><Tab><Down><Right><Right>")
    #expect(session.state.heatmap.row == 1)
    #expect(session.state.heatmap.column == 2)
    let text = session.frame.text
    #expect(text.contains(".741 1 Refunds are paid"))
    #expect(text.contains("2 To cancel an order"))
    try session.keys("<End><Right><Down><PgDn>")
    #expect(session.state.heatmap.row == 6)
  }

  @Test func moreTextsAreAskedForOnceAndFewerAreCutFromThem() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait><Tab><Tab>")
    session.forget()
    try session.keys("+")
    #expect(session.searches.map(\.compared) == [12])
    session.answerAll()
    #expect(session.state.heatmap.shown?.labels.count == 13)
    session.forget()
    try session.keys("-")
    #expect(session.log == [])
    #expect(session.state.heatmap.shown?.labels.count == 7)
    #expect(
      session.state.heatmap.shown?.matrix
        == session.world.matrix(
          ["abc"] + session.world.texts.prefix(6), .cosine))
  }

  @Test func theDiagonalDoesNotStretchTheRange() {
    let matrix = SimilarityMatrix(
      texts: ["a", "b", "c"], metric: .dot, values: [99, 2, 3, 2, 99, 4, 3, 4, 99])
    let shown = ShownSimilarities(matrix, first: 3, mode: .list)
    #expect(shown.fixed == 2...4)
    #expect(shown.percentiles == 2...4)
    let cosine = SimilarityMatrix(texts: ["a", "b"], metric: .cosine, values: [1, 0.5, 0.5, 1])
    #expect(ShownSimilarities(cosine, first: 2, mode: .list).fixed == 0...1)
    #expect(ShownSimilarities(cosine, first: 2, mode: .list).percentiles.contains(0.5))
  }

  @Test func valuesThatAreNoNumbersAreSurvived() {
    let matrix = SimilarityMatrix(
      texts: ["a", "b"], metric: .euclidean, values: [.nan, .infinity, -.infinity, .nan])
    #expect(ShownSimilarities(matrix, first: 2, mode: .list).percentiles == 0...1)
  }

  @Test func distancesAreShownAsDistances() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait><F4><F4><F4><F4><Enter><Wait>")
    #expect(session.state.recipe?.metric.value == .euclidean)
    #expect(session.state.heatmap.shown?.values.allSatisfy { $0 >= 0 } == true)
    #expect(session.frame.text.contains("darker is nearer"))
  }

  @Test func theRangeIsSwitched() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait><Tab><Tab>")
    #expect(session.frame.text.contains("p5 to p95"))
    try session.keys("r")
    #expect(session.frame.text.contains("0 to 1"))
  }
}
