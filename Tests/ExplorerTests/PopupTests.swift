import Recipes
import Screen
import Testing

@testable import Explorer

/// Popups: preview, what Esc takes back, what Enter keeps.
struct PopupTests {
  private func session() throws -> Session {
    let session = Session(World(prompts: World.prompts))
    try session.keys("abc<Wait>")
    session.forget()
    return session
  }

  @Test func movingPreviewsAndEscapeRestores() throws {
    let session = try session()
    try session.keys("<F3><Down>")
    #expect(session.state.overrides.pooling == [.cls])
    try session.keys("<Down>")
    #expect(session.searches.map(\.recipe.readout.pooling) == [[.cls], [.max]])
    session.answerAll()
    try session.keys("<Esc>")
    #expect(session.state.overrides == RecipeOverrides())
    #expect(session.searches.last?.recipe.readout.pooling == [.mean])
    #expect(session.state.popup == nil)
  }

  @Test func enterKeepsAndTheSameKeyAgainMovesOn() throws {
    let session = try session()
    try session.keys("<F4><F4><F4><Enter>")
    #expect(session.state.overrides.metric == .dot)
    #expect(session.state.popup == nil)
    try session.keys("<F4>")
    #expect(session.state.overrides.metric == .dot, "opening a popup changes nothing")
    try session.keys("<F4><F4><F4><F4><Enter>")
    #expect(session.state.overrides.metric == nil, "after the last row comes the first")
  }

  @Test func switchesAreSwitchedBySpace() throws {
    let session = try session()
    try session.keys("<F3><End>")
    #expect(session.state.overrides == RecipeOverrides(), "reaching a switch changes nothing")
    try session.keys("<Space>")
    #expect(session.state.overrides.poolsPrompt == false)
    #expect(session.frame.text.contains("prompt tokens: left out"))
    try session.keys("<Space><Space><Enter>")
    #expect(session.state.overrides.poolsPrompt == false)
    try session.keys("<F4><End><Space><Enter>")
    #expect(session.state.overrides.normalizes == false)
  }

  @Test func aHeadCanBeLeftOut() throws {
    let layer = HeadLayer(
      kind: "Dense", folder: "2_Dense", inputDimensions: 384, outputDimensions: 128, activation: "tanh")
    let session = Session(World(head: [layer]))
    #expect(session.frame.rowText(0).contains("· 128 ·"))
    try session.keys("<F3><End><Space><Enter>")
    #expect(session.state.recipe?.recipe.readout.head == HeadChoice.none)
    #expect(session.frame.rowText(0).contains("· 384 ·"))
    #expect(session.frame.rowText(0).contains("head off"))
  }

  @Test func anInstructionCanBeTyped() throws {
    let session = try session()
    try session.keys("<F2>find: ")
    #expect(session.state.overrides.queryPrompt == .literal("find: "))
    #expect(session.searches.last?.recipe.queries.prompt == "find: ")
    #expect(session.frame.cursor != nil)
    try session.keys("\\na<BS>")
    #expect(session.state.overrides.queryPrompt == .literal("find: \n"))
    try session.keys("<Enter>")
    #expect(session.state.popup == nil)
    try session.keys("<F2>")
    #expect(session.frame.text.contains("own words: find: \\n"))
    try session.keys("<Up><Up>")
    #expect(session.state.overrides.queryPrompt == .named("sts"))
    try session.keys("<Esc>")
    #expect(session.state.overrides.queryPrompt == .literal("find: \n"))
  }

  @Test func howAnInstructionJoinsTheTextCanBeSwitched() throws {
    let session = try session()
    try session.keys("<F2><Down><Down><Down><Down><Down><Space>")
    #expect(session.state.overrides.joining == .stripped)
    #expect(session.frame.text.contains("joined: without white space between"))
    #expect(session.state.recipe?.recipe.queries.joining == .stripped)
    try session.keys("<Space>")
    #expect(session.state.recipe?.recipe.queries.joining == .asWritten)
    try session.keys("<Space><Esc>")
    #expect(session.state.overrides == RecipeOverrides())
  }

