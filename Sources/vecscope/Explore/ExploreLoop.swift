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

  /// Input that is taken before the next look for signals.
  private static let inputsBetweenSignals = 64

  private let terminal: TerminalSession
  private let answers: AnswerQueue
  private let effects: AsyncStream<Effect>.Continuation
  private var state: State
  private var isDone = false
  private var outcome = SessionOutcome()
  private let logger: Logger
  private let environment: [String: String]
  /// Writes the session down, and plays another.
  private var tape: SessionTape

  private var lastPaint = ContinuousClock.now - .seconds(1)
  private var lastTick = ContinuousClock.now
  /// When the oldest key was read that has not been painted yet.
  private var unpaintedKey: ContinuousClock.Instant?
  private var needsPaint = true

  init(
    terminal: TerminalSession, answers: AnswerQueue, effects: AsyncStream<Effect>.Continuation,
    options: LaunchOptions, logger: Logger, environment: [String: String], tape: SessionTape
  ) {
    self.terminal = terminal
    self.answers = answers
    self.effects = effects
    self.logger = logger
    self.environment = environment
    self.tape = tape
    state = State(options)
  }

  /// Runs until the user quits or the system asks to.
  mutating func run() -> SessionOutcome {
    perform(start(&state))
    while !isDone {
      paintWhenDue()
      handle(terminal.wait(timeoutMilliseconds: timeoutMilliseconds()))
      take(terminal.read())
      for answer in answers.drain() { handle(.answer(answer)) }
      tick()
      play()
    }
    tape.file?.finish()
    return outcome
  }

  private mutating func take(_ inputs: [InputEvent]) {
    var (rest, count) = (inputs[...], 0)
    while let input = rest.first, !isDone {
      if case .key = input {
        if unpaintedKey == nil { unpaintedKey = .now }
        // Who presses a key takes over.
        tape.script = nil
      }
      if let run = state.pastedRun(rest) {
        handle(.input(.paste(run.text)))
        rest = rest.dropFirst(run.keys)
      } else {
        handle(.input(input))
        rest = rest.dropFirst()
      }
      count += 1
      // Whoever wants the program to end does not wait for the rest.
      if count.isMultiple(of: Self.inputsBetweenSignals) { handle(terminal.wait(timeoutMilliseconds: 0)) }
    }
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

  private mutating func handle(_ event: Event, isPlayed: Bool = false) {
    guard !isDone else { return }
    needsPaint = true
    let effects = tape.recorder.perform(event, on: &state)
    if isPlayed { performOfPlayed(effects) } else { perform(effects) }
    do throws(CommandError) {
      try tape.file?.write(tape.recorder.recording)
    } catch {
      tape.file = nil
      handle(.answer(.notice(Failure("\(error)", nextStep: "nothing more is recorded"))))
    }
  }

  private mutating func performOfPlayed(_ effects: [Effect]) {
    for effect in effects {
      switch effect.inReplay {
      case .perform: perform([effect])
      case .omit: break
      case .answer(let answer): handle(.answer(answer))
      }
    }
  }

  /// Does the next step of a session that is played, when it is due.
  private mutating func play() {
    while let item = tape.script?.next(state) {
      switch item {
      case .event(let event): handle(event, isPlayed: true)
      case .outcome(let played): outcome.played.append(played)
      case .end: tape.script = nil
      case .waiting: return
      }
    }
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
      case .copy(let text): terminal.copy(text)
      case .open(let text, let program, let generation): open(text, in: program, generation)
      default: self.effects.yield(effect)
      }
    }
  }

  /// Gives the terminal to the user's editor or pager until it ends.
  private mutating func open(_ text: String, in program: ExternalProgram, _ generation: Int) {
    let outside = OutsideText(text, in: program, environment: environment)
    let answer: Answer? = terminal.yield {
      do throws(OutsideFailure) {
        return try outside.open().map { .edited($0, generation: generation) }
      } catch {
        return .openFailed(error.failure, generation: generation)
      }
    }
    // The time away is no echo.
    unpaintedKey = nil
    needsPaint = true
    if let answer { handle(.answer(answer)) }
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
    if let wait = tape.script?.milliseconds(state) { timeouts.append(wait) }
    return timeouts.min().map { max(0, Int($0.rounded(.up))) }
  }
}
