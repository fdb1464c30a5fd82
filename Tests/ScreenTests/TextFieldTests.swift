import Screen
import TestSupport
import Testing

struct TextFieldTests {
  /// A field from a text with `|` at the caret.
  private static func field(_ marked: String) -> TextField {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    var field = TextField(parts.joined())
    field.moveCaret(to: parts[0].count)
    return field
  }

  private static func marked(_ field: TextField) -> String {
    field.textBeforeCaret + "|" + field.textBehindCaret
  }

  @Test(arguments: [
    ("ab|", "c", "abc|"), ("a|b", "é", "aé|b"), ("|", "字", "字|"), ("ab|c", "<BS>", "a|c"),
    ("|a", "<BS>", "|a"),
    ("a|b", "<Del>", "a|"), ("a|", "<Del>", "a|"), ("a|b", "<C-d>", "a|"), ("ab|", "<Left>", "a|b"),
    ("|ab", "<Left>", "|ab"), ("|ab", "<Right>", "a|b"), ("a👩‍💻|b", "<Left>", "a|👩‍💻b"),
    ("a👩‍💻|b", "<BS>", "a|b"), ("e\u{301}|", "<BS>", "|"), ("one two|", "<A-b>", "one |two"),
    ("one, two |x", "<C-Left>", "one, |two x"), ("|one two", "<A-f>", "one| two"),
    ("one| two", "<C-Right>", "one two|"), ("a|b", "<Home>", "|ab"), ("a|b", "<C-a>", "|ab"),
    ("a|b", "<End>", "ab|"), ("a|b", "<C-e>", "ab|"), ("to be-or|", "<C-w>", "to |"),
    ("to be-or|", "<A-BS>", "to be-|"), ("to be  |x", "<C-w>", "to |x"), ("ab|cd", "<C-u>", "|cd"),
    ("ab|cd", "<C-k>", "ab|"), ("a| bc d", "<A-d>", "a| d"), ("ab|cd", "<C-k><Home><C-y>", "cd|ab"),
    ("one two|", "<C-w><C-w><C-y>", "one two|"), ("one two|", "<C-w><Left><C-w><End><C-y>", " one|"),
    ("a b| c", "<C-w><C-k><C-y>", "a b c|"), ("字字|", "<C-w>", "|"), ("x|", "<C-y>", "x|"),
  ])
  func aKeyEditsTheLine(before: String, keys: String, after: String) throws {
    var field = Self.field(before)
    for item in try KeyNotation.parse(keys) {
      guard case .input(.key(let press)) = item else { continue }
      let isHandled = field.apply(press)
      #expect(isHandled, "\(press.notation)")
    }
    #expect(Self.marked(field) == after)
  }

  @Test(arguments: ["<Up>", "<Enter>", "<Esc>", "<Tab>", "<F3>", "<C-p>", "<A-x>", "<PgDn>"])
  func otherKeysAreLeftToOthers(notation: String) throws {
    var field = Self.field("a|b")
    let isHandled = field.apply(try KeyPress(notation: notation))
    #expect(!isHandled)
    #expect(Self.marked(field) == "a|b")
  }

  @Test func scalarsTypedOneByOneBecomeOneCluster() {
    var field = TextField()
    for scalar in "e\u{301}🇩🇪👩‍💻".unicodeScalars { _ = field.apply(KeyPress(Character(scalar))) }
    #expect(field.caret == 3)
    _ = field.apply(KeyPress(.left))
    #expect(field.textBeforeCaret == "e\u{301}🇩🇪")
  }

  @Test func theCaretNeverStandsInsideOfACluster() {
    var field = Self.field("🇩|x🇪")
    _ = field.apply(KeyPress(.delete))
    #expect(field.caret == 1)
    #expect(field.textBehindCaret.isEmpty)
  }

  @Test func aPasteIsOneEditOnOneLine() {
    var field = Self.field("a|b")
    field.insert("1\r\n2\n3")
    #expect(Self.marked(field) == "a1 2 3|b")
  }

  @Test(arguments: 1...12)
  func theCaretIsAlwaysShown(columns: Int) {
    let text = "ab字字c👩‍💻d字 efg字字h"
    for caret in 0...text.count {
      var field = TextField(text)
      field.moveCaret(to: caret)
      let window = field.window(columns: columns)
      #expect(window.text.columns <= columns)
      #expect(window.caretColumn >= 0 && window.caretColumn < columns)
      #expect(text.contains(window.text))
      #expect(window.isCutAtStart == !text.hasPrefix(window.text) || window.text.isEmpty)
    }
  }

  @Test func aTextThatFitsDoesNotScroll() {
    var field = TextField("hello")
    let window = field.window(columns: 6)
    #expect(window.text == "hello" && window.caretColumn == 5 && !window.isCutAtStart && !window.isCutAtEnd)
    field.moveCaret(to: 0)
    #expect(field.window(columns: 5).text == "hello")
  }

  @Test func drawingPutsTheHardwareCursorAtTheCaret() {
    var frame = Frame(size: Size(columns: 10, rows: 1))
    var field = TextField("字字字字字字x")
    field.draw(into: &frame, Rect(column: 2, row: 0, columns: 6, rows: 1))
    #expect(frame.text == "|  ‹ 字x   |")
    #expect(frame.cursor == Point(column: 7, row: 0))
    field.replace(with: "")
    field.draw(into: &frame, Rect(column: 2, row: 0, columns: 6, rows: 1), placeholder: "type here")
    #expect(frame.text == "|  type h  |")
    #expect(frame.cursor == Point(column: 2, row: 0))
  }

  @Test func aLongTextCostsNoMoreThanItsRow() {
    var field = TextField(String(repeating: "word ", count: 200_000))
    for _ in 0..<2000 {
      _ = field.apply(KeyPress("x"))
      #expect(field.window(columns: 80).caretColumn == 79)
    }
  }
}
