import Recipes
import Screen
import Testing

@testable import Explorer

/// Compare: freezing, lines between ranks, files of queries, changing sides.
struct CompareTests {
  private func session(_ size: Size = Size(columns: 100, rows: 30), keys: String = "<F9><F3><Down><Enter>")
    throws -> Session
  {
    let session = Session(World(prompts: World.prompts), size: size)
    try session.keys("how do I get my money back<Wait>\(keys)<Wait><A-7><Wait>")
    return session
  }

  private func requests(_ session: Session) -> [ComparisonRequest] {
    session.log.compactMap {
      if case .compute(.comparison(let request), _) = $0 { request } else { nil }
    }
  }

  @Test func withoutAFrozenSideItSaysHowToFreeze() throws {
    let session = Session(view: .compare)
    try session.keys("abc<Wait>")
    let reason = try #require(View.compare.unavailable(session.state))
    #expect(reason.hasPrefix("nothing is frozen; F9 "))
    #expect(session.frame.text.contains("unavailable because nothing is frozen"))
    #expect(requests(session) == [])
    try session.keys("<Tab>s")
    #expect(session.state.notice?.text.contains("nothing is frozen") == true)
  }

  @Test func freezingAsksWhateverViewIsShown() throws {
    let session = Session()
    try session.keys("abc<Wait><F9>")
    let request = try #require(requests(session).last)
    #expect(request.query == "abc")
    #expect(request.top == 100)
    #expect(request.queryFile == nil)
    #expect(request.a == request.b)
    try session.keys("<F9>")
    #expect(session.state.frozen == nil)
    #expect(session.state.notice?.text == "side B is let go")
  }

  @Test func onlyWhatDiffersIsSaid() throws {
    let session = try session()
    let shown = try #require(session.state.compare.shown)
    #expect(shown.differences.map(\.name) == ["pooling"])
    #expect(shown.differences[0].b == "mean")
    #expect(session.frame.text.contains("pooling"))
    #expect(!session.frame.rowText(5).contains("prompt"))
    let same = try self.session(keys: "<F9>")
    #expect(same.state.compare.shown?.differences == [])
    #expect(same.frame.text.contains("the same recipe on both sides"))
  }

