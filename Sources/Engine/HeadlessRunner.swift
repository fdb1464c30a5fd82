/// Plays a script of keys into a headless session: what `render` and the end-to-end tests do.
public import Explorer
public import Screen

public struct HeadlessRunner {
  private let settings: EngineSettings
  private let timeoutSeconds: Double

  /// A runner that gives up when work is still running after so many seconds.
  public init(_ settings: EngineSettings, timeoutSeconds: Double) {
    self.settings = settings
    self.timeoutSeconds = timeoutSeconds
  }

  /// Plays a script from the first screen on; between two keys nothing is waited for unless the script
  /// says so, and at the end everything is.
  ///
  /// - Returns: The state when no work is running any more, or when the script has quit.
  /// - Throws: `HeadlessSession.TimedOut`.
  public func run(_ options: LaunchOptions, _ script: [ScriptItem]) async throws -> State {
    let session = HeadlessSession(settings, options, timeoutSeconds: timeoutSeconds)
    try await session.start()
    for item in script where !session.hasQuit {
      switch item {
      case .wait: try await session.settle()
      case .input(let input): await session.handle(input)
      }
    }
    try await session.settle()
    await session.finish()
    return session.state
  }
}
