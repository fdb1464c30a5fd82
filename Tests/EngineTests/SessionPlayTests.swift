import Explorer
import Foundation
import Recipes
import Screen
import TestSupport
import Testing

@testable import Engine

/// Sessions as end-to-end tests: each file in `Fixtures/Sessions` is played with the model that its header names.
struct SessionPlayTests {
  private let desk: Desk

  init() throws { desk = try Desk() }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Sessions")

  static let names: [String] = {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
        $0.hasSuffix(".jsonl")
      }.sorted()
    } catch {
      preconditionFailure("the sessions cannot be read: \(error)")
    }
  }()

  private func options(_ header: SessionHeader) throws -> LaunchOptions {
    LaunchOptions(
      model: try Desk.model(header.model), corpora: [try desk.corpus()], size: header.size,
      overrides: header.overrides, texts: header.texts, view: header.view)
  }

  private func play(_ recording: SessionRecording) async throws -> [SessionPlayer.Outcome] {
    let session = HeadlessSession(desk.settings, try options(recording.header), timeoutSeconds: 600)
    try await session.start()
    var outcomes: [SessionPlayer.Outcome] = []
    try await SessionPlayer(session) { outcomes.append($0) }.play(recording)
    await session.finish()
    return outcomes
  }

  @Test func thereAreEnoughSessions() { #expect(Self.names.count >= 10) }

  @Test(arguments: names)
  func isPlayed(name: String) async throws {
    let path = Self.folder.appendingPathComponent(name).path
    let recording = try SessionReader.read(path: path)
    let outcomes = try await play(recording)
    for outcome in outcomes where outcome.kind != .passed {
      Issue.record("\(name):\(outcome.line): expected \(outcome.expected): \(outcome.kind)")
    }
    let assertions = recording.lines.filter { if case .assert = $0.step { true } else { false } }
    #expect(outcomes.count == assertions.count && assertions.count >= 3)
  }

  /// Every assertion of every session can fail: of what it asserts, the opposite is found not to hold.
  @Test(arguments: names)
  func aWrongAssertionFails(name: String) async throws {
    var recording = try SessionReader.read(path: Self.folder.appendingPathComponent(name).path)
    var changed = 0
    for index in recording.lines.indices {
      guard case .assert(let assertion) = recording.lines[index].step else { continue }
      recording.lines[index].step = .assert(assertion.opposite)
      changed += 1
    }
    let failed = try await play(recording).filter { outcome in
      if case .failed = outcome.kind { true } else { false }
    }
    #expect(failed.count == changed)
  }

  @Test func aFailureTellsLineExpectationAndWhatIsThere() async throws {
    let header = SessionHeader(
      version: "", model: "bert-mean", corpora: [], size: Size(columns: 100, rows: 30))
    let outcomes = try await play(
      SessionRecording(
        header, [SessionLine(.type("river")), SessionLine(.assert(.text(rank: 1, id: "nobody")))]))
    let outcome = try #require(outcomes.first)
    #expect(outcomes.count == 1 && outcome.line == 3 && outcome.expected == "top 1 id nobody")
    guard case .failed(let found, let top) = outcome.kind else {
      Issue.record("\(outcome)")
      return
    }
    #expect(top.count == 5 && top[0].id == found && top[0].rank == 1)
    #expect(outcome.fails(isStrict: false))
  }

  @Test func whatDiffersFromTheRecordingIsSaid() async throws {
    var header = SessionHeader(
      version: "", model: "bert-mean", corpora: [], size: Size(columns: 100, rows: 30))
    header.identity = "another"
    header.count = 13
    header.recipe = "000"
    let lines = [SessionLine(.choose(.choosePooling, with: "cls"), recipe: "111")]
    let outcomes = try await play(SessionRecording(header, lines))
    #expect(outcomes.map(\.line) == [1, 1, 1, 2])
    #expect(outcomes.allSatisfy { !$0.fails(isStrict: false) && $0.fails(isStrict: true) })
  }

  @Test func aStepThatCannotBeDoneFails() async throws {
    let header = SessionHeader(
      version: "", model: "bert-mean", corpora: [], size: Size(columns: 100, rows: 30))
    let outcomes = try await play(
      SessionRecording(header, [SessionLine(.choose(.choosePooling, with: "sum"))]))
    #expect(outcomes.count == 1 && outcomes[0].fails(isStrict: false))
    guard case .refused(let reason) = outcomes[0].kind else {
      Issue.record("\(outcomes)")
      return
    }
    #expect(reason.contains("there are declared, cls"))
  }

  @Test func whatIsRecordedAndPlayedGivesTheSameRanks() async throws {
    let path = try desk.corpus()
    let options = LaunchOptions(
      model: try Desk.model("bert-cls-prompts"), corpora: [path], size: Size(columns: 120, rows: 40))
    let session = HeadlessSession(desk.settings, options, timeoutSeconds: 600)
    try await session.start()
    let keys =
      "the bank<Wait> of the river<F3><Down><Down><Enter><Wait><F4><Down><Down><Enter><A-a><C-u>spring"
      + "<Wait><A-a><F2><Home><Down><Enter><Wait><A-2>m<Wait><Esc><Home>late <Wait><F9><F3><Home><Enter>"
    for item in try KeyNotation.parse(keys) {
      switch item {
      case .input(let input): await session.handle(input)
      case .wait: try await session.settle()
      }
    }
    try await session.settle()
    await session.finish()
    let recording = try SessionReader.read(
      Array(SessionText.text(session.recording).utf8), file: "recorded")
    #expect(recording == session.recording)

    let again = HeadlessSession(desk.settings, options, timeoutSeconds: 600)
    try await again.start()
    var outcomes: [SessionPlayer.Outcome] = []
    try await SessionPlayer(again) { outcomes.append($0) }.play(recording)
    await again.finish()
    #expect(outcomes.isEmpty)
    #expect(again.state.topTexts(100) == session.state.topTexts(100))
    #expect(again.state.recipeFingerprint == session.state.recipeFingerprint)
    // The status line tells times.
    let frames = [session, again].map { session in
      FrameRenderer.text(view(session.state)).split(separator: "\n").dropLast(2)
    }
    #expect(frames[0] == frames[1])
  }

  @Test func aPlayedSessionWritesNoFile() async throws {
    let target = desk.folder.path + "/stolen.csv"
    let header = SessionHeader(
      version: "", model: "bert-mean", corpora: [], size: Size(columns: 100, rows: 30))
    let steps: [SessionStep] = [
      .type("river"), .wait, .action(.exportView), .key(KeyPress("u", .control)), .paste(target),
      .action(.accept), .wait, .choose(.addQuery, with: "one"),
    ]
    _ = try await play(SessionRecording(header, steps.map { SessionLine($0) }))
    #expect(!FileManager.default.fileExists(atPath: target))
    #expect(!FileManager.default.fileExists(atPath: desk.folder.path + "/state/texts"))
  }

  @Test func aSessionIsSavedUnderItsTime() async throws {
    var desk = desk
    let folder = desk.folder.path + "/sessions"
    desk.settings.sessionsFolder = folder
    desk.settings.now = { Date(timeIntervalSince1970: 1_700_000_000) }
    let session = desk.session(model: try Desk.model("bert-mean"), corpora: [try desk.corpus()])
    try await session.start()
    await session.type("river")
    try await session.settle()
    for _ in 0..<2 { await session.press(KeyPress("s", .control)) }
    await session.finish()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names == ["2023-11-14T221320Z-2.jsonl", "2023-11-14T221320Z.jsonl"])
    let recording = try SessionReader.read(path: folder + "/" + names[1])
    #expect(recording.lines.map(\.step) == [.type("river")])
    #expect(recording.header.identity != nil && recording.header.count == Desk.texts.count)
  }

  @Test(arguments: Precision.allCases)
  func aNewPoolingEncodesNoTextOfTheBackgroundEither(precision: Precision) async throws {
    var desk = desk
    desk.settings.backgroundTexts = { (0..<250).map { "\(Desk.texts[$0 % 10]) number \($0)" } }
    let session = desk.session(model: try Desk.model("bert-mean"), corpora: [try desk.corpus()])
    try await session.start()
    await session.perform(.choose(.choosePrecision, precision.rawValue))
    await session.type("river")
    try await session.settle()
    let before = await session.encodedTexts
    for pooling in Pooling.ofTokenStates {
      await session.perform(.choose(.choosePooling, pooling.rawValue))
      try await session.settle()
      #expect(try Assertion("percentile of texts.txt:1 >= 0").found(in: session.state) == nil)
    }
    #expect(await session.encodedTexts == before)
    await session.finish()
  }

  @Test func aCorpusOfMoreThanTheDrawnTextsHasABackground() async throws {
    let session = desk.session(
      model: try Desk.model("bert-mean"),
      corpora: [try desk.corpus((0..<230).map { "\(Desk.texts[$0 % 10]) \($0)" })])
    try await session.start()
    await session.type("river")
    try await session.settle()
    #expect(try Assertion("percentile of texts.txt:1 >= 0").found(in: session.state) == nil)
    await session.finish()
  }
}

extension Assertion {
  /// An assertion that holds where this one does not.
  fileprivate var opposite: Assertion {
    switch self {
    case .text(let rank, let id): .text(rank: rank, id: id + "?")
    case .contains(let top, let id): .contains(top: top, id: id + "?")
    case .rank(let id, let comparison, let rank): .rank(of: id, comparison.opposite, rank)
    case .score(let id, let comparison, let score): .score(of: id, comparison.opposite, score)
    case .percentile(let id, let comparison, let value): .percentile(of: id, comparison.opposite, value)
    case .margin(let comparison, let margin): .margin(comparison.opposite, margin)
    case .count(let comparison, let count): .count(comparison.opposite, count)
    case .recipe(let fingerprint): .recipe(fingerprint + "?")
    case .view(let view): .view(view == .map ? .heatmap : .map)
    case .screen(let text): .screen(contains: text + "\u{1}")
    }
  }
}

extension Assertion.Comparison {
  fileprivate var opposite: Assertion.Comparison {
    switch self {
    case .less: .atLeast
    case .atMost: .greater
    case .equal: .less
    case .atLeast: .less
    case .greater: .atMost
    }
  }
}
