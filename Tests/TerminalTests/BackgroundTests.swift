import Screen
import Testing

@testable import Terminal

/// The question for the terminal's background and its answers.
struct BackgroundTests {
  static let answers: [(String, RGB?)] = [
    ("]11;rgb:0000/0000/0000\u{7}", RGB(red: 0, green: 0, blue: 0)),
    ("]11;rgb:ffff/8080/0000\u{1B}\\", RGB(red: 255, green: 128, blue: 0)),
    ("]11;rgb:ff/80/0\u{7}", RGB(red: 255, green: 128, blue: 0)),
    ("]11;rgb:f/7/fff\u{7}", RGB(red: 255, green: 119, blue: 255)),
    ("]11;rgba:ffff/ffff/ffff/8000\u{7}", RGB(red: 255, green: 255, blue: 255)),
    ("]11;#fdf6e3\u{7}", RGB(red: 0xFD, green: 0xF6, blue: 0xE3)), ("]11;?\u{7}", nil), ("]11;\u{7}", nil),
    ("]11;rgb:ffff/ffff\u{7}", nil), ("]11;rgb:fffff/0/0\u{7}", nil), ("]11;rgb:0/0/0/0/0\u{7}", nil),
    ("]11;rgb:-1/0/0\u{7}", nil), ("]11;hsl:0/0/0\u{7}", nil), ("]12;rgb:0/0/0\u{7}", nil),
  ]

  @Test(arguments: answers)
  func anAnswerIsAColour(text: String, color: RGB?) {
    #expect(BackgroundReport(ArraySlice(text.utf8))?.color == color)
  }

  private func events(_ pieces: String..., asked: Bool = true) -> String {
    var decoder = InputDecoder()
    if asked { decoder.expectBackground() }
    let events = pieces.flatMap { decoder.feed($0.utf8) }
    return KeyNotation.text(events.map { .input($0) })
  }

  @Test func keysAroundAnAnswerStayKeys() {
    #expect(events("a\u{1B}]11;rgb:f/f/f\u{1B}\\b\u{1B}[?62;4cc") == "a<Background:#ffffff>bc")
    #expect(events("a\u{1B}]11;rgb:f", "/f/f", "\u{7}b") == "a<Background:#ffffff>b")
  }

  @Test func whoAnswersOnlyTheSecondQuestionDoesNotTell() {
    #expect(events("\u{1B}[?62;4c") == "<Background:none>")
    #expect(events("\u{1B}[?62;4c", asked: false) == "")
    #expect(events("\u{1B}[?1;2c\u{1B}]11;rgb:0/0/0\u{7}") == "<Background:none><Background:#000000>")
  }

  /// A slow line cuts an answer anywhere: its rest must not be typed.
  @Test func anAnswerInPiecesIsWaitedFor() {
    let answer = Array("\u{1B}]11;rgb:1e1e/1e1e/1e1e\u{1B}\\".utf8)
    for cut in 2..<answer.count {
      var decoder = InputDecoder()
      decoder.expectBackground()
      #expect(decoder.feed(answer[..<cut]) == [])
      #expect(decoder.flushDelayMilliseconds == BackgroundReport.patienceMilliseconds)
      #expect(decoder.feed(answer[cut...]) == [.background(RGB(red: 30, green: 30, blue: 30))])
      #expect(!decoder.awaitsBackground)
    }
  }

  @Test func anEscapeIsNotDelayedByTheQuestion() {
    var decoder = InputDecoder()
    decoder.expectBackground()
    #expect(decoder.feed([0x1B]) == [])
    #expect(decoder.flushDelayMilliseconds == 25)
    #expect(decoder.flush() == [.key(KeyPress(.escape))])
  }

  @Test func givingUpIsToldOnce() {
    var decoder = InputDecoder()
    #expect(decoder.giveUpBackground() == [])
    decoder.expectBackground()
    #expect(decoder.giveUpBackground() == [.background(nil)])
    #expect(decoder.giveUpBackground() == [])
  }

  @Test func consolesThatShowTheQuestionAreNotAsked() {
    for name in ["linux", "linux-16color", "vt100"] { #expect(!BackgroundReport.isUnderstood(by: name)) }
    for name in ["xterm-256color", "tmux-256color", "screen"] {
      #expect(BackgroundReport.isUnderstood(by: name))
    }
  }
}
