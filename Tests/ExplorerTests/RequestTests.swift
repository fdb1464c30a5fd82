import Recipes
import Screen
import Testing

@testable import Explorer

/// What is asked of the engine, when, and which answers count.
struct RequestTests {
  @Test func startsByLoadingTheModelAndOpeningTheCorpus() {
    let session = Session(answers: false)
    #expect(
      session.log == [
        .loadModel("all-MiniLM-L6-v2", generation: 1), .openCorpus(["everyday.jsonl"], generation: 1),
      ])
    #expect(session.state.isWaiting)
    #expect(session.state.isAnimating)
  }

  @Test func indexesOnceModelAndCorpusAreThere() throws {
    let session = Session(answers: false)
    session.answer(.model(session.world.description, generation: 1))
    #expect(session.indexes.isEmpty)
    session.answer(.corpus(session.world.summary(["everyday.jsonl"]), generation: 1))
    let request = try #require(session.indexes.first)
    #expect(session.indexes.count == 1)
    #expect(request.documents.model == session.world.description.identity)
    #expect(request.layer == 6)
    #expect(session.log.contains(.rememberModel("all-MiniLM-L6-v2")))
  }

  @Test func searchesAtEveryEditAndTheLatestWins() throws {
    let session = Session()
    session.forget()
    try session.keys("abc")
    #expect(session.searches.map(\.query) == ["a", "ab", "abc"])
    #expect(session.kinds == ["search", "search", "search"])
    // The answers to the first two come late.
    for effect in session.pending.prefix(2) {
      for answer in session.world.answers(effect) { session.answer(answer) }
    }
    #expect(session.state.neighbours.shown == nil)
    #expect(session.state.query.tokens == nil)
    session.pending.removeFirst(2)
    session.answerAll()
    #expect(session.state.neighbours.shown?.query == "abc")
    #expect(!session.state.isWaiting)
  }

  @Test func anAnswerCountsOnce() throws {
    let session = Session()
    session.forget()
    try session.keys("a")
    let search = try #require(session.pending.first)
    session.answerAll()
    let before = session.state
    for answer in session.world.answers(search) { session.answer(answer) }
    #expect(session.state == before)
  }

  @Test func movingTheCaretAsksForNothing() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    session.forget()
    try session.keys("<Left><Home><End><C-a>")
    #expect(session.log == [])
  }

  @Test func anEmptyQueryAsksForNothingAndDropsWhatIsUnderWay() throws {
    let session = Session()
    session.forget()
    try session.keys("a<BS>")
    #expect(session.searches.map(\.query) == ["a"])
    #expect(!session.state.isWaiting)
    session.answerAll()
    #expect(session.state.neighbours.shown == nil)
  }

  // DESIGN: "What a change costs".

  @Test(arguments: [
    "<F3><Down><Enter>", "<F4><Down><Down><Enter>", "<F4><End><Space><Enter>", "<F2><Down><Enter>",
  ])
  func aReadoutOrAQueryPromptCostsOneSearch(keys: String) throws {
    let session = Session(World(prompts: World.prompts))
    try session.keys("abc<Wait>")
    session.forget()
    try session.keys(keys)
    #expect(Set(session.kinds) == ["search", "compute background"])
    #expect(session.searches.last?.recipe == session.state.recipe?.recipe)
  }

  @Test func aDocumentPromptCostsTheCollection() throws {
    let session = Session(World(prompts: World.prompts))
    try session.keys("abc<Wait>")
    session.forget()
    try session.keys("<F2><Tab><Down>")
    #expect(session.log == [], "nothing before Enter")
    try session.keys("<Enter>")
    #expect(session.kinds == ["index", "search"])
    #expect(session.indexes.last?.documents.prompt == "")
  }

  @Test func choosingWhatIsInForceCostsNothing() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    session.forget()
    try session.keys("<F3><Enter><F4><Esc><F2><Esc>")
    #expect(session.log == [])
  }

  @Test func aCollectionThatGrowsIsSearchedAgainOneAtATime() throws {
    var world = World()
    world.indexedAtOnce = 0
    let session = Session(world)
    try session.keys("a")
    session.forget()
    func progress(_ done: Int) -> Answer {
      .indexing(IndexingProgress(done: done, total: 60, secondsLeft: nil), generation: 1)
    }
    session.answer(progress(10))
    session.answer(progress(20))
    #expect(session.log == [], "a search is under way already")
    let request = try #require(session.state.wishes.search?.request)
    let generation = session.state.requests[.search].generation
    session.answer(.neighbours(world.neighbours(request, searched: 10), generation: generation))
    #expect(session.kinds == ["search"], "its answer was made before 20 had vectors")
    session.answer(.neighbours(world.neighbours(request, searched: 20), generation: generation + 1))
    #expect(session.kinds == ["search", "compute highlights"], "nothing has come since")
    session.answer(progress(60))
    #expect(session.kinds == ["search", "compute highlights", "search", "compute background"])
    #expect(!session.state.requests.isOutstanding(.index))
    #expect(session.state.neighbours.shown?.list.searched == 20)
    #expect(session.state.neighboursAreCurrent, "fewer texts, but the same query and recipe")
  }

  @Test func aSearchThatMakesVectorsReadyFirstKeepsOldResultsMarkedAndSaysHowFarItIs() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    let shown = session.state.neighbours.shown
    try session.keys("<F3><Down>")
    #expect(session.kinds.contains("search"))
    let generation = session.state.requests[.search].generation
    session.answer(.searching(SearchProgress(done: 250_000, total: 1_000_000), generation: generation))
    session.send(.tick(milliseconds: 150))
    #expect(session.state.neighbours.shown == shown && session.state.neighboursAreMarked)
    #expect(FrameRenderer.text(view(session.state)).contains("searching, 25 % of the vectors ready"))
    session.answer(.searching(SearchProgress(done: 1, total: 2), generation: generation - 1))
    #expect(session.state.neighbours.progress?.done == 250_000, "an answer to an older search says nothing")
    try session.keys("<Down>")
    #expect(session.state.neighbours.progress == nil, "another pooling begins at nothing")
    try session.keys("<Wait>")
    #expect(session.state.neighboursAreCurrent && !session.state.neighboursAreMarked)
    #expect(session.kinds.filter { $0 == "index" }.count <= 1, "nothing is encoded")
  }

  @Test func anotherModelKeepsOldResultsMarkedUntilItsOwnCome() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    session.world.indexedAtOnce = 0
    session.forget()
    try session.keys("<F5>bge-small")
    session.answerAll()
    try session.keys("<Enter>")
    #expect(session.log.contains(.loadModel("bge-small-en-v1.5", generation: 2)))
    #expect(session.state.neighboursAreCurrent, "the old model is in use until the new one is there")
    session.answerAll()
    #expect(session.kinds.suffix(2) == ["index", "search"])
    #expect(session.state.neighbours.list?.neighbours.isEmpty == false)
    #expect(!session.state.neighboursAreCurrent)
    #expect(session.state.neighboursAreMarked)
    session.answer(.indexing(IndexingProgress(done: 60, total: 60, secondsLeft: 0), generation: 2))
    session.world.indexedAtOnce = nil
    session.answerAll()
    #expect(session.state.neighboursAreCurrent)
  }

  @Test func resultsOfAnotherRecipeAreNeverCurrent() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    let request = try #require(session.state.wishes.search?.request)
    try session.keys("d")
    var list = session.world.neighbours(request)
    list.fingerprint = "0badc0ffee00"
    session.answer(.neighbours(list, generation: session.state.requests[.search].generation))
    #expect(!session.state.neighboursAreCurrent)
    #expect(session.state.neighboursAreMarked)
  }

  @Test func oldResultsAreMarkedAfterAMoment() throws {
    let session = Session()
    try session.keys("abc<Wait>d")
    #expect(!session.state.neighboursAreMarked)
    #expect(session.state.tickMilliseconds == 100)
    session.send(.tick(milliseconds: 60))
    #expect(!session.state.neighboursAreMarked)
    #expect(session.state.tickMilliseconds == 40)
    // Another key in between does not start the moment anew.
    try session.keys("e")
    session.send(.tick(milliseconds: 40))
    #expect(session.state.neighboursAreMarked)
    session.answerAll()
    #expect(!session.state.neighboursAreMarked)
    #expect(session.state.tickMilliseconds == nil)
  }

  @Test func aFailedSearchLeavesOldResultsMarked() throws {
    let session = Session()
    try session.keys("abc<Wait>d")
    session.answer(
      .searchFailed(Failure("the text is too long"), generation: session.state.requests[.search].generation))
    #expect(session.state.neighboursAreMarked)
    #expect(session.state.notice == Notice(kind: .failure, text: "the text is too long"))
    #expect(!session.state.isWaiting)
  }

  @Test func choicesThatDoNotFitAnotherModelAreGivenUpWithANotice() throws {
    let session = Session(World(prompts: World.prompts))
    try session.keys("abc<Wait><F2><Down><Down><Enter><Wait>")
    #expect(session.state.overrides.queryPrompt == .named("query"))
    session.world.description.prompts = Sourced([], .declared)
    try session.keys("<F5><Wait>other<Enter><Wait>")
    #expect(session.state.overrides == RecipeOverrides())
    #expect(session.state.notice?.kind == .failure)
    #expect(session.state.recipe != nil)
  }

  @Test func aNewCorpusClearsTheOldResults() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    var effects = try session.keys("<C-p>open a corpus<Enter>two.txt<Enter>")
    #expect(effects == [.openCorpus(["two.txt"], generation: 2)])
    effects = session.answer(.corpus(CorpusSummary(name: "two.txt", count: 3, skipped: 1), generation: 2))
    #expect(effects.map(\.kind) == ["index", "search"])
    #expect(session.state.popup == nil)
    #expect(session.state.neighbours.shown == nil)
    #expect(session.state.notice?.text == "two.txt: 1 row left out as invalid")
  }

  @Test func theHeatmapIsAskedForOnlyWhereItIsShown() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    #expect(session.searches.allSatisfy { $0.compared == 0 })
    session.forget()
    session.resize(100, 30)
    #expect(session.searches.map(\.compared) == [6])
    session.answerAll()
    session.forget()
    session.resize(80, 24)
    session.resize(100, 30)
    #expect(session.log == [], "what was asked for serves again")
  }

  @Test func theListIsComparedWhenItIsShownAndHasChanged() throws {
    let session = Session(texts: ["one", "two"])
    session.forget()
    try session.keys("<F6><F6><Enter>m")
    #expect(session.kinds == ["compare"])
    session.answerAll()
    try session.keys("<Esc>three<A-a>")
    #expect(session.log.suffix(2).contains(.saveTexts(["one", "two", "three"])))
    guard case .compare(let request, _) = session.log.last else {
      Issue.record("no comparison after adding a text")
      return
    }
    #expect(request.texts == ["one", "two", "three"])
  }

  @Test func endsWhenTheSystemAsks() {
    let session = Session()
    #expect(session.send(.terminated) == [.quit])
  }

  @Test func ticksAreAskedForOnlyWhileSomethingIsOutstanding() throws {
    let session = Session()
    #expect(!session.state.isAnimating)
    try session.keys("a")
    #expect(session.state.isAnimating)
    session.answerAll()
    #expect(!session.state.isAnimating)
  }

  @Test func reducedMotionStopsTheSpinnerButNotTheMarks() throws {
    let session = Session()
    session.state.reducesMotion = true
    try session.keys("a")
    #expect(session.state.tickMilliseconds == 100)
    session.send(.tick(milliseconds: 100))
    #expect(session.state.tickMilliseconds == nil)
    #expect(session.frame.rowText(22).contains("searching"))
    #expect(!session.frame.rowText(22).contains("⠙"))
  }
}
