import Screen

/// The last line: the keys that matter where the focus is, from the action table.
struct HintView {
  var state: State

  func draw(into frame: inout Frame, _ rect: Rect) {
    let place = state.place
    var hints = Action.hints(in: place).compactMap { action in
      state.bindings.label(for: action, in: place).map { (action, $0) }
    }
    // What is for other popups than this one would only be in the way.
    if state.popup != nil { hints.removeAll { $0.0.unavailable(state) != nil } }
    // The last two, palette and help, stay: they lead to all the others.
    while hints.count > 2, columns(hints) > rect.columns - 2 { hints.remove(at: hints.count - 3) }
    var line = StyledLine()
    for (index, hint) in hints.enumerated() {
      if index > 0 { line.add("  ", Style(.hintText)) }
      let isDisabled = hint.0.unavailable(state) != nil
      line.add(hint.1, Style(isDisabled ? .hintDisabled : .hintKey))
      line.add(" " + name(hint.0), Style(isDisabled ? .hintDisabled : .hintText))
    }
    line.draw(into: &frame, at: Point(column: rect.left + 1, row: rect.top), width: rect.columns - 2)
  }

  /// What Enter does depends on the popup.
  private func name(_ action: Action) -> String {
    action == .accept ? state.popup?.deed ?? action.row.short : action.row.short
  }

  private func columns(_ hints: [(Action, String)]) -> Int {
    hints.reduce(-2) { $0 + $1.1.columns + 1 + name($1.0).columns + 2 }
  }
}

extension Action {
  /// The actions that the hint line shows, the most useful first; the last two always.
  static func hints(in place: Place) -> [Action] {
    let choices: [Action] = [.chooseInstruction, .choosePooling, .chooseMetric, .chooseModel, .nextView]
    let always: [Action] = [.palette, .help]
    return switch place {
    case .query: choices + [.focusNext] + always
    case .neighbours: [.openText, .addSelected, .focusNext, .back] + choices + always
    case .heatmap:
      [.switchHeatmap, .switchRange, .compareMore, .addSelected, .removeText, .focusNext, .back] + choices
        + always
    case .list: [.accept, .back, .toggle, .switchSide] + choices + always
    case .field: [.accept, .back, .switchSide] + choices + always
    case .page: [.accept, .back] + always
    }
  }
}