  @Test func aTemplateIsPutOnTheLineToBeFilledIn() throws {
    var world = World(prompts: World.prompts)
    world.description.promptTemplates = ["Represent the {domain} text: "]
    let session = Session(world)
    try session.keys("abc<Wait><F2>")
    #expect(session.frame.text.contains("template: \"Represent the {domain} text: \""))
    try session.keys("<Down><Down><Down><Down><Down>")
    #expect(session.state.overrides.queryPrompt == .named("sts"), "a template alone changes nothing")
    try session.keys("<Enter>")
    #expect(session.state.overrides.queryPrompt == .literal("Represent the {domain} text: "))
    try session.keys("<BS><BS>;")
    #expect(session.state.overrides.queryPrompt == .literal("Represent the {domain} text;"))
  }

  @Test func markerTokensAreShownRoundTheText() throws {
    let markers = Prompt(
      name: "query", text: "", source: .table, markers: Markers(opening: "[BOQ]", closing: "[EOQ]"))
    let session = Session(World(prompts: [markers]))
    try session.keys("<F2>")
    #expect(session.frame.text.contains("query: [BOQ] … [EOQ]"))
    #expect(session.state.recipe?.recipe.queries.markers == markers.markers)
  }

  @Test func theDecodersOutputIsAPoolingWhereThereIsADecoder() throws {
    var world = World()
    #expect(!Session(world).frame.text.contains("decoder_first"))
    world.description.hasDecoder = true
    let session = Session(world)
    try session.keys("<F3>")
    #expect(session.frame.text.contains("decoder_first"))
    try session.keys("<End><Enter>")
    #expect(session.state.recipe?.recipe.readout.pooling == [.decoderFirst])
  }

  @Test func aPastedInstructionKeepsItsLineEnds() throws {
    let session = try session()
    try session.keys("<F2>x<BS>")
    session.paste("Instruct: a\nQuery: ")
    #expect(session.state.overrides.queryPrompt == .literal("Instruct: a\nQuery: "))
  }

  @Test func bothSidesOfAnInstructionAreRestoredTogether() throws {
    let session = try session()
    try session.keys("<F2><Down><Tab><Down>")
    #expect(session.state.overrides.queryPrompt == .noPrompt)
    #expect(session.state.overrides.documentPrompt == .declared, "documents wait for Enter")
    try session.keys("<Esc>")
    #expect(session.state.overrides == RecipeOverrides())
  }

  @Test func anotherPopupTakesThePreviewBack() throws {
    let session = try session()
    try session.keys("<F3><Down><F4>")
    #expect(session.state.overrides == RecipeOverrides())
    guard case .recipe(let popup) = session.state.popup else {
      Issue.record("no popup")
      return
    }
    #expect(popup.subject == .metric)
  }

  @Test func aChoiceThatDoesNotFitIsRefusedWithItsReason() throws {
    let session = try session()
    session.state.setOverrides(
      {
        var overrides = RecipeOverrides()
        overrides.layer = 99
        return overrides
      }())
    #expect(session.state.overrides == RecipeOverrides())
    #expect(session.state.notice?.text.contains("layer 99 is out of range") == true)
  }

  @Test func poolingsThatTheHeadCannotTakeAreGreyWithTheirReason() throws {
    let layer = HeadLayer(
      kind: "Dense", folder: "2_Dense", inputDimensions: 768, outputDimensions: 128, activation: "tanh")
    var world = World(head: [layer])
    world.description.pooling = Sourced([.cls, .mean], .declared)
    let session = Session(world)
    try session.keys("<F3><Down>")
    #expect(session.state.overrides.pooling == nil)
    try session.keys("<Enter>")
    #expect(session.state.popup != nil)
    #expect(session.state.notice?.text.contains("the head takes 768 values") == true)
  }

  @Test func theRecipeCanBeTakenBack() throws {
    let session = try session()
    try session.keys("<F3><Down><Enter><C-p>own recipe<Enter>")
    #expect(session.state.overrides == RecipeOverrides())
  }

