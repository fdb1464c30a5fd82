import Screen

/// The actions as a list that is searched by typing: the palette, and the help with its notes.
struct ActionPopup: Equatable, Sendable {
  enum Entry: Equatable, Sendable {
    case action(Action)
    case view(View)
    /// Something to read.
    case note
  }

  var list: PopupList
  var entries: [Entry]
}

extension State {
  /// Every action, those that can be done now first.
  mutating func openPalette() {
    if case .palette = popup {
      popup?.list?.selectNext()
      return
    }
    let place = place
    closePopup(keeping: false)
    let entries = Action.allCases.filter { $0 != .palette }.map { ActionPopup.Entry.action($0) }
    popup = .palette(
      ActionPopup(
        list: PopupList(
          title: "Command palette", items: entries.map { item($0, place) }, sortsDisabledLast: true,
          selected: 0),
        entries: entries))
  }

  /// Every action with its help, the views, and how to read the marks.
  mutating func openHelp() {
    if case .help = popup {
      popup?.list?.selectNext()
      return
    }
    let place = place
    closePopup(keeping: false)
    let ranked = Action.allCases.filter { $0.row.places.contains(place) }
    let others = Action.allCases.filter { !$0.row.places.contains(place) }
    let actions = (ranked + others).map { ActionPopup.Entry.action($0) }
    let views = View.allCases.map { ActionPopup.Entry.view($0) }
    let items =
      (actions + views).map { entry in
        var item = item(entry, place)
        item.title += ": " + item.help
        return item
      } + HelpNote.everything.map { PopupItem($0) }
    let notes = HelpNote.everything.map { _ in ActionPopup.Entry.note }
    popup = .help(
      ActionPopup(
        list: PopupList(title: "Help · type to search, Enter runs", items: items, selected: 0),
        entries: actions + views + notes))
  }

  private func item(_ entry: ActionPopup.Entry, _ place: Action.Place) -> PopupItem {
    switch entry {
    case .action(let action):
      PopupItem(
        action.name, key: bindings.label(for: action) ?? "", help: action.help,
        disabledReason: action.unavailable(self))
    case .view(let view):
      PopupItem(view.title, help: view.help, isCurrent: shows(view))
    case .note: PopupItem("")
    }
  }

  /// Enter: runs the selected action as if its key had been pressed before the popup opened.
  mutating func runSelectedAction(_ popup: ActionPopup) -> [Effect] {
    guard let index = popup.list.selectedIndex else { return [] }
    switch popup.entries[index] {
    case .note: return []
    case .view(let view):
      self.popup = nil
      show(view)
      return []
    case .action(let action):
      // The reason is asked for again: what was so when the popup opened may have changed.
      self.popup = nil
      return run(action)
    }
  }
}

/// What the help explains besides actions.
enum HelpNote {
  /// The notes of the explorer and those of the views, which say of which they are.
  static let everything =
    all + View.allCases.flatMap { view in view.content.notes.map { "\(view.title): \($0)" } }

  static let all =
    EditingKeys.all.map { "In a line, \($0.keys): \($0.help)" } + [
      "Mark * or (overridden): you chose the value",
      "Mark ? or (assumed): no file says it; the library's default is used",
      "Mark + or (table): from the built-in table of known models",
      "Dimmed results: of an earlier query or recipe; newer ones are coming",
      "Score: higher is nearer; distances are shown as distances",
      "Margin: how far the first text is before the second",
      "Percentile p99: of 100 random pairs of texts 99 score lower",
      "Mark ≈2: says nearly the same as rank 2; mark ◎: a hub, near to everything",
      "Against side B: ↑3 is three ranks higher here, ↓1 one lower, = same, new",
      "Line lost: a text among side B's first ten and not among the first here",
      "Underlined words of a result: those by which it matches; bold is the best",
      "Token row: dim was added, [UNK] is unknown, struck through was cut off",
      "Mouse: a click goes there, a second one opens; Shift selects text as ever",
    ]
}

/// The keys of a line of text, which Screen's `TextField` carries out.
enum EditingKeys {
  static let all: [(keys: String, help: String)] = [
    ("←→, Ctrl-←→ or Alt-B Alt-F", "move by a character or a word"),
    ("Home End or ^A ^E", "go to the start or the end"),
    ("Backspace, Delete", "delete a character"),
    ("^W, Alt-Backspace, Alt-D", "delete a word"),
    ("^U, ^K", "delete to the start or to the end"),
    ("^Y", "bring back what was deleted last"),
  ]
}
