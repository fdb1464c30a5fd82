import Screen
import Testing

/// Names of keys in key maps.
struct KeyNameTests {
  static let names: [(String, KeyPress)] = [
    ("ctrl+p", KeyPress("p", .control)), ("Ctrl-P", KeyPress("p", .control)),
    ("C-p", KeyPress("p", .control)), ("^P", KeyPress("p", .control)), ("^p", KeyPress("p", .control)),
    ("<C-p>", KeyPress("p", .control)), ("control+p", KeyPress("p", .control)),
    ("f2", KeyPress(.function(2))), ("F12", KeyPress(.function(12))), ("<F2>", KeyPress(.function(2))),
    ("alt+x", KeyPress("x", .alt)), ("M-x", KeyPress("x", .alt)), ("Alt-X", KeyPress("x", .alt)),
    ("ctrl+alt+x", KeyPress("x", [.control, .alt])), ("shift+tab", KeyPress(.tab, .shift)),
    ("S-Tab", KeyPress(.tab, .shift)), ("enter", KeyPress(.enter)), ("return", KeyPress(.enter)),
    ("space", KeyPress(" ")), ("ctrl+space", KeyPress(" ", .control)), ("pgdn", KeyPress(.pageDown)),
    ("pagedown", KeyPress(.pageDown)), ("ctrl+home", KeyPress(.home, .control)), ("↑", KeyPress(.up)),
    ("ctrl+left", KeyPress(.left, .control)), ("x", KeyPress("x")), ("X", KeyPress("X")),
    ("shift+x", KeyPress("X")), ("?", KeyPress("?")), ("<", KeyPress("<")), ("<<", KeyPress("<")),
    ("^", KeyPress("^")), ("+", KeyPress("+")), ("-", KeyPress("-")), ("ctrl++", KeyPress("+", .control)),
    ("ctrl+-", KeyPress("-", .control)), ("ctrl+/", KeyPress("_", .control)), ("^_", KeyPress("_", .control)),
    ("ctrl+i", KeyPress(.tab)), ("é", KeyPress("é")), ("汉", KeyPress("汉")), ("c", KeyPress("c")),
    ("esc", KeyPress(.escape)), ("del", KeyPress(.delete)), ("alt+enter", KeyPress(.enter, .alt)),
  ]

  @Test(arguments: names)
  func aKeyIsReadAsPeopleWriteIt(name: String, expected: KeyPress) throws {
    #expect(try KeyPress(named: name) == expected)
  }

  @Test(arguments: [
    "", "ctrl", "ctrl+", "f99", "pp", "ctrl+pp", "hyper+x", "\u{1B}", "<C-", "<Click:1,2>", "\n",
  ])
  func anythingElseIsAFaultThatNamesIt(name: String) {
    let error = #expect(throws: ScreenError.self) { try KeyPress(named: name) }
    #expect(error?.description.isEmpty == false)
  }

  @Test func theNearestNameIsOffered() {
    let error = #expect(throws: ScreenError.self) { try KeyPress(named: "escp") }
    #expect(error == .unknownKeyName(text: "escp", closest: "Esc"))
  }

  @Test func aLongNameCostsNothing() {
    #expect(throws: ScreenError.self) { try KeyPress(named: String(repeating: "ctrl+", count: 1 << 20)) }
  }
}
