import Recipes
import Screen
import Testing

@testable import Explorer

/// What of a session is written down.
struct RecorderTests {
  private let session = Session(answers: false)
  private var recorder: SessionRecorder

  init() {
    let header = SessionHeader(
      version: "1", model: "all-MiniLM-L6-v2", corpora: ["everyday.jsonl"],
      size: Size(columns: 80, rows: 24))
    recorder = SessionRecorder(header)
  }

  private mutating func send(_ event: Event) {
    session.pending += recorder.perform(event, on: &session.state)
  }

  private mutating func answerAll() {
    while !session.pending.isEmpty {
      let effect = session.pending.removeFirst()
      for answer in session.world.answers(effect) { send(.answer(answer)) }
    }
  }

  private mutating func keys(_ script: String) throws {
    for item in try KeyNotation.parse(script) {
      switch item {
      case .input(let input): send(.input(input))
      case .wait: answerAll()
      }
    }
  }

  private var steps: [SessionStep] { recorder.recording.lines.map(\.step) }

  @Test mutating func theHeaderIsCompletedOnceModelAndCorpusAreThere() throws {
    #expect(recorder.recording.header.identity == nil)
    try keys("<Wait>")
    let header = recorder.recording.header
    #expect(header.identity == session.world.description.identity)
    #expect(header.count == session.world.texts.count)
    #expect(header.recipe == session.state.recipe?.recipe.fingerprint && header.recipe != nil)
    #expect(steps.isEmpty)
  }

  @Test mutating func typedTextIsOneLineHoweverSlow() throws {
    try keys("<Wait>ho<Wait>w d<Wait>o I<Wait>")
    #expect(steps == [.type("how do I")])
  }

  @Test mutating func aKeyIsTheActionThatItRuns() throws {
    try keys("<Wait>how<Wait><F3><Down><Enter><Wait><C-w>")
    #expect(
      steps == [
        .type("how"), .wait, .action(.choosePooling), .action(.moveDown), .action(.accept), .wait,
        .key(KeyPress("w", .control)),
      ])
  }

  @Test mutating func aWaitIsWrittenWhereThingsHadSettledAlone() throws {
    try keys("<Wait>how<F3><Wait><Down>")
    #expect(steps == [.type("how"), .action(.choosePooling), .wait, .action(.moveDown)])
  }

  @Test mutating func theFingerprintStandsWhereTheRecipeChanges() throws {
    try keys("<Wait>how<Wait><F3><Down><Enter><Wait><Tab>")
    let recipes = recorder.recording.lines.map(\.recipe)
    let changed = recipes.indices.filter { recipes[$0] != nil }
    #expect(changed.map { steps[$0] } == [.action(.moveDown)])
    #expect(recipes.compactMap(\.self) == [session.state.recipe?.recipe.fingerprint])
  }

  @Test mutating func ofManySizesTheLastIsWritten() throws {
    try keys("<Wait><Resize:90x30><Resize:91x31><Paste:two\\nlines><Click:3,4>")
    #expect(
      steps == [
        .resize(Size(columns: 91, rows: 31)), .paste("two\nlines"),
        .mouse(MouseEvent(.press(.left), at: Point(column: 3, row: 4))),
      ])
  }

  @Test mutating func theEndAndTheTerminalAreNotWritten() throws {
    try keys("<Wait>how<C-z><C-c><C-s><C-q>")
    #expect(steps == [.type("how")])
  }

  @Test mutating func savingGivesEverythingSoFar() throws {
    try keys("<Wait>how")
    #expect(
      recorder.perform(.action(.saveSession), on: &session.state) == [.saveSession(recorder.recording)])
  }

  @Test mutating func anAssertionOfTheFirstTextIsALine() throws {
    try keys("<Wait>how<Wait>")
    send(.action(.assertTop))
    let first = try #require(session.state.neighbours.list?.neighbours.first)
    #expect(steps == [.type("how"), .assert(.text(rank: 1, id: first.id))])
    #expect(session.state.notice?.text.contains("top 1 id \(first.id)") == true)
  }

  @Test mutating func anAssertionFromThePaletteIsWrittenWithoutRunningAgain() throws {
    try keys("<Wait>how<Wait><C-p>assertion<Enter>")
    #expect(steps.last.map { if case .assert = $0 { true } else { false } } == true)
    #expect(steps.contains(.action(.palette)) && steps.contains(.action(.back)))
    #expect(!steps.contains(.action(.accept)) && !steps.contains(.action(.assertTop)))
  }

  @Test mutating func anEarlierQueryIsWrittenOut() throws {
    try keys("<Wait>first<Wait><Enter><Esc><C-u>second<Wait><C-r><Enter><Wait>")
    #expect(steps.last == .choose(.openHistory, with: "first"))
    #expect(session.state.query.field.text == "first")
  }

  @Test mutating func homeInAQueryIsAKeyAndInAListAnAction() throws {
    try keys("<Wait>how<Home><F3><Home>")
    #expect(
      steps == [.type("how"), .key(KeyPress(.home)), .action(.choosePooling), .action(.moveToFirst)])
  }

  @Test mutating func aSessionBeyondItsLimitsIsFull() throws {
    try keys("<Wait>")
    send(.input(.paste(String(repeating: "x", count: SessionRecording.byteLimit))))
    #expect(!recorder.isFull && steps.count == 1)
    send(.input(.paste("y")))
    #expect(recorder.isFull && steps.count == 1)
  }

  @Test mutating func whatIsRecordedGivesTheSameStateAgain() throws {
    try keys(
      "<Wait>how do I<Wait><F3><Down><Down><Enter><Wait><A-a><C-u>refund<A-a><Wait><F4><Down><Enter>"
        + "<Home>x<Wait><A-2>m<Wait><F2>query: <Enter><Wait><Resize:120x40>")
    answerAll()
    let again = Session()
    for line in recorder.recording.lines {
      if line.step == .wait { again.answerAll() }
      for event in line.step.events { again.send(event) }
    }
    again.answerAll()
    #expect(FrameRenderer.text(again.frame) == FrameRenderer.text(view(session.state)))
    #expect(again.state.recipe == session.state.recipe)
    #expect(again.state.heatmap.texts == session.state.heatmap.texts)
  }
}
