import Embedding
import Engine
import Kernels
import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Whole sessions: keys in, state and frame out, with real models and files.
struct SessionTests {
  private let desk: Desk
  private let query = "the bank of the river"

  init() throws { desk = try Desk() }

  private func started(_ model: String = "bert-mean") async throws -> HeadlessSession {
    let session = desk.session(model: try Desk.model(model), corpora: [try desk.corpus()])
    try await session.start()
    return session
  }

  private func frame(_ session: HeadlessSession) -> String { FrameRenderer.text(view(session.state)) }

  private func play(_ keys: String, _ session: HeadlessSession) async throws {
    for item in try KeyNotation.parse(keys) {
      switch item {
      case .input(let input): await session.handle(input)
      case .wait: try await session.settle()
      }
    }
    try await session.settle()
  }

  /// Expects the list to be that of a fresh encode of everything.
  private func expectList(
    _ session: HeadlessSession, _ query: String, model: String,
    sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout RecipeOverrides) -> Void = { _ in }
  ) async throws {
    let list = try #require(session.state.neighbours.list, sourceLocation: sourceLocation)
    let expected = try await desk.expected(query, in: Desk.texts, model: model, change)
    #expect(list.neighbours.map(\.text) == expected.map(\.text), sourceLocation: sourceLocation)
    expectClose(
      list.neighbours.map(\.score), expected.map(\.score), within: 2e-5 * max(1, abs(expected[0].score)),
      stage: "scores", sourceLocation: sourceLocation)
    #expect(
      list.searched == Desk.texts.count && list.total == Desk.texts.count, sourceLocation: sourceLocation)
    #expect(session.state.neighboursAreCurrent, sourceLocation: sourceLocation)
  }

  @Test func typingShowsTheNearestTexts() async throws {
    let session = try await started()
    try await play(query, session)
    try await expectList(session, query, model: "bert-mean")
    #expect(session.state.neighbours.list?.encodeMilliseconds != nil)
    let first = try #require(session.state.neighbours.list?.neighbours.first)
    #expect(frame(session).contains(first.text.prefix(10)))
    #expect(frame(session).contains("[CLS]"))
    #expect(frame(session).contains("12 texts"))
    await session.finish()
  }

  @Test func everyPoolingIsSwitchedToWithoutTheEncoder() async throws {
    let session = try await started()
    try await play(query, session)
    let before = await session.encodedTexts
    var seen: Set<String> = []
    for pooling in Pooling.ofTokenStates {
      let row = 1 + (Pooling.ofTokenStates.firstIndex(of: pooling) ?? 0)
      try await play("<F3><Home>" + String(repeating: "<Down>", count: row) + "<Enter>", session)
      try await expectList(session, query, model: "bert-mean") { $0.pooling = [pooling] }
      seen.insert(try #require(session.state.neighbours.list).fingerprint)
      #expect(session.state.neighbours.list?.encodeMilliseconds == nil)
    }
    #expect(seen.count == Pooling.ofTokenStates.count)
    #expect(await session.encodedTexts == before)
    await session.finish()
  }

  @Test func everyMetricIsSwitchedToWithoutTheEncoder() async throws {
    let session = try await started("bert-dense-bf16")
    try await play(query, session)
    let before = await session.encodedTexts
    for (index, metric) in Metric.allCases.enumerated() {
      try await play("<F4><Home>" + String(repeating: "<Down>", count: index + 1) + "<Enter>", session)
      try await expectList(session, query, model: "bert-dense-bf16") { $0.metric = metric }
    }
    #expect(await session.encodedTexts == before)
    await session.finish()
  }

  @Test func anotherInstructionEncodesTheQueryAlone() async throws {
    let session = try await started("bert-cls-prompts")
    try await play(query, session)
    let before = await session.encodedTexts
    try await play("<F2><Home><Down><Enter>", session)
    try await expectList(session, query, model: "bert-cls-prompts") { $0.queryPrompt = .noPrompt }
    // The background's texts stand in the role of queries too.
    #expect(await session.encodedTexts == before + 1 + Desk.texts.count)
    await session.finish()
  }

  @Test func anotherDocumentPromptEncodesTheCollection() async throws {
    let session = try await started("bert-cls-prompts")
    try await play(query, session)
    let before = await session.encodedTexts
    try await play("<F2><Tab><Home><Down><Enter>", session)
    try await expectList(session, query, model: "bert-cls-prompts") { $0.documentPrompt = .noPrompt }
    // Those on the screen, here all, are read a second time for their words.
    #expect(await session.encodedTexts == before + 2 * Desk.texts.count)
    await session.finish()
  }

  @Test func anEarlierQueryCallsNoEncoder() async throws {
    let session = try await started()
    try await play("river", session)
    let before = await session.encodedTexts
    try await play("s<Wait><BS>", session)
    #expect(await session.encodedTexts == before + 1)
    try await expectList(session, "river", model: "bert-mean")
    await session.finish()
  }

  @Test func theListIsThatOfTheLastKey() async throws {
    let session = try await started()
    // Nothing is waited for between the keys: answers to earlier queries come late or never.
    try await play("a much longer text that is typed fast<C-u>" + query, session)
    try await expectList(session, query, model: "bert-mean")
    #expect(session.state.neighbours.shown?.query == query)
    await session.finish()
  }

  @Test func theSecondStartEncodesNoText() async throws {
    let first = try await started()
    #expect(await first.encodedTexts == Desk.texts.count)
    await first.finish()
    let second = try await started()
    #expect(await second.encodedTexts == 0)
    try await play(query, second)
    #expect(await second.encodedTexts > 0)
    try await expectList(second, query, model: "bert-mean")
    await second.finish()
  }

  @Test func theUsersTextsAreCompared() async throws {
    let session = try await started()
    try await play("one text<A-a><C-u>another text<A-a><C-u>a third<A-a><A-2><Wait>m", session)
    let matrix = try #require(session.state.heatmap.compared?.matrix)
    #expect(matrix.texts == ["one text", "another text", "a third"])
    let expected = try await desk.expected("one text", in: ["another text"], model: "bert-mean")
    expectClose([matrix.values[0], matrix.values[1]], [1, expected[0].score], within: 2e-5, stage: "row")
    await session.finish()
  }

  @Test func aWaitThatTakesTooLongIsGivenUp() async throws {
    let session = desk.session(
      model: try Desk.model("bert-mean"), corpora: [try desk.largeCorpus(3000)], timeoutSeconds: 0.001)
    await #expect(throws: HeadlessSession.TimedOut.self) { try await session.start() }
  }

  @Test func aScriptIsPlayedToItsEnd() async throws {
    let options = LaunchOptions(
      model: try Desk.model("bert-mean"), corpora: [try desk.corpus()], size: Size(columns: 80, rows: 24))
    let state = try await HeadlessRunner(desk.settings, timeoutSeconds: 60)
      .run(options, KeyNotation.parse("spring<Wait> of the door<Resize:120x40>"))
    #expect(state.size == Size(columns: 120, rows: 40))
    let expected = try await desk.expected("spring of the door", in: Desk.texts, model: "bert-mean")
    #expect(state.neighbours.list?.neighbours.map(\.text) == expected.map(\.text))
  }
}
