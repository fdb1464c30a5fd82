import Testing

@testable import Screen

struct ThemeFileTests {
  private func file(_ text: String, path: String = "mine.toml") -> ThemeFile {
    ThemeFile(path: path, bytes: Array(text.utf8))
  }

  @Test func everyFormOfAColourAndAStyle() throws {
    let file = file(
      """
      about = "mine"
      inherits = "terminal"
      [palette]
      own = "default"
      red = 9
      sky = "#5fafff"
      deep = { rgb = "#001133", 256 = 17, 16 = "default" }
      [ramps]
      sequential = "grey"
      [styles]
      "list.rank" = "sky"
      "list.score" = { fg = "#ff0000", bg = "deep", attributes = ["bold", "italic"], plain = [] }
      list = "default"
      """, path: "/home/me/themes/mine.toml")
    #expect(file.faults == [])
    #expect(file.name == "mine")
    let entry = ThemeLibrary([file]).entry(file)
    #expect(entry.faults == [])
    let theme = entry.theme(on: nil)
    #expect(
      theme.resolve(.listRank, depth: .direct).foreground == .direct(RGB(red: 95, green: 175, blue: 255)))
    #expect(theme.resolve(.listRank, depth: .twoFiftySix).foreground == .indexed(75))
    #expect(theme.resolve(.listRank, depth: .sixteen).foreground == .indexed(6))
    let score = theme.resolve(.listScore, depth: .twoFiftySix)
    #expect(
      score == Appearance(foreground: .indexed(196), background: .indexed(17), attributes: [.bold, .italic]))
    #expect(theme.resolve(.listScore, depth: .sixteen).background == nil)
    #expect(theme.resolve(.listScore, depth: .none) == Appearance())
    #expect(theme.resolve(.textError, depth: .direct).foreground == .indexed(9), "inherited")
    #expect(theme.curve(of: .sequential) == .grey)
    #expect(theme.curve(of: .diverging) == .blueOrange)
  }

  static let wrong: [(String, Int, String)] = [
    ("inherit = \"dark\"", 1, "unknown key 'inherit'; did you mean 'inherits'?"),
    ("about = 3", 1, "'about' must be a string"),
    ("[style]", 1, "unknown key '[style]'; did you mean 'styles'?"),
    ("[palette]\nsky = \"#5faff\"", 2, "'#5faff' is no colour"),
    ("[palette]\nsky = 16", 2, "'16' is no colour"),
    ("[palette]\nsky = { rgb = \"#000000\", 256 = 3 }", 2, "is no colour"),
    ("[palette]\nsky = { 16 = 3 }", 2, "is no colour"),
    (
      "[styles]\n\"text.mutet\" = {}", 2,
      "nothing on the screen is called 'text.mutet'; did you mean 'text.muted'?"
    ),
    ("[styles]\ntext = { fg = 3 }", 2, "'fg' must be a colour's name"),
    ("[styles]\ntext = { foreground = \"x\" }", 2, "unknown key 'foreground'"),
    (
      "[styles]\ntext = { attributes = [\"blod\"] }", 2, "no attribute is called 'blod'; did you mean 'bold'?"
    ),
    ("[styles]\ntext = { plain = \"bold\" }", 2, "'plain' must be a list"),
    ("[styles]\ntext = true", 2, "'text' must be a colour's name"),
    (
      "[styles]\n\n\"list.rank\" = \"skye\"\n[palette]\nsky = 1", 3,
      "the palette has no colour 'skye'; did you mean 'sky'?"
    ),
    ("[ramps]\nsequential = \"blue-orange\"", 2, "'blue-orange' is no sequential ramp"),
    ("[ramps]\nside = \"grey\"", 2, "unknown key 'side'"),
    ("[auto]\ndusk = \"dark\"", 2, "unknown key 'dusk'"),
    ("[auto]\ndark = 3", 2, "'dark' must be the name of a theme"),
    ("[auto]\ndark = \"nowhere\"", 2, "there is no theme 'nowhere'"),
    ("[auto]\nlight = \"terminal\"\n[styles]\ntext = {}", 1, "'[auto]' must be alone"),
    ("\ninherits = \"nowhere\"", 2, "there is no theme 'nowhere'"),
  ]

  @Test(arguments: wrong)
  func whatIsWrongIsNamedWithItsLine(text: String, line: Int, message: String) {
    let file = file(text)
    let faults = ThemeLibrary([file]).entry(file).faults
    #expect(
      faults.contains { $0.line == line && $0.description.contains(message) }, "\(faults.map(\.description))")
    #expect(faults.allSatisfy { $0.description.hasPrefix("mine.toml: ") && !$0.isUnreadable })
  }

  @Test func whatCannotBeReadIsOneFault() {
    let files = [
      file("a = [}"), ThemeFile(path: "a.toml", bytes: [0xFF, 0xFE]),
      ThemeFile(path: "a.toml", bytes: [UInt8](repeating: 0x20, count: ThemeFile.byteLimit + 1)),
      ThemeFile(path: "a.toml", unreadable: "permission denied"),
    ]
    for file in files {
      #expect(file.faults.count == 1)
      #expect(file.faults.first?.isUnreadable == true)
      #expect(ThemeLibrary([file]).entry(file).isUnreadable)
    }
  }

  @Test func manyFaultsCostLittle() {
    let lines = (0..<4000).map { "\"s\($0)\" = 1" }.joined(separator: "\n")
    let file = file("[styles]\n" + lines)
    #expect(file.faults.count == 4000)
    #expect(file.faults.filter { $0.description.contains("did you mean") }.count <= 20)
  }

  @Test func aThemeWrittenOutReadsBackTheSame() throws {
    var theme = Theme.terminal
    theme.palette["deep sea"] = .fixed(RGB(red: 1, green: 2, blue: 3), twoFiftySix: 17, sixteen: nil)
    theme.palette["own"] = .terminal(nil)
    theme.styles[.listRank] = ThemeStyle("deep sea", on: "own", attributes: [.dim, .italic], plain: [])
    theme.ramps = [.sequential: .grey, .diverging: .purpleGreen]
    let file = file(theme.toml, path: "terminal.toml")
    #expect(file.faults == [])
    #expect(ThemeLibrary([file]).entry(file).theme(on: nil) == theme)
  }
}
