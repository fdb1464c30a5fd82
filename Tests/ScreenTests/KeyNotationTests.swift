import Screen
import TestSupport
import Testing

struct KeyNotationTests {
  @Test func aScriptIsReadFromLeftToRight() throws {
    let items = try KeyNotation.parse("a<<<C-p><Paste:x\\>y\\n><Wait><Resize:80x24><Click:10,4>é")
    #expect(
      items == [
        .input(.key(KeyPress("a"))), .input(.key(KeyPress("<"))), .input(.key(KeyPress("p", .control))),
        .input(.paste("x>y\n")), .wait, .input(.resize(Size(columns: 80, rows: 24))),
        .input(.mouse(MouseEvent(.press(.left), at: Point(column: 10, row: 4)))),
        .input(.key(KeyPress("é"))),
      ])
  }

  @Test(arguments: [
    ("<C-p>", KeyPress("p", .control)), ("<C-P>", KeyPress("p", .control)), ("<A-x>", KeyPress("x", .alt)),
    ("<A-X>", KeyPress("X", .alt)), ("<M-x>", KeyPress("x", .alt)), ("<S-Tab>", KeyPress(.tab, .shift)),
    ("<enter>", KeyPress(.enter)), ("<CR>", KeyPress(.enter)), ("<Esc>", KeyPress(.escape)),
    ("<PgDn>", KeyPress(.pageDown)), ("<BS>", KeyPress(.backspace)), ("<F12>", KeyPress(.function(12))),
    ("<C-S-Left>", KeyPress(.left, [.control, .shift])), ("<C-A-Del>", KeyPress(.delete, [.control, .alt])),
    ("<C-i>", KeyPress(.tab)), ("<C-m>", KeyPress(.enter)), ("<C-/>", KeyPress("_", .control)),
    ("<C-_>", KeyPress("_", .control)), ("<C-h>", KeyPress(.backspace)),
    ("<C-Space>", KeyPress(" ", .control)),
    ("<C->>", KeyPress(">", .control)), ("<A-->", KeyPress("-", .alt)), ("<A-lt>", KeyPress("<", .alt)),
    ("\n", KeyPress(.enter)), ("\t", KeyPress(.tab)), ("é", KeyPress("é")), ("<<", KeyPress("<")),
  ])
  func aKeyIsReadByItsName(notation: String, press: KeyPress) throws {
    #expect(try KeyPress(notation: notation) == press)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var random = SeededGenerator(seed: 7)
    let characters: [Character] = ["a", "<", ">", "Z", "é", "字", "👩‍💻", "\\", "-", " ", "🇩🇪", "ก"]
    let keys: [Key] =
      [
        .enter, .escape, .tab, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end, .pageUp,
        .pageDown, .function(1), .function(24),
      ] + characters.map { .character($0) }
    let kinds: [MouseEvent.Kind] =
      MouseButton.allCases.flatMap { [.press($0), .release($0), .drag($0)] } + [.scrollUp, .scrollDown]
    for _ in 0..<500 {
      let items = (0..<6).map { _ in
        Self.item(keys: keys, characters: characters, kinds: kinds, using: &random)
      }
      let text = KeyNotation.text(items)
      #expect(try KeyNotation.parse(text) == items, "\(text)")
    }
  }

  private static func item(
    keys: [Key], characters: [Character], kinds: [MouseEvent.Kind], using random: inout SeededGenerator
  ) -> ScriptItem {
    let modifiers = KeyModifiers(rawValue: UInt8.random(in: 0..<8, using: &random))
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .wait
    case 1:
      let text = String((0..<5).map { _ in characters[Int.random(in: 0..<characters.count, using: &random)] })
      return .input(.paste(text + "\n\t"))
    case 2: return .input(.resize(Size(columns: Int.random(in: 1...300, using: &random), rows: 24)))
    case 3:
      let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
      return .input(.mouse(MouseEvent(kind, at: Point(column: 3, row: 99), modifiers)))
    case 4: return .input(.focus(Bool.random(using: &random)))
    default:
      let key = keys[Int.random(in: 0..<keys.count, using: &random)]
      if case .character(let character) = key {
        return .input(.key(KeyPress(character: character, modifiers)))
      }
      return .input(.key(KeyPress(key, modifiers)))
    }
  }

  @Test(arguments: [
    (
      "ab<Entre>", ScreenError.unknownKey(name: "Entre", offset: 2, closest: "Enter"),
      "keys, character 3: no key is called '<Entre>' (did you mean '<Enter>'?); a literal '<' is written '<<'"
    ),
    (
      "x<C-p", .unterminatedKey(text: "C-p", offset: 1),
      "keys, character 2: '<C-p' has no closing '>'; a literal '<' is written '<<'"
    ),
    (
      "<Resize:0x24>", .invalidSize(text: "0x24", offset: 0),
      "keys, character 1: '0x24' is no size; write columns x rows, such as 80x24, up to 2000x1000"
    ),
    (
      "<Background:#fff>", .invalidColor(text: "#fff", offset: 0),
      "keys, character 1: '#fff' is no colour; write #rrggbb, or none for a terminal that does not tell"
    ),
    (
      "<Click:10>", .invalidPosition(text: "10", offset: 0),
      "keys, character 1: '10' is no position; write column,row from 0, such as 10,4"
    ),
    (
      "a\u{1B}[A", .controlCharacter(code: 27, offset: 1),
      "keys, character 2: a raw control character (code 27); write it by name, such as <Esc>"
    ),
  ])
  func aMistakeIsNamedWithItsPlace(text: String, error: ScreenError, message: String) {
    #expect(throws: error) { try KeyNotation.parse(text) }
    #expect(error.description == message)
  }

  @Test(arguments: [
    "<>", "<", "<<<", "<C->", "<Paste:", "<Paste:a\\>", "<Resize:9999999999999999999x2>", "<Resize:x>",
    "<Click:-1,3>",
  ])
  func aDamagedNameIsAnError(text: String) {
    #expect(throws: ScreenError.self) { try KeyNotation.parse(text) }
  }

  @Test func severalKeysAreNotOneKey() {
    #expect(throws: ScreenError.notOneKey(text: "ab")) { try KeyPress(notation: "ab") }
    #expect(throws: ScreenError.notOneKey(text: "")) { try KeyPress(notation: "") }
    #expect(throws: ScreenError.notOneKey(text: "<Wait>")) { try KeyPress(notation: "<Wait>") }
  }

  @Test func hintsShowKeysShortly() {
    #expect(KeyPress("p", .control).label == "^P")
    #expect(KeyPress("x", .alt).label == "Alt-X")
    #expect(KeyPress(.tab, .shift).label == "Shift-Tab")
    #expect(KeyPress(.up).label == "↑")
    #expect(KeyPress(.function(3)).label == "F3")
  }
}
