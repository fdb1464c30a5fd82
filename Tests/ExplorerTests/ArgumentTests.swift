import Recipes
import Screen
import Testing

@testable import Explorer

/// Actions that are told what they are done with.
struct ArgumentTests {
  private let session = Session(
    World(prompts: [Prompt(name: "query", text: "query: ", source: .declared)]))

  @Test func recipesAreChangedByName() throws {
    session.send(.choose(.choosePooling, "cls+mean"))
    #expect(session.state.overrides.pooling == [.cls, .mean])
    session.send(.choose(.chooseMetric, "dot"))
    session.send(.choose(.chooseDimensions, "16"))
    session.send(.choose(.chooseLayer, "1"))
    session.send(.choose(.choosePrecision, "int8"))
    #expect(session.state.overrides.precision == .int8)
    #expect(session.state.overrides.metric == .dot && session.state.overrides.dimensions == 16)
    #expect(session.state.overrides.layer == 1)
    for action in [Action.choosePooling, .chooseMetric, .chooseDimensions, .chooseLayer, .choosePrecision] {
      session.send(.choose(action, "declared"))
    }
    #expect(session.state.overrides == RecipeOverrides())
  }

  @Test func anInstructionIsNoneAPromptsNameOrWords() throws {
    session.send(.choose(.chooseInstruction, "none"))
    #expect(session.state.overrides.queryPrompt == .noPrompt)
    session.send(.choose(.chooseInstruction, "query"))
    #expect(session.state.overrides.queryPrompt == .named("query"))
    session.send(.choose(.chooseInstruction, "find: "))
    #expect(session.state.overrides.queryPrompt == .literal("find: "))
    session.send(.choose(.chooseInstruction, "documents: none"))
    #expect(session.state.overrides.documentPrompt == .noPrompt)
    #expect(session.state.overrides.queryPrompt == .literal("find: "))
  }

  @Test func viewsTextsAndQueriesAreChosen() throws {
    session.send(.choose(.chooseView, "heat"))
    #expect(session.state.view == .heatmap)
    session.send(.choose(.addQuery, "one"))
    session.send(.choose(.addQuery, "two"))
    session.send(.choose(.removeText, "1"))
    #expect(session.state.heatmap.texts == ["two"])
    session.send(.choose(.openHistory, "money"))
    session.answerAll()
    session.send(.choose(.openText, "2"))
    #expect(session.state.query.field.text == "money")
    #expect(session.state.spokenText?.first?.contains("rank 2") == true)
  }

  @Test func aModelIsLoadedAndACorpusOpened() throws {
    #expect(session.send(.choose(.chooseModel, "other")) == [.loadModel("other", generation: 2)])
    #expect(session.send(.choose(.openCorpus, "a.txt")) == [.openCorpus(["a.txt"], generation: 2)])
  }

  @Test(arguments: [
    (Action.choosePooling, "sum", "there are declared, cls"), (.chooseMetric, "hamming", "cosine"),
    (.chooseDimensions, "many", "no number"), (.chooseDimensions, "9999", "out of range"),
    (.chooseLayer, "99", "out of range"), (.choosePrecision, "f16", "there are f32, bf16, int8"),
    (.chooseView, "x", "neighbours"),
    (.chooseView, "", "there are"), (.removeText, "1", "your list has 0 texts"),
    (.openText, "0", "there are"),
    (.addQuery, " ", "empty"), (.chooseModel, " ", "expected"), (.quit, "now", "no argument"),
  ])
  func aRefusalSaysWhatThereIs(action: Action, argument: String, reason: String) throws {
    let before = session.state.overrides
    let refusal = try #require(session.state.refusal(of: action, with: argument))
    #expect(refusal.contains(reason), "\(refusal)")
    #expect(session.send(.choose(action, argument)).isEmpty)
    #expect(session.state.notice?.text.contains(refusal) == true)
    #expect(session.state.overrides == before)
  }

  @Test func anOpenPopupIsLeftAsByEscape() throws {
    try session.keys("<F3><Down>")
    #expect(session.state.overrides.pooling != nil)
    session.send(.choose(.chooseMetric, "dot"))
    #expect(session.state.popup == nil && session.state.overrides.pooling == nil)
  }
}
