import Engine
import Explorer
import Foundation
import Screen

/// The explorer without drawing: a line in, sentences out.
///
/// For screen readers and for terminals that cannot be drawn on: no colours, no boxes, nothing that moves. It is the
/// same explorer, whose views tell their tables.
struct PlainMode {
  private let setup: ExploreSetup
  private let record: String?
  /// Between two sentences of a wait.
  private static let patienceSeconds = 5.0
  private static let timeoutSeconds = 7 * 86_400.0

  init(_ setup: ExploreSetup, record: String? = nil) {
    self.setup = setup
    self.record = record
  }

  /// Answers lines until the input ends or a line asks to.
  func run() throws {
    let (lines, sink) = AsyncStream.makeStream(of: String.self)
    // A thread of its own: reading waits, and nothing else may wait with it.
    let reader = Thread {
      while let line = readLine() { sink.yield(line) }
      sink.finish()
    }
    reader.start()
    let mode = self
    try waiting { try await mode.converse(lines) }
  }

  private func converse(_ lines: AsyncStream<String>) async throws {
    // Wide, so that Neighbours stands beside every view; keys mean nothing here.
    var options = setup.launchOptions(size: Size(columns: 200, rows: 60), depth: .none)
    options.followsThemes = false
    options.bindings = KeyBindings(Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0, []) }))
    let session = HeadlessSession(
      setup.engineSettings, options, timeoutSeconds: Self.timeoutSeconds, header: setup.header(options))
    let output = try Output(path: nil)
    var file = try record.map { path throws(CommandError) in try SessionFile(path: path) }
    var told: Int?
    func say(_ sentences: [String]) throws {
      for sentence in sentences { try output.writeLine(sentence.flattenedForTSV) }
      try output.flush()
    }
    try await session.start(remindingEvery: Self.patienceSeconds, remind: Self.remind)
    try say(session.state.introduction)
    try file?.write(session.recording)
    conversation: for await line in lines {
      switch session.state.plainLine(line) {
      case .quit: break conversation
      case .say(let sentences): try say(sentences)
      case .more:
        guard let start = told else {
          try say(["There is no more."])
          continue
        }
        try say(tell(session.state, from: start, next: &told))
      case .events(let events):
        for event in events { await session.perform(event) }
        try await session.settle(remindingEvery: Self.patienceSeconds, remind: Self.remind)
        if session.hasQuit { break conversation }
        try say(try await answer(session, next: &told))
      }
      try file?.write(session.recording)
    }
    await session.finish()
    file?.finish()
  }

  /// What there is after a line: the text that it opened, else what there is to note and the view.
  private func answer(_ session: HeadlessSession, next: inout Int?) async throws -> [String] {
    if let text = session.state.spokenText {
      await session.perform(.action(.back))
      return text
    }
    if let name = session.state.openPopupName {
      await session.perform(.action(.back))
      try await session.settle()
      return ["“\(name)” is for a screen; type :help to hear what can be done here."]
    }
    let notice = [session.state.spokenNotice].compactMap(\.self)
    return notice + tell(session.state, from: 0, next: &next)
  }

  private func tell(_ state: State, from start: Int, next: inout Int?) -> [String] {
    let spoken = state.spokenView(from: start)
    next = spoken.next
    return spoken.sentences
  }

  private static func remind(_ state: State) {
    if let work = state.spokenWork { StandardError.write(work + "\n") }
  }
}
