import Recipes
import Screen

/// The first requests: the model and the corpus that the explorer was started with.
public func start(_ state: inout State) -> [Effect] {
  var effects: [Effect] = []
  if !state.model.wanted.isEmpty { effects += state.load(model: state.model.wanted) }
  if !state.corpus.wanted.isEmpty {
    effects.append(.openCorpus(state.corpus.wanted, generation: state.requests.begin(.corpus)))
  }
  if state.look.follows { effects.append(.followThemes) }
  effects += state.requestBackground()
  state.showFirstAnnotation()
  state.settle()
  return effects
}

/// Advances the explorer by one event.
///
/// Pure: whatever takes time or touches the world is returned as an effect.
public func update(_ state: inout State, _ event: Event) -> [Effect] {
  let before = state.beforeChange(by: event)
  var effects: [Effect] =
    switch event {
    case .input(let input): state.take(input)
    case .answer(let answer): state.take(answer)
    case .action(let action): state.run(action)
    case .choose(let action, let argument): state.run(action, with: argument)
    case .tick(let milliseconds): state.tick(milliseconds: milliseconds)
    case .terminated: [.quit]
    }
  state.noteChange(since: before, by: event)
  effects += state.requestWhatIsMissing() + state.requestBackground()
  state.settle()
  return effects
}

extension State {
  fileprivate mutating func take(_ input: InputEvent) -> [Effect] {
    switch input {
    case .key(let press): return take(press)
    case .paste(let text): return paste(text)
    case .resize(let size):
      self.size = size
      return []
    case .background(let color):
      take(background: color)
      return []
    case .mouse(let event): return take(event)
    case .focus: return []
    }
  }

  /// A key is text where text is typed, else an action, else text for the query.
  private mutating func take(_ press: KeyPress) -> [Effect] {
    let place = place
    let action = bindings.action(for: press, in: place)
    if action != .interrupt { isAboutToQuit = false }
    if notice?.kind == .hint { notice = nil }
    if isJumping, let effects = jump(by: press) { return effects }
    // Home and End belong to the caret where there is one; the other keys of a line are no action's.
    if place.isTyping, press.modifiers.isEmpty, press.key == .home || press.key == .end, type(press) {
      return []
    }
    if let action { return run(action) }
    _ = type(press)
    return []
  }

  private mutating func type(_ press: KeyPress) -> Bool {
    if popup != nil { return typeInPopup(press) }
    typeInQuery(press)
    return true
  }

  private mutating func paste(_ text: String) -> [Effect] {
    if notice?.kind == .hint { notice = nil }
    isJumping = false
    if popup != nil {
      pasteInPopup(text)
    } else if focusedView == .heatmap {
      return pasteIntoList(text)
    } else {
      focus = .query
      query.field.insert(text)
    }
    return []
  }

  fileprivate mutating func tick(milliseconds: Int) -> [Effect] {
    requests.tick(milliseconds: milliseconds)
    notePause(milliseconds: milliseconds)
    return []
  }

  /// Brings selections and scroll positions in line with what there is and the room for it.
  fileprivate mutating func settle() {
    let layout = layout
    for view in View.allCases { view.content.settle(&self, layout.pane(of: view)?.rect.inset()) }
    if let view = focusedView, !shows(view) { focus = .pane(self.view) }
    settlePopup()
  }
}