  @Test func everyPartOfARecipeCanDiffer() throws {
    let description = World.description(prompts: World.prompts)
    var overrides = RecipeOverrides()
    let first = ComparedRecipe(
      model: "a", recipe: try description.recipe(overrides).recipe, overrides: overrides, summary: "")
    overrides.queryPrompt = .named("query")
    overrides.documentPrompt = .literal("x")
    overrides.pooling = [.cls]
    overrides.poolsPrompt = false
    overrides.layer = 2
    overrides.normalizes = false
    overrides.dimensions = 64
    overrides.metric = .dot
    overrides.precision = .int8
    overrides.maximumLength = 32
    overrides.joining = .stripped
    let second = ComparedRecipe(
      model: "b", recipe: try description.recipe(overrides).recipe, overrides: overrides, summary: "")
    #expect(
      RecipeDifference.all(first, second).map(\.name) == [
        "model", "pooling", "of documents", "dims", "metric", "layer", "vectors", "prompt tokens",
        "joined", "precision", "query length", "document length",
      ])
    #expect(RecipeDifference.all(first, first) == [])
  }

  @Test func ranksFollowEachTextToTheOtherSide() throws {
    let session = try session()
    let shown = try #require(session.state.compare.shown)
    #expect(shown.a.count == 10)
    for (rank, other) in shown.rankOfA.enumerated() {
      let found = shown.result.b.neighbours.firstIndex { $0.id == shown.a[rank].id }
      #expect(other == found)
    }
    #expect(shown.rankOfA.contains(nil), "some are lost")
    #expect(shown.rankOfB.contains { $0 != nil })
    #expect(session.frame.text.contains("new"))
    #expect(session.frame.text.contains("↑"))
  }

  @Test func theSelectionCrossesToTheSameText() throws {
    let session = try session()
    try session.keys("<Down><Down>")
    let text = try #require(session.state.selectedCompared)
    let rank = try #require(session.state.compare.shown?.rankOfA[2])
    try session.keys("<Right>")
    #expect(session.state.compare.side == .b)
    #expect(session.state.compare.ranks.selection == rank)
    #expect(session.state.selectedCompared?.id == text.id)
    #expect(CompareContent.selectedText(session.state) == text.text)
    try session.keys("<Left><Enter>")
    guard case .text(let popup) = session.state.popup else {
      Issue.record("the text did not open")
      return
    }
    #expect(popup.neighbour.id == text.id)
  }

  @Test func linesGoFromRankToRank() throws {
    // Two texts that change places: the lines cross, and at both ends they are in the middle of their rows.
    func neighbour(_ id: String) -> NeighbourList.Neighbour {
      .init(id: id, text: id, fields: [], score: 0.5, percentile: nil)
    }
    let session = try session()
    var source = try #require(session.state.compare.shown).source
    guard case .comparison(var result) = source.result else { return }
    result.a.neighbours = [neighbour("x"), neighbour("y"), neighbour("z")]
    result.b.neighbours = [neighbour("y"), neighbour("x"), neighbour("w")]
    source.result = .comparison(result)
    let shown = try #require(ShownComparison(source))
    var frame = Frame(size: Size(columns: 78, rows: 12))
    let layout = CompareLayout(frame.bounds, mode: .lists)
    var state = CompareState()
    state.ranks = ScrollList(count: 3, height: 5)
    state.ranks.select(2)
    RankLines(state, shown, layout).draw(into: &frame)
    let rows = (0..<3).map { row in
      (layout.gutter.left..<layout.gutter.right).map { column in
        frame[Point(column: column, row: layout.rows.top + row)]?.text ?? ""
      }
    }
    #expect(rows[0][0] == " ")
    #expect(rows[0][1] != " ")
    #expect(rows[1][1] != " ")
    #expect(rows[0][layout.gutter.columns - 2] != " ")
    #expect(rows[1][layout.gutter.columns - 2] != " ")
    #expect(rows[2].dropFirst(4).dropLast(4).allSatisfy { $0 == " " }, "texts of one side alone end at once")
  }

  @Test func depthGoesByStepsAndIsAskedForAnew() throws {
    let session = try session()
    session.forget()
    try session.keys("+")
    #expect(requests(session).map(\.depth) == [20])
    session.answerAll()
    #expect(session.state.compare.shown?.a.count == 20)
    try session.keys("--")
    #expect(session.state.compare.depth == 5)
    try session.keys("-")
    #expect(session.state.notice?.text.contains("5 is the least") == true)
  }

  @Test func sidesOfOneModelChangePlacesAtOnce() throws {
    let session = try session()
    let (a, b) = (try #require(session.state.recipe?.recipe), try #require(session.state.frozen?.recipe))
    try session.keys("s")
    #expect(session.state.recipe?.recipe == b)
    #expect(session.state.frozen?.recipe == a)
    try session.keys("s")
    #expect(session.state.recipe?.recipe == a)
    #expect(session.state.frozen?.recipe == b)
  }

  @Test func frozenSurvivesAnotherModelAndComesBackWithItsChoices() throws {
    let session = try session(keys: "<F3><Down><Enter><F9><F5><Wait>bge<Enter><Wait>")
    let frozen = try #require(session.state.frozen)
    #expect(session.state.model.description?.name == "bge-small-en-v1.5")
    #expect(frozen.model == "all-MiniLM-L6-v2")
    #expect(session.frame.text.contains("bge-small-en-v1.5 · in force"))
    #expect(session.frame.text.contains("all-MiniLM-L6-v2 · frozen"))
    let present = try #require(session.state.recipe?.recipe)
    session.forget()
    try session.keys("s")
    #expect(session.kinds.first == "loadModel")
    #expect(session.state.frozen == frozen, "nothing changes before the model has come")
    session.answerAll()
    #expect(session.state.recipe?.recipe == frozen.recipe)
    #expect(session.state.overrides == frozen.overrides)
    #expect(session.state.frozen?.recipe == present)
  }

  @Test func aModelThatDoesNotComeLeavesTheSidesInPlace() throws {
    let session = try session(keys: "<F9><F5><Wait>bge<Enter><Wait>")
    let (frozen, recipe) = (session.state.frozen, session.state.recipe)
    try session.keys("s")
    session.answer(
      .modelFailed(Failure("it is damaged"), generation: session.state.requests[.model].generation))
    #expect(session.state.compare.exchange == nil)
    #expect(session.state.frozen == frozen)
    #expect(session.state.recipe == recipe)
  }

  @Test func aFileOfQueriesIsAskedForOnce() throws {
    let session = try session()
    session.forget()
    try session.keys("mf")
    #expect(requests(session) == [])
    #expect(session.state.popup != nil)
    try session.keys("queries.txt<Enter>")
    #expect(requests(session).map(\.queryFile) == ["queries.txt"])
    session.answerAll()
    let rows = try #require(session.state.compare.answered?.agreements.rows)
    #expect(rows.map(\.overlap) == rows.map(\.overlap).sorted())
    #expect(rows.count == 4)
    session.forget()
    // Another query in the line compares on that alone.
    try session.keys("<Down><Enter><Wait>")
    #expect(session.state.query.field.text == rows[1].query)
    #expect(session.state.compare.mode == .lists)
    #expect(requests(session).allSatisfy { $0.queryFile == nil })
    try session.keys("m<Wait>")
    #expect(requests(session).allSatisfy { $0.queryFile == nil })
    // Another recipe asks the file again.
    try session.keys("<F3><Down><Enter><Wait>")
    #expect(requests(session).contains { $0.queryFile == "queries.txt" })
  }

  @Test func leastAgreementComesFirstAndMeansLeaveOutWhatIsNotKnown() {
    func agreement(_ query: String, _ overlap: Double, _ tau: Double?) -> RecipeComparison.Agreement {
      .init(query: query, overlap: overlap, tau: tau, marginA: nil, marginB: 0.5, topA: "x", topB: "x")
    }
    let shown = ShownAgreements([
      agreement("a", 1, 1), agreement("b", 0.5, 0.2), agreement("c", 0.5, nil), agreement("d", .nan, 0.4),
    ])
    #expect(shown.rows.map(\.query) == ["d", "c", "b", "a"])
    #expect(shown.meanTau.map { abs($0 - 1.6 / 3) < 1e-12 } == true)
    #expect(shown.meanMarginA == nil)
    #expect(shown.meanMarginB == 0.5)
    #expect(shown.sameFirst == 4)
    #expect(ShownAgreements([]).meanOverlap == nil)
  }

  @Test func aFileThatCannotBeReadIsSaidInItsPlace() throws {
    let session = try session()
    try session.keys("fmissing.txt<Enter>")
    let generation = session.state.requests[.view(.comparison)].generation
    session.pending = []
    session.answer(
      .computationFailed(.comparison, Failure("missing.txt is not there"), generation: generation))
    session.answerAll()
    #expect(session.frame.text.contains("unavailable because missing.txt is not there"))
    #expect(View.compare.unavailable(session.state) == nil)
    try session.keys("m<Wait>")
    #expect(session.state.compare.shown != nil)
  }

  @Test func tablesAreComplete() throws {
    let session = try session()
    let lists = try #require(CompareContent.table(session.state))
    #expect(lists.rows.count == 20)
    #expect(lists.facts.contains { $0.name == "tau" })
    try session.keys("fqueries.txt<Enter><Wait>")
    let queries = try #require(CompareContent.table(session.state))
    #expect(queries.rows.count == 4)
    for table in [lists, queries] { #expect(table.rows.allSatisfy { $0.count == table.columns.count }) }
  }

  @Test func theMouseSelectsOnBothSides() throws {
    let session = try session()
    let inner = try #require(session.state.layout.pane(of: .compare)).rect.inset()
    let b = try #require(CompareContent.place(of: "b", session.state, in: inner))
    _ = CompareContent.press(&session.state, Point(column: b.left + 1, row: b.top + 3), in: inner)
    #expect(session.state.compare.side == .b)
    #expect(session.state.compare.ranks.selection == 3)
    let row = try #require(CompareContent.place(of: "row 2", session.state, in: inner))
    _ = CompareContent.press(&session.state, row.origin, in: inner)
    #expect(session.state.compare.side == .a)
    #expect(session.state.compare.ranks.selection == 1)
  }
}
