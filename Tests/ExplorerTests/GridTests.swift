import Recipes
import Screen
import Testing

@testable import Explorer

/// Pooling × instruction: what is asked for, how it is edited, what it opens.
struct GridTests {
  private func session(
    _ size: Size = Size(columns: 100, rows: 30), prompts: [Prompt] = World.prompts
  ) throws -> Session {
    let session = Session(World(prompts: prompts), size: size, view: .grid)
    try session.keys("how do I get my money back<Wait><Tab><Tab>")
    if session.state.place != .view(.grid) { try session.keys("<Tab>") }
    return session
  }

  private func requests(_ session: Session) -> [GridRequest] {
    session.log.compactMap {
      if case .compute(.grid(let request), _) = $0 { request } else { nil }
    }
  }

  @Test func everyPoolingMeetsEveryInstruction() throws {
    let session = try session()
    let request = try #require(requests(session).last)
    #expect(request.poolings.first == [.mean])
    #expect(Set(request.poolings) == Set(Pooling.ofTokenStates.map { [$0] }))
    #expect(request.poolings.count == 6)
    let rows = request.instructions.filter { !$0.name.hasPrefix("ending") }
    #expect(rows.map(\.name) == ["declared", "none", "passage", "sts"], "query is the declared one")
    #expect(
      rows.map(\.recipe.queries.prompt) == ["query: ", "", "passage: ", World.prompts[2].text])
    #expect(request.depth == 10)
    #expect(request.declared == rows[0].recipe)
    let shown = try #require(session.state.grid.shown)
    #expect(shown.cells.count == 5)
    #expect(shown.cells.allSatisfy { $0.count == 6 && $0.allSatisfy { $0 != nil } })
  }

  @Test func aDecoderAddsItsPooling() throws {
    var world = World()
    world.description.hasDecoder = true
    let session = Session(world, view: .grid)
    try session.keys("abc<Wait>")
    #expect(requests(session).last?.poolings.last == [.decoderFirst])
  }

  @Test func whatIsInForceAloneAsksNothingAnew() throws {
    let session = try session()
    session.forget()
    try session.keys("<F3><Down><Enter><Wait>")
    #expect(session.state.overrides.pooling != nil)
    #expect(requests(session) == [])
    #expect(session.state.grid.shown?.plan.columns.filter(\.isInForce).map(\.isDeclared) == [false])
  }

  @Test func enterOpensTheCellsRecipe() throws {
    let session = try session()
    try session.keys("<Down><Down><Right><Enter>")
    let plan = try #require(session.state.gridPlan)
    #expect(session.state.overrides.queryPrompt == .named("query"))
    #expect(session.state.overrides.pooling == plan.columns[1].pooling)
    session.answerAll()
    #expect(session.state.gridPlan?.rows[2].isInForce == true)
    try session.keys("<Enter>")
    #expect(session.state.notice?.text.contains("this recipe is in force") == true)
    try session.keys("<Home><Enter>")
    #expect(session.state.overrides == RecipeOverrides())
  }

  @Test func aRowFollowsItsInstructionAsItIsTyped() throws {
    let session = try session()
    try session.keys("n")
    #expect(session.state.popup != nil)
    session.forget()
    try session.keys("find:")
    let typed = requests(session).compactMap { request in
      request.instructions.first { $0.name == "own 1" }?.recipe.queries.prompt
    }
    #expect(typed == ["f", "fi", "fin", "find", "find:"])
    session.answerAll()
    #expect(session.state.grid.shown?.plan.rows[5].text == "find:")
    #expect(session.state.grid.shown?.cells[5][0]?.isEarlier == false)
    try session.keys(" ")
    #expect(session.state.grid.shown?.cells[5][0]?.isEarlier == false, "that ending was tried already")
    try session.keys("x")
    #expect(
      session.state.grid.shown?.cells[5][0]?.isEarlier == true, "the old cell stays until the new one comes")
    #expect(!session.state.gridIsMarked)
    try session.keys("<BS><Enter><Wait>")
    #expect(session.state.popup == nil)
    #expect(session.state.grid.own == ["find: "])
    try session.keys("<Enter>")
    #expect(session.state.overrides.queryPrompt == .literal("find: "))
    #expect(session.state.gridPlan?.rows.count == 6, "one's own instruction in force is no second row")
  }

  @Test func escTakesBackWhatWasTyped() throws {
    let session = try session()
    try session.keys("nfind:<Enter>ixyz<Esc>")
    #expect(session.state.grid.own == ["find:"])
    try session.keys("nabc<Esc>")
    #expect(session.state.grid.own == ["find:"])
    #expect(session.state.place == .view(.grid))
    try session.keys("<End>d")
    #expect(session.state.grid.own == [])
    try session.keys("<Home>d")
    #expect(session.state.notice?.text.contains("not one of your own") == true)
  }

  @Test func editingAnotherRowBeginsWithItsWords() throws {
    let session = try session()
    try session.keys("<Down><Down>i")
    #expect(session.state.grid.own == ["query: "])
    try session.keys("<BS><Enter>")
    #expect(session.state.grid.own == ["query:"])
  }

  @Test func equalAndEmptyInstructionsAreNotKept() throws {
    let session = try session()
    try session.keys("na<Enter>n<Enter>na<Enter>")
    #expect(session.state.grid.own == ["a"])
    #expect(session.state.notice?.text == "this instruction is there already")
  }

  @Test func theWordsTypedInThePopupAreARow() throws {
    let session = try session()
    try session.keys("<F2>search for <Enter><Wait>")
    #expect(session.state.gridPlan?.rows.last?.name == "typed")
    #expect(session.state.gridPlan?.rows.last?.isInForce == true)
  }

  @Test func variantsDifferInTheirEndingAlone() {
    #expect(InstructionVariant.all(of: "query: ").map(\.text) == ["query;", "query:", "query: ", "query"])
    #expect(InstructionVariant.all(of: "query").map(\.text) == ["query;", "query:", "query: ", "query"])
    #expect(InstructionVariant.all(of: "") == [])
    #expect(InstructionVariant.all(of: " : ") == [])
    #expect(InstructionVariant.all(of: "a::").map(\.text) == ["a:;", "a::", "a:: ", "a:"])
  }

  @Test func unstableVariantsAreMarked() throws {
    let session = try session()
    let variants = try #require(session.state.grid.shown?.variants)
    #expect(variants.map(\.variant.ending) == [";", ":", ": ", ""])
    #expect(variants.map(\.isOwn) == [false, false, true, false])
    #expect(variants[2].stability == .same)
    #expect(variants[1].stability == .reordered, "the same letters, two texts turned")
    #expect(variants[0].stability == .changed)
    #expect(variants[0].overlap.map { $0 < 10 } == true)
    #expect(session.frame.text.contains("≠"))
    try session.keys("<Down><Wait>")
    #expect(session.state.grid.shown?.variants.isEmpty == true, "no words, no endings")
  }

  @Test func aRowThatDoesNotFitSaysWhy() throws {
    let session = try session()
    let head = HeadLayer(
      kind: "Dense", folder: "2_Dense", inputDimensions: 768, outputDimensions: 64, activation: "tanh")
    session.world.description.head = Sourced([head], .declared)
    session.world.description.pooling = Sourced([.cls, .mean], .declared)
    session.world.description.identity = "another"
    try session.keys("<F5><Wait>bge<Enter><Wait>")
    let plan = try #require(session.state.gridPlan)
    #expect(plan.columns[0].pooling == [.cls, .mean])
    #expect(plan.columns[0].refusal == nil)
    #expect(plan.columns.dropFirst().allSatisfy { $0.refusal?.contains("768") == true })
    #expect(requests(session).last?.poolings == [[.cls, .mean]])
    try session.keys("<Home><Right><Enter>")
    #expect(session.state.notice?.text.contains("768") == true)
  }

  @Test func anEmptyQueryAndAStrangeAnswerAreSurvived() throws {
    let session = Session(World(prompts: World.prompts), view: .grid)
    #expect(View.grid.unavailable(session.state) == "the query is empty")
    try session.keys("a")
    let generation = session.state.requests[.view(.grid)].generation
    let cell = RecipeGrid.Cell(id: "", text: "", score: .nan, margin: .infinity, overlap: .nan)
    session.answer(
      .computed(.grid, .grid(RecipeGrid(cells: [[cell], []], metric: .dot)), generation: generation))
    #expect(session.frame.size == session.state.size)
    #expect(session.state.grid.shown?.cells[1][0] == nil)
  }

  @Test func theTableHasEveryCell() throws {
    let session = try session()
    let table = try #require(GridContent.table(session.state))
    #expect(table.rows.count == 30)
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    #expect(table.rows[0][0] == .text("declared"))
    #expect(table.rows[0][7] == .number(1))
    #expect(table.facts.count == 5)
  }

  @Test func theMouseSelectsACell() throws {
    let session = try session(Size(columns: 200, rows: 60))
    let inner = try #require(session.state.layout.pane(of: .grid)).rect.inset()
    let place = try #require(GridContent.place(of: "cell 3 2", session.state, in: inner))
    _ = GridContent.press(&session.state, place.origin, in: inner)
    #expect(session.state.grid.row == 2)
    #expect(session.state.grid.column == 1)
    #expect(GridContent.place(of: "cell 99 1", session.state, in: inner) == nil)
  }

  @Test func theCursorIsAlwaysOnTheScreen() throws {
    let session = try session(Size(columns: 80, rows: 24))
    for index in 0..<12 { session.state.grid.own.append("own instruction \(index)") }
    try session.keys("<End><Wait>")
    let inner = try #require(session.state.layout.pane(of: .grid)).rect.inset()
    #expect(GridContent.place(of: "cell 17 6", session.state, in: inner) != nil)
    #expect(GridContent.place(of: "cell 1 1", session.state, in: inner) == nil)
    try session.keys("<Home>")
    #expect(GridContent.place(of: "cell 1 1", session.state, in: inner) != nil)
  }
}
