import Recipes
import Screen

/// Passes events on to `update` and writes down what they did.
///
/// Pure: what is to be kept is data that the caller writes where it wants.
public struct SessionRecorder: Equatable, Sendable {
  public private(set) var recording: SessionRecording
  /// True once the session has grown beyond its limits: nothing more is written down.
  public private(set) var isFull = false
  private var recipe: String?
  private var weight = 0
  /// True where something has been under way since the last line that waits.
  private var hasWork = false

  /// A recorder of a session that has not started.
  public init(_ header: SessionHeader) { recording = SessionRecording(header) }

  /// Advances the explorer by one event and writes it down.
  ///
  /// Of the effects, those about the session itself are carried out here: an assertion becomes a line, and the wish
  /// to save gets what there is to save.
  public mutating func perform(_ event: Event, on state: inout State) -> [Effect] {
    let steps = state.sessionSteps(of: event)
    if let first = steps.first { closeLine(before: first, state) }
    let effects = update(&state, event)
    for step in steps { add(step) }
    if !steps.isEmpty { noteRecipe(state) }
    completeHeader(state)
    if state.isWaiting { hasWork = true }
    return effects.compactMap { take($0) }
  }

  /// Notes what is there by now; to be called once after the start.
  public mutating func completeHeader(_ state: State) {
    if recording.header.identity == nil, let description = state.model.description {
      recording.header.identity = description.identity
      recording.header.recipe = state.recipe?.recipe.fingerprint
      recipe = recording.header.recipe
    }
    if recording.header.count == nil, let summary = state.corpus.summary {
      recording.header.count = summary.count
    }
  }

  private mutating func take(_ effect: Effect) -> Effect? {
    switch effect {
    case .assert(let assertion):
      add(.assert(assertion))
      return nil
    case .saveSession: return .saveSession(recording)
    default: return effect
    }
  }

  /// Says that things had settled before a step, and what the answers did to the recipe.
  private mutating func closeLine(before step: SessionStep, _ state: State) {
    if recording.lines.isEmpty { hasWork = state.isWaiting }
    let fingerprint = state.recipe?.recipe.fingerprint
    let hasNewRecipe = fingerprint != nil && fingerprint != recipe
    if case .type = step, case .type? = recording.lines.last?.step, !hasNewRecipe { return }
    guard hasNewRecipe || (hasWork && !state.isWaiting) else { return }
    hasWork = state.isWaiting
    add(.wait)
    noteRecipe(state)
  }

  private mutating func noteRecipe(_ state: State) {
    guard let fingerprint = state.recipe?.recipe.fingerprint, fingerprint != recipe, !isFull,
      !recording.lines.isEmpty
    else { return }
    recipe = fingerprint
    recording.lines[recording.lines.count - 1].recipe = fingerprint
  }

  private mutating func add(_ step: SessionStep) {
    weight += step.weight
    isFull =
      isFull || weight > SessionRecording.byteLimit
      || recording.lines.count >= SessionRecording.lineLimit
    guard !isFull else { return }
    let last = recording.lines.count - 1
    if case .type(let text) = step, last >= 0, case .type(let typed) = recording.lines[last].step {
      recording.lines[last].step = .type(typed + text)
    } else if last >= 0, case .resize = step, case .resize = recording.lines[last].step {
      recording.lines[last].step = step
    } else {
      recording.lines.append(SessionLine(step))
    }
  }
}

extension State {
  /// What an event is in a session; empty for what is no deed of the user's, and for what only concerns the
  /// session itself or the terminal.
  func sessionSteps(of event: Event) -> [SessionStep] {
    switch event {
    case .input(.key(let press)):
      if let action = sessionAction(of: press) { return sessionSteps(of: action) }
      return [press.text.map { .type(String($0)) } ?? .key(press)]
    case .input(.paste(let text)): return [.paste(text)]
    case .input(.resize(let size)): return [.resize(size)]
    case .input(.mouse(let event)): return [.mouse(event)]
    case .action(let action): return sessionSteps(of: action)
    case .choose(let action, let argument): return [.choose(action, with: argument)]
    case .answer(.edited(let text, let generation)):
      // No other machine has this editor: what it did is written out.
      return editing?.generation == generation ? [.choose(.openEditor, with: text)] : []
    case .input, .answer, .tick, .terminated: return []
    }
  }

  /// The action that a key runs here; nil where it edits text.
  private func sessionAction(of press: KeyPress) -> Action? {
    // A letter on the screen is waited for.
    if isJumping { return nil }
    let edits = press.modifiers.isEmpty && (press.key == .home || press.key == .end)
    return place.isTyping && edits ? nil : bindings.action(for: press, in: place)
  }

  private func sessionSteps(of action: Action) -> [SessionStep] {
    if action.isOutsideSessions { return [] }
    guard action == .accept else { return [.action(action)] }
    switch popup {
    case .palette(let popup), .help(let popup):
      // What the popup would run is not to be replayed, the popup's end is.
      guard let index = popup.list.selectedIndex, case .action(let chosen) = popup.entries[index],
        chosen.isOutsideSessions
      else { return [.action(action)] }
      return [.action(.back)]
    case .history(let popup):
      // Another machine has another history.
      guard let index = popup.list.selectedIndex else { return [.action(action)] }
      return [.choose(.openHistory, with: popup.list.items[index].title)]
    default: return [.action(action)]
    }
  }
}

extension Action {
  /// True for actions that a replay must not repeat: the end, the terminal, the session itself.
  var isOutsideSessions: Bool {
    switch self {
    case .quit, .interrupt, .suspend, .openEditor, .saveSession, .assertTop: true
    default: false
    }
  }
}
