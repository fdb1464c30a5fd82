import Foundation
import TestSupport
import Testing

/// `themes` and the choice of a theme, as processes.
struct ThemeCommandTests {
  private let vecscope: CommandRun

  init() throws { vecscope = try CommandRun() }

  private func theme(_ text: String, as name: String) throws -> String {
    try vecscope.folder.write(text, to: "config/vecscope/themes/\(name)")
  }

  @Test func theShippedThemesAreListedAndInOrder() async throws {
    let listed = try await vecscope("themes", "list")
    #expect(listed.status == 0)
    let names = listed.lines.compactMap { $0.split(separator: " ").first.map { String($0) } }
    let needed = ["terminal", "auto", "colour-blind", "dark", "high-contrast", "light", "mono"]
    #expect(needed.allSatisfy(names.contains), "\(names)")
    let checked = try await vecscope("themes", "check")
    #expect(checked.status == 0, "\(checked.text)")
    #expect(checked.lines.count == names.count)
    #expect(checked.lines.allSatisfy { $0.contains(": ok, ") })
  }

  @Test func whatIsWrongIsNamedWithFileAndLine() async throws {
    let path = try theme(
      "inherits = \"dark\"\n[palette]\nmuted = \"#3a3a3a\"\n[styles]\n\"text.mutet\" = \"#zzzzzz\"\n",
      as: "mine.toml")
    let checked = try await vecscope("themes", "check")
    #expect(checked.status == 1)
    #expect(checked.text.contains("\(path): line 5: nothing on the screen is called 'text.mutet'"))
    #expect(checked.text.contains("\(path): text.muted has a contrast of 1."))
    let alone = try await vecscope("themes", "check", "--json", path)
    #expect(alone.status == 1 && alone.lines.count == 1)
    #expect(alone.text.contains("\"line\":5"))
  }

  @Test func missingNamesAreAFailure() async throws {
    let path = try vecscope.write("[styles]\ntext = { attributes = [\"bold\"] }\n", to: "bare.toml")
    let checked = try await vecscope("themes", "check", path)
    #expect(checked.status == 1)
    #expect(checked.text.contains("missing: text.muted,"))
  }

  static let damaged: [(String, [UInt8])] = [
    ("a.toml", Array("[[[".utf8)), ("a.toml", Array("a = [}".utf8)), ("a.toml", [0xFF, 0xFE, 0x00]),
    ("a.toml", [UInt8](repeating: 0x0A, count: 1 << 17)), ("a.yaml", Array("- x".utf8)),
    ("a.json", Array("{".utf8)), ("a.json", Array(repeating: UInt8(ascii: "["), count: 60_000)),
  ]

  @Test(arguments: damaged)
  func aFileThatCannotBeReadIsBadData(name: String, bytes: [UInt8]) async throws {
    let path = try vecscope.write(bytes, to: name)
    let checked = try await vecscope("themes", "check", path)
    #expect(checked.status == 65)
    #expect(checked.text.hasPrefix("\(path): "), "\(checked.text)")
    let rendered = try await vecscope("render", "--theme", path)
    #expect(rendered.status == 65)
    #expect(rendered.errors.contains(path), "\(rendered.errors)")
  }

  @Test func optionStandsAboveEnvironmentAndThatAboveTheConfiguration() async throws {
    for (name, color) in [("one", "#110000"), ("two", "#220000"), ("three", "#330000")] {
      _ = try theme("inherits = \"dark\"\n[palette]\nground = \"\(color)\"\n", as: name + ".toml")
    }
    let model = try CommandRun.model()
    let corpus = try vecscope.write("one\ntwo\n", to: "texts.txt")
    var run = vecscope
    func picture(_ options: String...) async throws -> String {
      let result = try await run(
        ["render", "--model", model, "--corpus", corpus, "--size", "80x24", "--format", "svg"] + options)
      #expect(result.status == 0, "\(result.errors)")
      return result.text
    }
    #expect(!(try await picture()).contains("#110000"))
    _ = try vecscope.folder.write("theme = \"one\"\n", to: "config/vecscope/config.toml")
    #expect(try await picture().contains("#110000"))
    run.environment["VECSCOPE_THEME"] = "two"
    #expect(try await picture().contains("#220000"))
    #expect(try await picture("--theme", "three").contains("#330000"))
    #expect(try await picture("--theme", "auto", "--keys", "<Background:#ffffff>").contains("#fbfbf8"))
    #expect(try await picture("--theme", "light", "--keys", "<A-t><Wait><Home>").contains("#fbfbf8") == false)
  }

  @Test func anUnknownThemeIsAMistakeOfUse() async throws {
    let unknown = try await vecscope("render", "--theme", "darkest")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("--theme: there is no theme 'darkest'; there are terminal, auto,"))
    #expect(try await vecscope("render", "--theme", "./nowhere.toml").status == 66)
    #expect(try await vecscope("themes", "check", "./nowhere.toml").status == 66)
    var run = vecscope
    run.environment["VECSCOPE_THEME"] = "nowhere"
    #expect(try await run("render").errors.contains("VECSCOPE_THEME: there is no theme 'nowhere'"))
  }

  @Test func aSchemeIsAThemeAndCanBeWrittenOut() async throws {
    let colors = [
      "101214", "1a1d21", "26384f", "70757c", "a9afb8", "d8dce2", "eef0f3", "ffffff", "ff8c80", "f0a860",
      "e8c860",
      "8cd080", "70c8e0", "90b8f8", "d8a0f0", "c0a080",
    ]
    let lines = colors.enumerated().map { index, color in
      "  base0\(String(index, radix: 16, uppercase: true)): \"#\(color)\"\n"
    }
    let path = try theme(
      "system: \"base16\"\nname: \"Evening\"\npalette:\n" + lines.joined(), as: "evening.yaml")
    let listed = try await vecscope("themes", "list")
    #expect(listed.text.contains("evening") && listed.text.contains("base16 scheme Evening (\(path))"))
    #expect(try await vecscope("themes", "check", path).status == 0)
    let shown = try await vecscope("themes", "show", "evening")
    #expect(shown.status == 0 && shown.text.contains("ground = { rgb = \"#101214\", 256 = 233, 16 = 0 }"))
    let written = try vecscope.write(shown.text, to: "mine.toml")
    #expect(try await vecscope("themes", "check", written).status == 0)
  }
}
