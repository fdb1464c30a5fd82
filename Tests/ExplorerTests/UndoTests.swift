import Recipes
import Screen
import Testing

@testable import Explorer

/// Every change can be taken back, and brought back until something else is changed.
struct UndoTests {
  @Test func aPoolingIsTakenBackAndBroughtBackByName() throws {
    let session = Session()
    try session.keys("abc<Wait><F3><Down><Down><Enter><Wait>")
    let chosen = session.state.overrides
    #expect(chosen.pooling == [.max])
    try session.keys("<C-_>")
    #expect(session.state.overrides == RecipeOverrides())
    #expect(session.state.recipe?.recipe.readout.pooling == [.mean])
    #expect(session.state.notice?.text == "undone: pooling max")
    try session.keys("<A-_>")
    #expect(session.state.overrides == chosen)
    #expect(session.state.notice?.text == "done again: pooling max")
  }

  @Test func wordsAreStepsOfTheQuery() throws {
    let session = Session()
    try session.keys("how do I<C-_>")
    #expect(session.state.query.field.text == "how do ")
    try session.keys("<C-_>")
    #expect(session.state.query.field.text == "how ")
    try session.keys("<C-_>")
    #expect(session.state.query.field.isEmpty)
    try session.keys("<C-_>")
    #expect(session.state.notice?.text == "Undo: nothing was changed yet")
    try session.keys("<A-_><A-_>")
    #expect(session.state.query.field.text == "how do ")
  }

  @Test func deletionsAndPastesAreStepsOfTheirOwn() throws {
    let session = Session()
    try session.keys("abc<BS><BS>")
    session.paste(" pasted words")
    #expect(session.state.query.field.text == "a pasted words")
    try session.keys("<C-_>")
    #expect(session.state.query.field.text == "a")
    try session.keys("<C-_>")
    #expect(session.state.query.field.text == "abc")
    try session.keys("<C-_>")
    #expect(session.state.query.field.isEmpty)
  }

  @Test func longTextsLeaveFewerSteps() throws {
    let session = Session()
    let long = String(repeating: "w", count: 1 << 20)
    for _ in 0..<10 { session.paste(long) }
    #expect(session.state.undo.past.count < 10)
    let bytes = session.state.undo.past.reduce(0) { $0 + $1.byteCount }
    #expect(bytes <= UndoHistory.byteLimit)
    try session.keys("<C-u>")
    for letter in "0123456789" { try session.keys("\(letter)<Left><Right>") }
    #expect(session.state.undo.past.count >= 10)
    while !session.state.undo.past.isEmpty { try session.keys("<C-_>") }
    let future = session.state.undo.future.count
    for _ in 0..<future { try session.keys("<A-_>") }
    #expect(session.state.query.field.text == "0123456789")
    #expect(session.state.undo.past.reduce(0) { $0 + $1.byteCount } <= UndoHistory.byteLimit)
  }

  @Test func aPauseOrAnotherKeyEndsAStep() throws {
    let session = Session()
    try session.keys("ab")
    session.send(.tick(milliseconds: 600))
    session.send(.tick(milliseconds: 600))
    try session.keys("cd<Left>e<C-_>")
    #expect(session.state.query.field.text == "abcd")
    try session.keys("<C-_>")
    #expect(session.state.query.field.text == "ab")
  }

  @Test func theCaretGoesToWhereTheTextChanged() throws {
    let session = Session()
    try session.keys("one three<Left><Left><Left><Left><Left>two <C-_>")
    #expect(session.state.query.field.text == "one three")
    #expect(session.state.query.field.textBeforeCaret == "one")
  }

  @Test func aNewChangeForgetsWhatWasTakenBack() throws {
    let session = Session()
    try session.keys("abc<F3><Down><Enter><C-_>")
    #expect(!session.state.undo.future.isEmpty)
    try session.keys("<F4><Down><Enter>")
    #expect(session.state.undo.future.isEmpty)
    try session.keys("<A-_>")
    #expect(session.state.notice?.text == "Redo: nothing was taken back")
  }

  @Test func aModelIsLoadedAgainWithItsChoices() throws {
    let session = Session(World(prompts: World.prompts))
    try session.keys("<F3><Down><Enter><F5><Wait>bge<Enter><Wait>")
    #expect(session.state.model.description?.name == "bge-small-en-v1.5")
    try session.keys("<F3><Down><Enter><C-_><C-_>")
    #expect(session.state.notice?.text == "undone: model bge-small-en-v1.5")
    #expect(session.log.last?.kind != nil)
    #expect(session.state.requests.isOutstanding(.model))
    session.answerAll()
    #expect(session.state.model.description?.name == "all-MiniLM-L6-v2")
    #expect(session.state.overrides.pooling == [.cls])
    try session.keys("<A-_><Wait>")
    #expect(session.state.model.description?.name == "bge-small-en-v1.5")
  }

  @Test func aModelThatIsStillLoadingIsGivenUp() throws {
    let session = Session()
    try session.keys("<F5>bge<Enter><Esc>")
    #expect(session.state.undo.past.isEmpty, "Esc gave it up: nothing has changed")
    #expect(session.state.model.wanted == "all-MiniLM-L6-v2")
  }

