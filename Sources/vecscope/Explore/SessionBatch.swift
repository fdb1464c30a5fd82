import Engine
import Explorer
import Screen

/// `--play` without a terminal: a line for each assertion, and the exit code.
struct SessionBatch {
  let setup: ExploreSetup
  let recording: SessionRecording
  let file: String
  let isStrict: Bool
  let timeoutSeconds: Double
  let depth: ColorDepth

  /// Plays to the end.
  ///
  /// - Throws: `CommandError.checkFailed` where something failed; `HeadlessSession.TimedOut`.
  func run() throws {
    let batch = self
    let report = try waiting { try await batch.play() }
    if report.failures > 0 { throw CommandError.checkFailed(report.summary) }
  }

  private func play() async throws -> SessionReport {
    let output = try Output(path: nil)
    var report = SessionReport(file: file, isStrict: isStrict)
    let options = setup.launchOptions(
      size: recording.header.size, depth: depth, view: recording.header.view)
    let session = HeadlessSession(
      setup.engineSettings, options, timeoutSeconds: timeoutSeconds, header: setup.header(options))
    try await session.start()
    var lines: [String] = []
    let player = SessionPlayer(session) { outcome in lines += report.lines(of: outcome) }
    do {
      try await player.play(recording)
    } catch {
      for line in lines { try output.writeLine(line) }
      try output.finish()
      throw error
    }
    await session.finish()
    for line in lines { try output.writeLine(line) }
    if report.failures == 0 { try output.writeLine(report.summary) }
    try output.finish()
    return report
  }
}
