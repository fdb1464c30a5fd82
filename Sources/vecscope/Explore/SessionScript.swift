import Engine
import Explorer

/// A recording that is played on the terminal, a step at a time, so that one can follow it.
struct SessionScript {
  /// What comes next.
  enum Item {
    case event(Event)
    case outcome(SessionPlayer.Outcome)
    /// Something is under way that the next step waits for.
    case waiting
    case end
  }

  private let recording: SessionRecording
  /// The line that is played: 0 is the start, before the first step.
  private var index = -1
  /// What is left of a line, the last first.
  private var rest: [Item] = []
  private let pace: Duration
  private var due = ContinuousClock.now

  /// A script whose keys are each left on the screen for so long.
  init(_ recording: SessionRecording, pace: Duration) {
    self.recording = recording
    self.pace = pace
  }

  /// How long to wait before the next key; nil where the engine is waited for.
  func milliseconds(_ state: State) -> Double? {
    isHeld(state) ? nil : max(0, (due - ContinuousClock.now).milliseconds)
  }

  /// The next item that is due; nil before its time.
  mutating func next(_ state: State) -> Item? {
    guard ContinuousClock.now >= due else { return nil }
    if let item = rest.popLast() {
      if case .event = item { due = .now + pace }
      return item
    }
    if index == -1 {
      if state.isWaiting { return .waiting }
      rest = SessionCheck.differences(recording.header, state).reversed().map { .outcome($0) }
      index = 0
      return rest.popLast() ?? next(state)
    }
    guard index < recording.lines.count else { return state.isWaiting ? .waiting : .end }
    if isHeld(state) { return .waiting }
    let (line, number) = (recording.lines[index], index + 2)
    index += 1
    rest = items(of: line, number: number, state).reversed()
    return next(state)
  }

  /// True where the next line is for when nothing is under way.
  private func isHeld(_ state: State) -> Bool {
    guard rest.isEmpty, state.isWaiting else { return false }
    guard recording.lines.indices.contains(index) else { return true }
    switch recording.lines[index].step {
    case .wait, .assert: return true
    default: return false
    }
  }

  private func items(of line: SessionLine, number: Int, _ state: State) -> [Item] {
    switch line.step {
    case .assert(let assertion): [.outcome(SessionCheck.outcome(of: assertion, line: number, state))]
    // The terminal's size is the terminal's.
    case .resize: []
    default:
      [SessionCheck.refusal(of: line.step, line: number, state)].compactMap { $0.map(Item.outcome) }
        + line.step.events.map { .event($0) }
    }
  }
}

/// What writes a session down, and the one that is played meanwhile.
struct SessionTape {
  var recorder: SessionRecorder
  var file: SessionFile?
  var script: SessionScript?
}
