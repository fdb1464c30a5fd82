import Screen

/// The last line: the keys that matter where the focus is, from the action table.
struct HintView {
  /// A hint as it stands in the line.
  struct Hint {
    var action: Action
    var key: String
    var name: String
    var isDisabled: Bool

    var columns: Int { key.columns + 1 + name.columns }
  }

  private var hints: [Hint]
  private var gap = 2
  private let room: Int

  init(_ state: State, columns: Int) {
    let place = state.place
    hints = Action.hints(in: place).compactMap { action in
      state.bindings.label(for: action, in: place).map { key in
        Hint(
          action: action, key: key, name: Self.name(action, state),
          isDisabled: action.unavailable(state) != nil)
      }
    }
    // What is for other popups than this one would only be in the way.
    if state.popup != nil { hints.removeAll(where: \.isDisabled) }
    room = columns - 2
    fit()
  }

  /// Shortens names, then gaps, before hints go; the last two, palette and help, lead to all the others.
  private mutating func fit() {
    if columns > room {
      for index in hints.indices {
        hints[index].name = Self.briefNames[hints[index].action] ?? hints[index].name
      }
    }
    if columns > room { gap = 1 }
    while hints.count > 2, columns > room { hints.remove(at: hints.count - 3) }
  }

  private var columns: Int { hints.reduce(-gap) { $0 + $1.columns + gap } }

  func draw(into frame: inout Frame, _ rect: Rect) {
    var line = StyledLine()
    for (index, hint) in hints.enumerated() {
      if index > 0 { line.add(String(repeating: " ", count: gap), Style(.hintText)) }
      line.add(hint.key, Style(hint.isDisabled ? .hintDisabled : .hintKey))
      line.add(" " + hint.name, Style(hint.isDisabled ? .hintDisabled : .hintText))
    }
    line.draw(into: &frame, at: Point(column: rect.left + 1, row: rect.top), width: room)
  }

  /// Where the hints stand.
  func spots(_ rect: Rect) -> [(rect: Rect, nameColumns: Int, action: Action)] {
    var column = rect.left + 1
    return hints.map { hint in
      defer { column += hint.columns + gap }
      let rect = Rect(column: column, row: rect.top, columns: hint.columns, rows: 1)
      return (rect, hint.name.columns, hint.action)
    }
  }

  /// What Enter does depends on the popup.
  private static func name(_ action: Action, _ state: State) -> String {
    action == .accept ? state.popup?.deed ?? action.row.short : action.row.short
  }

  /// Names for where there is no room for those of the table: nine hints fit 80 columns.
  private static let briefNames: [Action: String] = [
    .chooseInstruction: "Prompt", .choosePooling: "Pool",
  ]
}

extension Action {
  /// The actions that the hint line shows, the most useful first; the last two always.
  static func hints(in place: Place) -> [Action] {
    let choices: [Action] = [
      .chooseInstruction, .choosePooling, .chooseMetric, .chooseModel, .chooseView, .chooseDimensions,
      .freeze,
    ]
    let always: [Action] = [.palette, .help]
    let hints: [Action]
    switch place {
    case .query: hints = choices + [.focusNext, .jump, .undo] + always
    case .view(let view):
      let ofText: [Action] = [.addSelected, .copyText, .openEditor, .exportView]
      let own = view.content.hints
      hints = own + [.focusNext, .back] + ofText.filter { !own.contains($0) } + choices + always
    case .list: hints = [.accept, .back, .toggle, .switchSide] + choices + always
    case .field: hints = [.accept, .back, .switchSide] + choices + always
    case .page: hints = [.accept, .back] + always
    }
    return hints.filter { $0.row.places.contains(place) }
  }
}