  @Test func aModelIsChosenFromTheListOrByItsPath() throws {
    let session = try session()
    #expect(try session.keys("<F5>") == [.listModels(generation: 1)])
    #expect(session.frame.text.contains("looking for models"))
    session.answerAll()
    #expect(session.frame.text.contains("• all-MiniLM-L6-v2"))
    #expect(try session.keys("<Down><Enter>") == [.loadModel("bge-small-en-v1.5", generation: 2)])
    session.answerAll()
    #expect(session.state.popup == nil)
    #expect(session.state.model.description?.name == "bge-small-en-v1.5")
    try session.keys("<F5><Wait>")
    #expect(try session.keys("./models/mine<Enter>") == [.loadModel("./models/mine", generation: 3)])
  }

  @Test func aModelThatFailsIsExplainedAndTheOldOneStays() throws {
    let session = try session()
    try session.keys("<F5><Wait>nope<Enter>")
    session.answer(
      .modelFailed(Failure("nope: no such model", nextStep: "check the name"), generation: 2))
    #expect(session.frame.text.contains("nope: no such model · check the name"))
    #expect(session.state.model.description?.name == "all-MiniLM-L6-v2")
    try session.keys("<Esc>")
    #expect(session.state.popup == nil)
    #expect(session.state.neighboursAreCurrent)
  }

  @Test func escapeGivesUpAModelThatIsLoading() throws {
    let session = try session()
    try session.keys("<F5><Wait><Down><Enter><Esc>")
    #expect(session.state.popup == nil)
    #expect(!session.state.isWaiting)
    session.answerAll()
    #expect(session.state.model.description?.name == "all-MiniLM-L6-v2")
  }

  @Test func aMissingModelIsOfferedPulledAndLoaded() throws {
    let session = Session(answers: false)
    session.forget()
    session.answer(.modelFailed(Failure("no such model", pullable: "all-MiniLM-L6-v2"), generation: 1))
    #expect(session.frame.text.contains("Enter fetches all-MiniLM-L6-v2"))
    #expect(try session.keys("<Enter>") == [.pullModel("all-MiniLM-L6-v2", generation: 1)])
    #expect(try session.keys("<Enter>") == [], "it is under way")
    let progress = PullProgress(name: "m", file: "model.safetensors", bytesDone: 50, bytesTotal: 200)
    session.answer(.pulling(progress, generation: 1))
    #expect(session.frame.rowText(22).contains("pulling 25 %"))
    #expect(try session.keys("<Esc>") == [.cancelPull(generation: 1)])
    session.answer(.pulled("all-MiniLM-L6-v2", generation: 1))
    #expect(session.kinds == ["pullModel", "cancelPull"], "what was given up does not load")
    try session.keys("<Enter>")
    session.answer(.pullFailed(Failure("the hub does not answer"), generation: 3))
    #expect(session.frame.text.contains("the hub does not answer"))
    try session.keys("<Enter>")
    session.answer(.pulled("all-MiniLM-L6-v2", generation: 4))
    #expect(session.log.last == .loadModel("all-MiniLM-L6-v2", generation: 2))
    session.answerAll()
    #expect(session.state.popup == nil)
    #expect(session.state.recipe != nil)
  }

  @Test func aClosedOfferComesBackByThePalette() throws {
    let session = Session(answers: false)
    session.answer(.modelFailed(Failure("no such model", pullable: "all-MiniLM-L6-v2"), generation: 1))
    try session.keys("<Esc>")
    #expect(session.state.popup == nil)
    try session.keys("<C-p>pull the<Enter>")
    #expect(session.state.popup == .pull)
  }

  @Test func aCorpusThatFailsIsExplainedInItsPopup() throws {
    let session = try session()
    try session.keys("<C-p>open a<Enter>nowhere.txt<Enter>")
    session.answer(.corpusFailed(Failure("nowhere.txt: no such file"), generation: 2))
    #expect(session.frame.text.contains("nowhere.txt: no such file"))
    #expect(session.state.corpus.summary?.name == "everyday.jsonl")
  }

  @Test func aLongTextScrolls() throws {
    var world = World()
    world.texts[0] = String(repeating: "many words in a row ", count: 300)
    let session = Session(world)
    try session.keys("abc<Wait><Enter><PgDn><Down>")
    guard case .text(let popup) = session.state.popup else {
      Issue.record("no text is open")
      return
    }
    #expect(popup.scroll.offset == popup.scroll.height + 1)
    try session.keys("<End>")
    #expect(session.frame.text.contains("topic: money"))
  }
}
