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
  state.settle()
  return effects
}

/// Advances the explorer by one event.
///
/// Pure: whatever takes time or touches the world is returned as an effect.
public func update(_ state: inout State, _ event: Event) -> [Effect] {
  var effects: [Effect] =
    switch event {
    case .input(let input): state.take(input)
    case .answer(let answer): state.take(answer)
    case .tick(let milliseconds): state.tick(milliseconds: milliseconds)
    case .terminated: [.quit]
    }
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
    case .mouse, .focus: return []
    }
  }

  /// A key is text where text is typed, else an action, else text for the query.
  private mutating func take(_ press: KeyPress) -> [Effect] {
    let place = place
    let action = bindings.action(for: press, in: place)
    if action != .interrupt { isAboutToQuit = false }
    if notice?.kind == .hint { notice = nil }
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
    if popup != nil {
      pasteInPopup(text)
    } else if focus == .view, view == .heatmap {
      return pasteIntoList(text)
    } else {
      focus = .query
      query.field.insert(text)
    }
    return []
  }

  fileprivate mutating func tick(milliseconds: Int) -> [Effect] {
    requests.tick(milliseconds: milliseconds)
    return []
  }

  /// Brings selections and scroll positions in line with what there is and the room for it.
  fileprivate mutating func settle() {
    let layout = layout
    if let pane = layout.pane(of: .neighbours) {
      neighbours.rows.fit(
        count: neighbours.list?.neighbours.count ?? 0, height: pane.rect.inset().rows)
    }
    settleHeatmap()
    settlePopup()
  }
}
