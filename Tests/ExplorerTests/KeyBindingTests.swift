import Screen
import Testing

@testable import Explorer

/// The user's own keys.
struct KeyBindingTests {
  @Test func keysAreReadInEveryNotation() throws {
    let bindings = try KeyBindings(
      named: [
        "pooling.choose": ["ctrl+o", "<F3>"], "metric.choose": ["^T"], "zoom": [],
      ].filter { $0.key != "zoom" })
    #expect(bindings.keys(for: .choosePooling) == [KeyPress("o", .control), KeyPress(.function(3))])
    #expect(bindings.keys(for: .chooseMetric) == [KeyPress("t", .control)])
    #expect(bindings.keys(for: .chooseModel) == [KeyPress(.function(5))])
  }

  @Test func noKeysMeansThePaletteAlone() throws {
    let bindings = try KeyBindings(named: ["pooling.choose": []])
    #expect(bindings.label(for: .choosePooling) == nil)
    #expect(bindings.action(for: KeyPress(.function(3)), in: .query) == nil)
  }

  static let faults: [(named: [String: [String]], expected: String)] = [
    (
      ["poolin.choose": ["f3"]],
      "keybindings: no action is called 'poolin.choose'; did you mean 'pooling.choose'?"
        + "; F1 lists the actions, and the README their ids"
    ),
    (
      ["pooling.choose": ["ctrl+entr"]],
      "keybindings, pooling.choose: no key is called 'ctrl+entr' (did you mean 'Enter'?)"
        + "; write a character or a name such as ctrl+p, alt+x, f2, shift+tab"
    ),
    (
      ["pooling.choose": ["f4"], "metric.choose": ["f4"]],
      "keybindings: F4 is given to both 'pooling.choose' and 'metric.choose' in the query; choose another key for one"
    ),
    (
      ["quit": []],
      "keybindings: 'quit' would have no key where the query is typed; give it one that writes no letter"
    ),
    (
      ["palette.open": ["p"]],
      "keybindings: 'palette.open' would have no key where the query is typed; give it one that writes no letter"
    ),
  ]

  @Test(arguments: faults)
  func faultsSayWhatIsWrongAndWhatIsMeant(fault: (named: [String: [String]], expected: String)) {
    let error = #expect(throws: ExplorerError.self) { try KeyBindings(named: fault.named) }
    #expect(error?.description == fault.expected)
  }

  @Test func allFaultsAreReportedAtOnce() {
    let error = #expect(throws: ExplorerError.self) {
      try KeyBindings(named: ["nothing": ["f3"], "pooling.choose": ["f99"], "metric.choose": [""]])
    }
    #expect(error?.description.split(separator: "\n").count == 3)
  }

  @Test func oneKeyServesTwoActionsInDifferentPlaces() throws {
    let bindings = try KeyBindings(named: ["heatmap.texts": ["enter"], "popup.accept": ["enter"]])
    #expect(bindings.action(for: KeyPress(.enter), in: .view(.heatmap)) == .switchHeatmap)
    #expect(bindings.action(for: KeyPress(.enter), in: .list) == .accept)
  }

  @Test func aChosenKeyIsTakenFromTheActionThatHadIt() throws {
    let bindings = try KeyBindings(
      named: ["zoom": ["ctrl+r"]].reduce(into: [:]) { $0["view.\($1.key)"] = $1.value })
    #expect(bindings.action(for: KeyPress("r", .control), in: .query) == .zoom)
    #expect(bindings.action(for: KeyPress("r", .control), in: .field) == .openHistory)
    #expect(
      bindings.label(for: .openHistory, in: .query) == nil, "a hint shows no key that does something else")
    #expect(bindings.displaced == [.init(key: KeyPress("r", .control), action: .openHistory, taker: .zoom)])
    #expect(KeyBindings().displaced.isEmpty)
  }

  @Test func hintsPaletteAndHelpShowTheConfiguredKey() throws {
    let session = Session()
    session.state.bindings = try KeyBindings(named: ["pooling.choose": ["alt+k"], "view.zoom": ["f12"]])
    #expect(session.frame.rowText(23).contains("Alt-K Pool"))
    try session.keys("<C-p>choose the pooling")
    #expect(session.frame.text.contains("Alt-K"))
    try session.keys("<Esc><F1>choose the pooling")
    #expect(session.frame.text.contains("Alt-K"))
    try session.keys("<Esc><A-k>")
    #expect(session.state.popup?.opener == .choosePooling)
  }

  @Test func everyDefaultKeyCanBeWrittenAsItIsShown() throws {
    for action in Action.allCases {
      for key in action.defaultKeys {
        #expect(try KeyPress(named: key.label) == key, "\(action): \(key.label)")
        #expect(try KeyPress(named: key.notation) == key, "\(action): \(key.notation)")
      }
    }
  }
}