  @Test func aCorpusIsOpenedAgain() throws {
    let session = Session()
    try session.keys("<C-p>open a<Enter>./other<Enter><Wait>")
    #expect(session.state.corpus.summary?.name == "./other")
    session.forget()
    try session.keys("<C-_>")
    #expect(session.state.notice?.text == "undone: corpus ./other")
    session.answerAll()
    #expect(session.state.corpus.summary?.name == "everyday.jsonl")
  }

  @Test func theListIsSavedAgain() throws {
    let session = Session(size: Size(columns: 100, rows: 30), texts: ["one", "two", "three"])
    try session.keys("<Tab><Tab>m<Down>d")
    #expect(session.state.heatmap.texts == ["one", "three"])
    #expect(try session.keys("<C-_>").contains(.saveTexts(["one", "two", "three"])))
    #expect(session.state.notice?.text == "undone: 1 text removed from the list")
    #expect(try session.keys("<A-_>").contains(.saveTexts(["one", "three"])))
    session.paste("four\nfive")
    try session.keys("<C-_>")
    #expect(session.state.heatmap.texts == ["one", "three"])
    #expect(session.state.notice?.text == "undone: 2 texts added to the list")
  }

  @Test func viewsZoomHeatmapAndSideBAreSteps() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait>")
    let before = session.state
    try session.keys("<A-3><Tab><Tab>z<F9><A-2>mr<Wait>")
    let names = session.state.undo.past.map(\.name)
    #expect(
      names == [
        "query “abc”", "view Tokens", "zoom", "side B frozen", "view Heatmap", "heatmap of the list",
        "heatmap with a fixed range",
      ])
    try session.keys("<C-_><C-_><C-_><C-_><C-_><C-_>")
    #expect(session.state.layout == before.layout)
    #expect(session.state.frozen == nil)
    #expect(session.state.heatmap.mode == .query && session.state.heatmap.range == .percentiles)
    #expect(session.state.query.field.text == "abc")
  }

  @Test func movingIsNoChange() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait>")
    let count = session.state.undo.past.count
    try session.keys(
      "<Down><PgDn><Tab><Down><Tab><Right><Tab><F1><Down><Esc><C-p><Esc><F3><Down><Esc><F6><Down><Esc>")
    #expect(session.state.undo.past.count == count)
  }

  @Test func aPopupTakesBackItsLastPreview() throws {
    let session = Session()
    try session.keys("abc<F3><Down><Down>")
    #expect(session.state.overrides.pooling == [.max])
    try session.keys("<C-_>")
    #expect(session.state.overrides.pooling == [.cls])
    #expect(session.state.popup?.opener == .choosePooling)
    try session.keys("<A-_>")
    #expect(session.state.overrides.pooling == [.max])
    try session.keys("<C-_><C-_>")
    #expect(session.state.overrides.pooling == nil)
    try session.keys("<C-_>")
    #expect(session.state.notice?.text == "Undo: nothing was changed in this popup")
    try session.keys("<A-_><Enter><C-_>")
    #expect(session.state.notice?.text == "undone: pooling cls")
  }

  @Test func aPopupsLineTakesBackWhatWasTyped() throws {
    let session = Session()
    try session.keys("<F2>ab<C-_>")
    guard case .recipe(let popup) = session.state.popup else {
      Issue.record("no popup")
      return
    }
    #expect(popup.field.text == "a")
    #expect(session.state.overrides.queryPrompt == .literal("a"))
    try session.keys("<Esc><C-p>undox<C-_>")
    #expect(session.state.popup?.typed == "undo")
  }

  @Test func thePaletteUndoesWhatIsBehindIt() throws {
    let session = Session()
    try session.keys("<F4><Down><Down><Enter><C-p>undo<Enter>")
    #expect(session.state.overrides == RecipeOverrides())
    try session.keys("<C-p>redo<Enter>")
    #expect(session.state.overrides.metric == .dot)
  }

  @Test func aThemeIsTakenBack() throws {
    let session = Session()
    try session.keys("<A-t><Wait><Down><Enter>")
    let name = session.state.look.entry.name
    #expect(name != "terminal")
    try session.keys("<C-_>")
    #expect(session.state.look.entry.name == "terminal")
    #expect(session.state.notice?.text == "undone: theme \(name)")
  }

  @Test func theStepsAreBounded() throws {
    let session = Session()
    for index in 0..<(UndoHistory.stepLimit + 50) { session.paste(" \(index)") }
    #expect(session.state.undo.past.count == UndoHistory.stepLimit)
    for _ in 0..<20 { session.paste(String(repeating: "long ", count: 200_000)) }
    let bytes = session.state.undo.past.reduce(0) { $0 + $1.byteCount }
    #expect(bytes <= UndoHistory.byteLimit)
  }

  @Test func undoAndRedoGoThroughEverythingAndBack() throws {
    let session = Session(size: Size(columns: 100, rows: 30), texts: ["one", "two"])
    try session.keys("abc def<Wait><F3><Down><Enter><A-4><A-a><F7><Down><Enter><F9><A-2><Tab><Tab>m<Wait>")
    let after = Setting.all.map { $0.value(session.state) }
    let count = session.state.undo.past.count
    for _ in 0..<count { try session.keys("<C-_><Wait>") }
    #expect(session.state.undo.past.isEmpty)
    #expect(session.state.query.field.isEmpty && session.state.overrides == RecipeOverrides())
    #expect(session.state.heatmap.texts == ["one", "two"])
    for _ in 0..<count { try session.keys("<A-_><Wait>") }
    #expect(Setting.all.map { $0.value(session.state) } == after)
  }
}
