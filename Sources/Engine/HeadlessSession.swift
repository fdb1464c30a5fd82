public import Explorer
public import Screen

/// The explorer without a terminal: the same `update` and the same engine as on the screen.
///
/// One task uses it at a time.
public final class HeadlessSession {
  /// Work was still running when the time was up.
  public struct TimedOut: Error, Equatable, CustomStringConvertible {
    public let seconds: Double

    public var description: String {
      "work was still running after \(seconds) seconds; give more time with --timeout"
    }
  }

  public private(set) var state: State
  /// True after the user's wish to leave.
  public private(set) var hasQuit = false
  private let engine: Engine
  private let timeoutSeconds: Double
  private let sink: AsyncStream<Message>.Continuation
  private var messages: AsyncStream<Message>.Iterator

  private enum Message: Sendable {
    case answer(Answer)
    /// The time of one wait is up.
    case timeUp(wait: Int)
  }

  private var waits = 0

  /// A session that is not started; each wait may last so many seconds.
  public init(_ settings: EngineSettings, _ options: LaunchOptions, timeoutSeconds: Double) {
    let (stream, sink) = AsyncStream.makeStream(of: Message.self)
    self.sink = sink
    self.timeoutSeconds = timeoutSeconds
    messages = stream.makeAsyncIterator()
    engine = Engine(settings) { answer in sink.yield(.answer(answer)) }
    state = State(options)
  }

  /// Asks for model and corpus, and waits for them.
  public func start() async throws {
    await perform(Explorer.start(&state))
    try await settle()
  }

  public func handle(_ input: InputEvent) async {
    await perform(update(&state, .input(input)))
  }

  public func press(_ key: KeyPress) async { await handle(.key(key)) }

  public func type(_ text: String) async {
    for character in text { await press(KeyPress(character)) }
  }

  /// Waits until no work is running.
  ///
  /// - Throws: `TimedOut`.
  public func settle() async throws {
    waits += 1
    let wait = waits
    let clock = Task { [sink, timeoutSeconds] in
      try await Task.sleep(for: .seconds(timeoutSeconds))
      sink.yield(.timeUp(wait: wait))
    }
    defer { clock.cancel() }
    while state.isWaiting && !hasQuit {
      switch await messages.next() {
      case .answer(let answer): await perform(update(&state, .answer(answer)))
      case .timeUp(let wait) where wait < waits: break
      case .timeUp, nil:
        await finish()
        throw TimedOut(seconds: timeoutSeconds)
      }
    }
  }

  /// Cancels what is running and waits for its end.
  public func finish() async { await engine.finish() }

  /// How many texts have gone through an encoder.
  public var encodedTexts: Int { get async { await engine.encodedTexts } }

  private func perform(_ effects: [Effect]) async {
    for effect in effects {
      if effect == .quit { hasQuit = true }
      await engine.run(effect)
    }
  }
}
