import Foundation
import TestSupport
import Testing

/// The program in a real terminal.
struct SmokeTests {
  private let vecscope: CommandRun

  init() throws { vecscope = try CommandRun() }

  private func inTerminal(_ body: (Tmux) async throws -> Void) async throws {
    let tmux = try await Tmux(
      columns: 80, rows: 24, environment: vecscope.environment, folder: vecscope.folder)
    do {
      try await body(tmux)
    } catch {
      try await tmux.close()
      throw error
    }
    try await tmux.close()
  }

  private func shell(_ command: String, _ tmux: Tmux) async throws {
    try await tmux.type(command)
    try await tmux.press("Enter")
  }

  private func settings(_ name: String) throws -> String {
    String(decoding: try CommandRun.bytes(of: "\(vecscope.workFolder)/\(name)"), as: UTF8.self)
  }

  @Test func aSessionStartsShowsResizesAndLeavesTheShellAsItWas() async throws {
    let corpus = try vecscope.write(
      "Refunds are paid within five days\nWe sat on the river bank\nA dog barked all night\n她在河边散步\n",
      to: "texts.txt")
    let model = try CommandRun.model()
    try await inTerminal { tmux in
      try await shell("stty -a > before; clear", tmux)
      try await shell("'\(CommandRun.program)' --model '\(model)' --corpus '\(corpus)'; echo left $?", tmux)
      try await tmux.wait(for: "the first screen") { $0.contains("4 texts") || $0.contains("type to see") }
      try await tmux.type("river 河边")
      var screen = try await tmux.wait(for: "neighbours") { screen in
        screen.contains("Q▸ river 河边") && screen.contains("We sat on the river bank")
          && screen.contains("tok")
      }
      #expect(screen.contains("她在河边散步"))
      #expect(screen.split(separator: "\n", omittingEmptySubsequences: false).count >= 24)

      try await tmux.resize(columns: 100, rows: 30)
      screen = try await tmux.wait(for: "two panes") { $0.contains("┐┌") && $0.contains("Heatmap") }
      #expect(screen.contains("Q▸ river 河边"))

      try await tmux.press("F3")
      try await tmux.wait(for: "the list of poolings") { $0.contains("weightedmean") }
      try await tmux.press("Down")
      try await tmux.wait(for: "the preview") { $0.contains("pooling cls") }
      try await tmux.press("Escape")
      try await tmux.wait(for: "the declared pooling") { screen in
        !screen.contains("weightedmean") && screen.contains("pooling mean")
      }
      try await tmux.press("C-q")
      screen = try await tmux.wait(for: "the shell") { $0.contains("left 0") }
      #expect(!screen.contains("Neighbours"), "the shell's own screen is back")
      #expect(try await tmux.modes() == "1 0 0\n")

      try await shell("stty -a > after; clear; echo writ''ten", tmux)
      try await tmux.wait(for: "the settings") { $0.contains("written") }
    }
    // The size is the one that the window was given.
    let before = try settings("before").replacing("rows 24; columns 80", with: "rows 30; columns 100")
    #expect(try settings("after") == before)
  }

  @Test func aTerminatedSessionLeavesTheShellAsItWas() async throws {
    let corpus = try vecscope.write("one\ntwo\n", to: "texts.txt")
    let model = try CommandRun.model()
    try await inTerminal { tmux in
      try await shell("stty -a > before; clear", tmux)
      try await shell(
        "sh -c 'echo $$ > process; exec \"$0\" --model \"$1\" --corpus \"$2\"' '\(CommandRun.program)' "
          + "'\(model)' '\(corpus)'; echo left $?", tmux)
      try await tmux.wait(for: "the first screen") { $0.contains("type to see") }
      let identifier = try #require(
        Int32(try settings("process").trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(kill(identifier, SIGTERM) == 0)
      try await tmux.wait(for: "the shell") { $0.contains("left 143") }
      #expect(try await tmux.modes() == "1 0 0\n")
      try await shell("stty -a > after; clear; echo writ''ten", tmux)
      try await tmux.wait(for: "the settings") { $0.contains("written") }
    }
    #expect(try settings("after") == settings("before"))
  }

  @Test func aThemeFollowsTheBackgroundAndItsFile() async throws {
    let corpus = try vecscope.write("one\ntwo\n", to: "texts.txt")
    let model = try CommandRun.model()
    func theme(_ color: Int) throws {
      _ = try vecscope.folder.write(
        "inherits = \"light\"\n[palette]\nground = { rgb = \"#ffffff\", 256 = \(color) }\n",
        to: "config/vecscope/themes/paper.toml")
    }
    try theme(230)
    _ = try vecscope.folder.write(
      "[auto]\ndark = \"dark\"\nlight = \"paper\"\n", to: "config/vecscope/themes/sun.toml")
    try await inTerminal { tmux in
      try await tmux.setBackground("#fdf6e3")
      let start = "'\(CommandRun.program)' --model '\(model)' --corpus '\(corpus)' --theme"
      try await shell("\(start) sun; echo left $?", tmux)
      try await tmux.waitForColors(of: "the light theme") { $0.contains("48;5;230m") }
      try await tmux.type("abc")
      try await tmux.wait(for: "the keys, and nothing of the answer") { screen in
        screen.contains("Q▸ abc ") && !screen.contains("rgb:")
      }
      try await tmux.press("C-q")
      try await tmux.wait(for: "the shell") { $0.contains("left 0") }
      try await shell("clear; \(start) paper; echo left $?", tmux)
      try await tmux.waitForColors(of: "the theme") { $0.contains("48;5;230m") }
      try theme(195)
      try await tmux.waitForColors(of: "the changed theme") { $0.contains("48;5;195m") }
      try await tmux.press("C-q")
      try await tmux.wait(for: "the shell") { $0.contains("left 0") }
    }
  }

  @Test func binaryIsNotWrittenToATerminal() async throws {
    let model = try CommandRun.model()
    try await inTerminal { tmux in
      try await shell(
        "clear; echo one | '\(CommandRun.program)' encode --model '\(model)' --format npy; echo left $?", tmux
      )
      let screen = try await tmux.wait(for: "the refusal") { $0.contains("left 64") }
      #expect(screen.contains("npy is binary and standard output is a terminal"))
    }
  }
}
