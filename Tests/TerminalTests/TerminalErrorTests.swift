import Terminal
import Testing

struct TerminalErrorTests {
  @Test(arguments: [
    (TerminalError.notATerminal(stream: "standard input"), "standard input is not a terminal", false),
    (.unnamed, "TERM is not set", true),
    (.unsuitable(name: "dumb"), "TERM=dumb cannot move its cursor", true),
    (.unknown(name: "x"), "TERM=x is not in the terminfo database", true),
    (.noDatabase(name: "x"), "no terminfo database was found for TERM=x", false),
    (.noUTF8, "no UTF-8 locale is installed", false),
    (.cannotOpen(name: "x"), "curses cannot open", false),
    (.noPipe(code: 24), "no pipe can be made (error 24)", false),
    (.cannotRun(program: "ed", code: 2), "ed cannot be started (error 2)", false),
  ])
  func everyErrorSaysWhatToDo(error: TerminalError, beginning: String, isPlain: Bool) {
    #expect(error.description.hasPrefix(beginning))
    #expect(error.description.contains("use --plain") || error.description.contains("try again"))
    #expect(error.isPlainTerminal == isPlain)
  }

  @Test func withoutATerminalTheSessionSaysSo() {
    #expect(throws: TerminalError.self) {
      _ = try TerminalSession(TerminalOptions(environment: ["TERM": "dumb"]))
    }
  }
}
