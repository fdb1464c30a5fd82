import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Frames as text, with the place of the cursor.
struct SnapshotTests {
  static let sizes = [
    Size(columns: 80, rows: 24), Size(columns: 100, rows: 30), Size(columns: 200, rows: 60),
  ]

  private func expect(_ session: Session, _ name: String) throws {
    let frame = session.frame
    let cursor = frame.cursor.map(\.description) ?? "hidden"
    try expectSnapshot("\(frame.text)\ncursor \(cursor)", named: name)
  }

  @Test(arguments: sizes, World.Script.allCases)
  func theMainScreen(size: Size, script: World.Script) throws {
    let world = World(script)
    let session = Session(world, size: size)
    session.paste(world.query)
    session.answerAll()
    try expect(session, "main-\(script.rawValue)-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theHeatmapAtEveryColourDepth(depth: ColorDepth) throws {
    let session = Session(size: Size(columns: 100, rows: 30), depth: depth)
    try session.keys("how do I get my money back<Wait><Tab><Tab><Right><Down>")
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(text.replacing("\u{1B}", with: "␛"), named: "heatmap-ansi-\(depth.rawValue)-100x30")
  }

  @Test(arguments: World.Script.allCases, [ColorDepth.none, .sixteen])
  func theStylesOfTheMainScreen(script: World.Script, depth: ColorDepth) throws {
    let world = World(script, prompts: World.prompts)
    let session = Session(world, depth: depth)
    session.paste(world.query)
    session.answerAll()
    try session.keys("<Down>")
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(
      text.replacing("\u{1B}", with: "␛"), named: "main-ansi-\(script.rawValue)-\(depth.rawValue)-80x24")
  }

  @Test(arguments: sizes, [ColorDepth.none, .direct])
  func aLargeHeatmap(size: Size, depth: ColorDepth) throws {
    let session = Session(
      size: size, depth: depth, texts: (1...80).map { "text number \($0)" }, view: .heatmap)
    try session.keys("<Tab><Tab>")
    if session.state.place != .view(.heatmap) { try session.keys("<Tab>") }
    try session.keys("m<Wait><Right><Right><Down>")
    try expect(session, "heatmap-large-\(depth.rawValue)-\(size)")
  }

  /// The README shows it.
  @Test func thePictureOfTheHeatmap() throws {
    let session = Session(size: Size(columns: 100, rows: 24))
    try session.keys("how do I get my money back<Wait><A-2><Wait><Right><Down><Down><Wait>")
    try expectSnapshot(FrameRenderer.svg(session.frame, theme: .terminal), named: "heatmap.svg")
  }

  static let popups = [
    ("instruction", "<F2>"), ("instruction-documents", "<F2><Tab>"), ("instruction-own", "<F2>search for: "),
    ("pooling", "<F3><Down>"), ("metric", "<F4><Down><Down>"), ("model", "<F5>"), ("history", "<C-r>"),
    ("corpus", "<C-p>open a<Enter>./texts"), ("palette", "<C-p>"), ("palette-filtered", "<C-p>pool"),
    ("help", "<F1>"), ("help-filtered", "<F1>mark"), ("text", "<Enter>"),
  ]

  @Test(arguments: popups, sizes.prefix(2))
  func everyPopup(popup: (name: String, keys: String), size: Size) throws {
    let session = Session(
      World(prompts: World.prompts), size: size, history: ["river boats", "when do trains leave"])
    try session.keys("how do I get my money back<Wait>\(popup.keys)<Wait>")
    try expect(session, "popup-\(popup.name)-\(size)")
  }

  @Test(arguments: [World.Script.cjk, .emoji])
  func popupsInOtherScripts(script: World.Script) throws {
    var world = World(script)
    world.texts[0] = String(repeating: world.texts[0], count: 20)
    let session = Session(world)
    session.paste(world.query)
    session.answerAll()
    try session.keys("<F2>x")
    session.paste(world.query)
    session.answerAll()
    try expect(session, "popup-instruction-\(script.rawValue)-80x24")
    try session.keys("<Esc><Wait><Enter>")
    try expect(session, "popup-text-\(script.rawValue)-80x24")
  }

  @Test(arguments: sizes.prefix(2))
  func theOfferToPull(size: Size) throws {
    let session = Session(size: size, answers: false)
    session.answer(
      .modelFailed(
        Failure("all-MiniLM-L6-v2: no such model on this machine", pullable: "all-MiniLM-L6-v2"),
        generation: 1))
    try expect(session, "pull-offered-\(size)")
    try session.keys("<Enter>")
    session.answer(
      .pulling(
        PullProgress(
          name: "all-MiniLM-L6-v2", file: "model.safetensors", bytesDone: 41_000_000,
          bytesTotal: 90_868_376), generation: 1))
    try expect(session, "pull-running-\(size)")
    session.answer(
      .pullFailed(Failure("the hub does not answer", nextStep: "check the network"), generation: 1))
    try expect(session, "pull-failed-\(size)")
  }

  @Test(arguments: [Size(columns: 79, rows: 24), Size(columns: 80, rows: 23), Size(columns: 20, rows: 3)])
  func aScreenThatIsTooSmall(size: Size) throws {
    try expect(Session(size: size), "too-small-\(size)")
  }

  @Test func startingUp() throws {
    let session = Session(answers: false)
    try expect(session, "starting-80x24")
    session.send(.tick(milliseconds: 250))
    try expect(session, "starting-slowly-80x24")
  }

  @Test func viewsThatAreUnavailable() throws {
    try expect(Session.bare(), "unavailable-no-model-80x24")
    let session = Session(answers: false)
    session.answer(.model(session.world.description, generation: 1))
    session.answer(.corpusFailed(Failure("everyday.jsonl: no such file"), generation: 1))
    try session.keys("abc")
    try expect(session, "unavailable-no-corpus-80x24")
    let empty = Session(size: Size(columns: 100, rows: 30), view: .heatmap)
    try empty.keys("<Tab><Tab><Tab><Tab><Tab>m")
    try expect(empty, "unavailable-few-texts-100x30")
  }

  @Test func textsThatAreBeingIndexed() throws {
    var world = World()
    world.indexedAtOnce = 0
    let session = Session(world)
    try session.keys("abc<Wait>")
    try expect(session, "indexing-nothing-yet-80x24")
    session.world.indexedAtOnce = 35
    session.answer(.indexing(IndexingProgress(done: 35, total: 60, secondsLeft: 11.4), generation: 1))
    session.answerAll()
    session.send(.tick(milliseconds: 300))
    try expect(session, "indexing-80x24")
  }

  @Test func resultsThatAreOutOfDate() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait>d")
    session.send(.tick(milliseconds: 120))
    try expect(session, "out-of-date-100x30")
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: .none)
    try expectSnapshot(text.replacing("\u{1B}", with: "␛"), named: "out-of-date-ansi-100x30")
  }

  @Test func aQueryThatIsCut() throws {
    var world = World(.emoji)
    world.description.maximumLength = Sourced(6, .assumed)
    let session = Session(world)
    session.paste("where is my 📦 parcel that was sent a week ago")
    session.answerAll()
    try expect(session, "truncated-80x24")
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: .sixteen)
      .split(separator: "\n").prefix(3).joined(separator: "\n")
    try expectSnapshot(text.replacing("\u{1B}", with: "␛"), named: "truncated-ansi-80x3")
  }

  @Test(arguments: sizes)
  func aHeaderFullOfMarks(size: Size) throws {
    let layer = HeadLayer(
      kind: "Dense", folder: "2_Dense", inputDimensions: 384, outputDimensions: 256, activation: "tanh")
    var world = World(prompts: World.prompts, head: [layer])
    world.description.name = "an-organisation/a-model-with-a-rather-long-name-v2"
    world.description.similarity = Sourced(.dot, .assumed)
    world.description.maximumLength = Sourced(256, .table)
    let session = Session(world, size: size)
    session.state.setOverrides(
      {
        var overrides = RecipeOverrides()
        overrides.queryPrompt = .literal("Given a question, find the passage that answers it: ")
        overrides.documentPrompt = .named("sts")
        overrides.pooling = [.lastToken]
        overrides.layer = 3
        overrides.dimensions = 64
        overrides.normalizes = false
        overrides.poolsPrompt = false
        overrides.precision = .int8
        return overrides
      }())
    try session.keys("abc<Wait>")
    try expect(session, "header-marks-\(size)")
  }

  @Test func aFailureInTheStatusLine() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    session.answer(
      .notice(Failure("the cache cannot be written", nextStep: "check the permissions of its folder")))
    try expect(session, "notice-80x24")
  }
}
