import Explorer
import Logging
import Screen
import Terminal

/// The explorer's loop on the main thread: keys and answers in, frames out.
///
/// Nothing here takes time: work is handed to the engine's task as effects, in order.
struct ExploreLoop {
  /// Paints are at least this far apart.
  private static let paintInterval = Duration.milliseconds(4)

  private let terminal: TerminalSession
  private let answers: AnswerQueue
  private let effects: AsyncStream<Effect>.Continuation
  private var state: State
  private var isDone = false
  private var outcome = SessionOutcome()
  private let logger: Logger

  private var lastPaint = ContinuousClock.now - .seconds(1)
  private var lastTick = ContinuousClock.now
  /// When the oldest key was read that has not been painted yet.
  private var unpaintedKey: ContinuousClock.Instant?
  private var needsPaint = true

  init(
    terminal: TerminalSession, answers: AnswerQueue, effects: AsyncStream<Effect>.Continuation,
    options: LaunchOptions, logger: Logger
  ) {
    self.terminal = terminal
    self.answers = answers
    self.effects = effects
    self.logger = logger
    state = State(options)
  }

  /// Runs until the user quits or the system asks to.
  mutating func run() -> SessionOutcome {
    perform(start(&state))
    while !isDone {
      paintWhenDue()
      handle(terminal.wait(timeoutMilliseconds: timeoutMilliseconds()))
      for input in terminal.read() {
        if case .key = input, unpaintedKey == nil { unpaintedKey = .now }
        handle(.input(input))
      }
      for answer in answers.drain() { handle(.answer(answer)) }
      tick()
    }
    return outcome
  }

  private mutating func handle(_ wakeup: Wakeup) {
    if wakeup.suspension { perform([.suspend]) }
    if wakeup.continued {
      terminal.redraw()
      needsPaint = true
    }
    if let termination = wakeup.termination {
      outcome.termination = termination
      handle(.terminated)
      isDone = true
    }
  }

  private mutating func handle(_ event: Event) {
    guard !isDone else { return }
    needsPaint = true
    perform(update(&state, event))
  }

  private mutating func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .quit: isDone = true
      case .suspend:
        terminal.suspend()
        // The time away is no echo.
        unpaintedKey = nil
        needsPaint = true
      case .askBackground: terminal.askBackground()
      default: self.effects.yield(effect)
      }
    }
  }

  private mutating func paintWhenDue() {
    guard needsPaint, !isDone, ContinuousClock.now - lastPaint >= Self.paintInterval else { return }
    terminal.paint(view(state), theme: state.theme)
    lastPaint = .now
    needsPaint = false
    if let unpaintedKey {
      outcome.echo.add(lastPaint - unpaintedKey)
      logger.debug("echo \((lastPaint - unpaintedKey).milliseconds) ms")
    }
    unpaintedKey = nil
  }

  private mutating func tick() {
    let now = ContinuousClock.now
    guard let due = state.tickMilliseconds else {
      lastTick = now
      return
    }
    let elapsed = Int((now - lastTick).milliseconds)
    guard elapsed >= due else { return }
    lastTick = now
    handle(.tick(milliseconds: elapsed))
  }

  /// How long to wait for something to happen; nil for as long as it takes.
  private func timeoutMilliseconds() -> Int? {
    let now = ContinuousClock.now
    var timeouts: [Double] = []
    if needsPaint { timeouts.append((Self.paintInterval - (now - lastPaint)).milliseconds) }
    if let due = state.tickMilliseconds { timeouts.append(Double(due) - (now - lastTick).milliseconds) }
    return timeouts.min().map { max(0, Int($0.rounded(.up))) }
  }
}
