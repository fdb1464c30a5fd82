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
  /// What happened so far.
  public var recording: SessionRecording { recorder.recording }
  /// Is told of every event with how long `update` took; for measurements.
  public var observer: ((Event, Duration, State) -> Void)?
  private var recorder: SessionRecorder
  /// True while a session that may come from a stranger is played: effects that reach out are left out.
  public var isReplaying = false
  private let engine: Engine
  private let timeoutSeconds: Double
  private let sink: AsyncStream<Message>.Continuation
  private var messages: AsyncStream<Message>.Iterator

  private enum Message: Sendable {
    case answer(Answer)
    /// The time of one wait is up.
    case timeUp(wait: Int)
    /// It is time to say that a wait goes on.
    case reminder(wait: Int)
  }

  private var waits = 0

  /// A session that is not started; each wait may last so many seconds.
  ///
  /// Its recording begins with `header`, or with what follows from the options.
  public init(
    _ settings: EngineSettings, _ options: LaunchOptions, timeoutSeconds: Double, header: SessionHeader? = nil
  ) {
    let (stream, sink) = AsyncStream.makeStream(of: Message.self)
    self.sink = sink
    self.timeoutSeconds = timeoutSeconds
    messages = stream.makeAsyncIterator()
    engine = Engine(settings) { answer in sink.yield(.answer(answer)) }
    state = State(options)
    recorder = SessionRecorder(header ?? SessionHeader(version: "", options))
  }

  /// Asks for model and corpus, and waits for them.
  public func start(remindingEvery seconds: Double? = nil, remind: (State) -> Void = { _ in }) async throws {
    await begin()
    try await settle(remindingEvery: seconds, remind: remind)
  }

  /// Asks for model and corpus, without waiting for them.
  public func begin() async { await perform(Explorer.start(&state)) }

  public func handle(_ input: InputEvent) async { await perform(.input(input)) }

  public func press(_ key: KeyPress) async { await handle(.key(key)) }

  public func type(_ text: String) async {
    for character in text { await press(KeyPress(character)) }
  }

  /// Advances by one event.
  public func perform(_ event: Event) async {
    guard let observer else { return await perform(recorder.perform(event, on: &state)) }
    let start = ContinuousClock.now
    let effects = recorder.perform(event, on: &state)
    observer(event, ContinuousClock.now - start, state)
    await perform(effects)
  }

  /// Waits until no work is running.
  ///
  /// - Parameters:
  ///   - isWaiting: what is waited for; nil for all work.
  ///   - seconds: how often `remind` is called meanwhile; nil for never.
  ///   - remind: is told how things are.
  /// - Throws: `TimedOut`.
  public func settle(
    while isWaiting: (State) -> Bool = \.isWaiting, remindingEvery seconds: Double? = nil,
    remind: (State) -> Void = { _ in }
  ) async throws {
    waits += 1
    let wait = waits
    let clock = Task { [sink, timeoutSeconds] in
      try await Task.sleep(for: .seconds(timeoutSeconds))
      sink.yield(.timeUp(wait: wait))
    }
    let reminders = seconds.map { seconds in
      Task { [sink] in
        while true {
          try await Task.sleep(for: .seconds(seconds))
          sink.yield(.reminder(wait: wait))
        }
      }
    }
    defer {
      clock.cancel()
      reminders?.cancel()
    }
    while isWaiting(state) && !hasQuit {
      switch await messages.next() {
      case .answer(let answer): await perform(.answer(answer))
      case .reminder(let wait): if wait == waits { remind(state) }
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
      switch isReplaying ? effect.inReplay : .perform {
      case .perform:
        if effect == .quit { hasQuit = true }
        await engine.run(effect)
      case .omit: break
      case .answer(let answer): sink.yield(.answer(answer))
      }
    }
  }
}
