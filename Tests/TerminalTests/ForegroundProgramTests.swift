import Terminal
import Testing

/// Programs that have the terminal for a while.
struct ForegroundProgramTests {
  @Test(arguments: [("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", 143)] as [(String, Int32)])
  func theEndOfAProgramIsSaidAsShellsSayIt(script: String, expected: Int32) throws {
    #expect(try ForegroundProgram.run(["/bin/sh", "-c", script]) == expected)
  }

  @Test func argumentsArriveAsTheyAre() throws {
    let test = "[ \"$1\" = 'a b' ] && [ \"$2\" = '汉\"' ]"
    #expect(try ForegroundProgram.run(["sh", "-c", test, "sh", "a b", "汉\""]) == 0)
  }

  @Test func aProgramThatIsNotThereIsAnError() {
    #expect(throws: TerminalError.cannotRun(program: "/nowhere/editor", code: 2)) {
      try ForegroundProgram.run(["/nowhere/editor"])
    }
    #expect(throws: TerminalError.self) { try ForegroundProgram.run([]) }
  }
}
