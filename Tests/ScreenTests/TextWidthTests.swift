import Testing

@testable import Screen

struct TextWidthTests {
  @Test(arguments: [
    ("a", 1), ("é", 1), ("e\u{301}", 1), ("字", 2), ("ｱ", 1), ("Ａ", 2), ("한", 2),
    ("\u{1112}\u{1161}\u{11AB}", 2),  // Hangul of three jamo
    ("ｶﾞ", 2), ("が", 2), ("か\u{3099}", 2), ("😀", 2), ("👍🏽", 2), ("👩‍💻", 2),
    ("👨‍👩‍👧‍👦", 2), ("🏳️‍🌈", 2), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2), ("🇩🇪", 2), ("🇩", 1), ("❤", 1), ("❤️", 2), ("☎︎", 1),
    ("1️⃣", 2), ("⌚", 2), ("©", 1), ("©️", 2), ("🫠", 2), ("🪿", 2), ("🫨", 2), ("ก", 1), ("กำ", 2), ("ที่", 1),
    ("क", 1), ("क्ष", 2), ("کتاب", 4), ("שׁ", 1), ("…", 1), ("─", 1), ("█", 1), ("·", 1), ("※", 1),
    ("𠀀", 2), ("𱍐", 2), ("䷀", 2), ("〈", 2), ("￠", 2), ("\u{E000}", 1),
    ("\u{0}", 1), ("\u{1B}", 1), ("\t", 1), ("\r\n", 1), ("\u{7F}", 1), ("\u{9B}", 1), ("\u{200B}", 1),
    ("\u{202E}", 1), ("\u{FEFF}", 1), ("\u{AD}", 1), ("\u{301}", 1), ("\u{2028}", 1), ("", 0),
  ])
  func aTextTakesItsColumns(text: String, columns: Int) {
    #expect(text.columns == columns, "\(text.unicodeScalars.map { String($0.value, radix: 16) })")
  }

  @Test(arguments: [
    ("a\u{1B}[31mb", "a␛[31mb"), ("\u{9B}2J", "\u{FFFD}2J"), ("x\ty\r\nz\n", "x␉y␊z␊"), ("\u{7F}", "␡"),
    ("\u{202E}evil\u{2066}", "·evil·"), ("a\u{200B}b", "a·b"), ("\u{301}x", "◌\u{301}x"),
    ("\u{200D}", "·"), ("नमस्ते", "नमस्ते"), ("👩‍💻", "👩‍💻"),
  ])
  func whatCommandsATerminalIsShownInstead(text: String, visible: String) {
    #expect(TextWidth.visible(text) == visible)
  }

  @Test func noScalarReachesTheTerminalAsACommand() {
    for value in (UInt32(0)...0x10FFFF)
    where value % 7 == 0 || value < 0x3000 || (0xE0000...0xE0200).contains(value) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let visible = TextWidth.visible(String(Character(scalar)))
      let width = TextWidth.columns(of: Character(scalar))
      #expect(width == 1 || width == 2, "U+\(String(value, radix: 16))")
      let isSafe = visible.unicodeScalars.allSatisfy {
        $0.properties.generalCategory != .control && !$0.properties.isBidiControl
      }
      #expect(isSafe, "U+\(String(value, radix: 16))")
    }
  }

  @Test func whatNeedsNoLookUpIsAsWideAsTheLookUpSays() {
    for value in UInt32(0x3000)...0xD7FF {
      guard let scalar = Unicode.Scalar(value), TextWidth.isPlainWide(Character(scalar)) else { continue }
      // A code point that is not assigned yet will be an ideograph like its neighbours.
      #expect(TextWidth.width(of: scalar) == 2, "\(String(value, radix: 16))")
      #expect(scalar.properties.generalCategory != .nonspacingMark)
    }
    #expect(TextWidth.isPlainWide("字") && TextWidth.isPlainWide("한") && TextWidth.isPlainWide("か"))
    #expect(!TextWidth.isPlainWide("か\u{3099}\u{20DD}"), "marks need a look-up")
  }

  @Test func stackedMarksEndSomewhere() {
    let text = "a" + String(repeating: "\u{301}", count: 10_000)
    #expect(TextWidth.visible(text).unicodeScalars.count < 30)
    #expect(text.columns == 1)
  }

  @Test(arguments: [
    ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"), ("hello", 0, ""), ("字字字", 5, "字字…"),
    ("字字字", 4, "字…"), ("字", 1, "…"), ("", 3, ""), ("👩‍💻👩‍💻", 3, "👩‍💻…"),
  ])
  func aLongTextEndsInAnEllipsis(text: String, columns: Int, expected: String) {
    #expect(text.truncated(to: columns) == expected)
    #expect(text.truncated(to: columns).columns <= columns)
  }

  @Test(arguments: [("hello", 5, "hello"), ("hello", 4, "…llo"), ("字字字", 4, "…字"), ("hello", 0, "")])
  func aLongTextCanLoseItsStart(text: String, columns: Int, expected: String) {
    #expect(text.truncatedAtStart(to: columns) == expected)
  }

  @Test func paddingGivesExactlyTheColumns() {
    #expect("ab".padded(to: 5) == "ab   ")
    #expect("ab".padded(to: 5, alignment: .right) == "   ab")
    #expect("ab".padded(to: 5, alignment: .center) == " ab  ")
    #expect("字字字".padded(to: 4) == "字… ")
    for columns in 0..<12 { #expect("x字👩‍💻éz字".padded(to: columns).columns == columns) }
  }

  @Test(arguments: [
    ("one two three", 7, ["one two", "three"]), ("one two three", 3, ["one", "two", "thr", "ee"]),
    ("a\nb\n\nc", 5, ["a", "b", "", "c"]), ("字字字字", 4, ["字字", "字字"]), ("字字字", 5, ["字字", "字"]),
    ("to 字字字", 5, ["to 字", "字字"]), ("", 4, [""]), ("x", 0, []), ("字", 1, ["字"]),
  ])
  func textIsWrappedAtSpaces(text: String, columns: Int, lines: [String]) {
    #expect(text.wrapped(to: columns) == lines)
  }

  @Test func wrappingStopsAtItsLimit() {
    #expect(
      String(repeating: "word ", count: 100_000).wrapped(to: 9, limit: 2) == ["word word", "word word"])
  }

  @Test func whiteSpaceBecomesOneLine() {
    #expect(" a\t b\r\n\nc ".onOneLine == "a b c")
  }
}
