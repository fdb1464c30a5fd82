import Screen
import Testing

@testable import Explorer

/// The action table and what it drives.
struct ActionTests {
  @Test(arguments: Action.allCases)
  func everyActionHasANameHelpAndAPlace(action: Action) {
    #expect(!action.name.isEmpty)
    #expect(!action.row.short.isEmpty)
    #expect(!action.help.isEmpty)
    #expect(!action.help.hasSuffix("."))
    #expect(!action.row.places.isEmpty)
    #expect(action.help.columns <= 76, "one line of a popup in 80 columns")
  }

  @Test func viewsAndNotesFitOneLineOfAPopup() {
    for text in View.allCases.map(\.help) + HelpNote.all { #expect(text.columns <= 74, "\(text)") }
  }

  @Test func namesAreUnique() {
    #expect(Set(Action.allCases.map(\.name)).count == Action.allCases.count)
  }

  @Test(arguments: Action.Place.allCases)
  func noKeyHasTwoActionsInOnePlace(place: Action.Place) {
    var owners: [KeyPress: Action] = [:]
    for action in Action.allCases where action.row.places.contains(place) {
      for key in action.defaultKeys {
        #expect(owners[key] == nil, "\(key.label) runs \(action) and \(String(describing: owners[key]))")
        owners[key] = action
      }
    }
  }

  @Test func editingKeysAreNoActionsWhereTextIsTyped() {
    for action in Action.allCases where !action.row.places.isDisjoint(with: [.query, .field]) {
      for key in action.defaultKeys where key.text == nil && key != KeyPress(.home) && key != KeyPress(.end) {
        var field = TextField("some text")
        let isEdit = field.apply(key)
        #expect(!isEdit, "\(key.label) edits and runs \(action)")
      }
    }
  }

  @Test func everyUnavailableActionSaysWhy() throws {
    let sessions = [Session.bare(), Session()]
    try sessions[1].keys("abc<Wait><F3>")
    for session in sessions {
      for action in Action.allCases {
        guard let reason = action.unavailable(session.state) else { continue }
        #expect(!reason.isEmpty)
        var state = session.state
        #expect(state.run(action) == [])
        #expect(state.notice?.text == "\(action.name): \(reason)")
      }
    }
  }

  @Test func hintsAreActionsOfTheirPlace() {
    for place in Action.Place.allCases {
      let hints = Action.hints(in: place)
      #expect(hints.suffix(2) == [.palette, .help])
      for action in hints { #expect(action.row.places.contains(place), "\(action) \(place.name)") }
    }
  }

  @Test func hintsShowTheConfiguredKey() throws {
    let session = Session()
    session.state.bindings = KeyBindings([.choosePooling: [KeyPress("o", .control)], .chooseMetric: []])
    #expect(session.frame.rowText(23).contains("^O Pool "))
    #expect(!session.frame.rowText(23).contains("Metric"))
    try session.keys("<F3>")
    #expect(session.state.popup == nil)
    try session.keys("<C-o>")
    #expect(session.state.popup != nil)
  }

  @Test func thePaletteFindsRunsAndShowsReasons() throws {
    let session = Session()
    try session.keys("<C-p>chpool<Enter>")
    guard case .recipe(let popup) = session.state.popup else {
      Issue.record("the palette did not open the pooling")
      return
    }
    #expect(popup.subject == .pooling)
    try session.keys("<Esc><C-p>remove every")
    #expect(session.frame.text.contains("unavailable: the list is empty"))
    try session.keys("<Enter>")
    #expect(session.state.notice?.text == "Remove every text from the list: the list is empty")
  }

  @Test func thePaletteAndHelpHaveEveryAction() throws {
    let session = Session()
    try session.keys("<C-p>")
    guard case .palette(let palette) = session.state.popup else {
      Issue.record("no palette")
      return
    }
    #expect(
      Set(palette.list.items.map(\.title)).isSuperset(
        of: Action.allCases.filter { $0 != .palette }.map(\.name)))
    try session.keys("<F1>")
    guard case .help(let help) = session.state.popup else {
      Issue.record("no help")
      return
    }
    for action in Action.allCases {
      #expect(help.list.items.contains { $0.title == "\(action.name): \(action.help)" })
    }
  }

  @Test func helpIsSearchedByTypingAndRuns() throws {
    let session = Session()
    try session.keys("<F1>next pane<Enter>")
    #expect(session.state.popup == nil)
    #expect(session.state.place == .view(.neighbours))
    try session.keys("?heatmap: how near<Enter>")
    #expect(session.state.place == .view(.heatmap))
  }

  @Test func actionsOutsideOfTheQueryHaveLetters() throws {
    let session = Session()
    try session.keys("abc<Wait><Tab>:")
    #expect(session.state.popup?.opener == .palette)
    try session.keys("<Esc>?")
    #expect(session.state.popup?.opener == .help)
  }

  @Test func theKeyTableListsEveryAction() throws {
    let table = keyTable()
    for action in Action.allCases { #expect(table.contains("(`\(action.rawValue)`)")) }
    try expectSnapshotOfKeys(table)
  }

  private func expectSnapshotOfKeys(_ table: String) throws {
    #expect(
      table.hasPrefix("| key | action | where | what it does |\n| --- | --- | --- | --- |\n| `F1` `?` |"))
    #expect(table.split(separator: "\n").allSatisfy { $0.hasPrefix("| ") && $0.hasSuffix(" |") })
  }
}
