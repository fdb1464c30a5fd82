import Screen
import TestSupport
import Testing

@testable import Explorer

/// Choosing a theme, following its file, and the background.
struct ThemeTests {
  private static let red = TerminalColor.direct(RGB(red: 255, green: 0, blue: 0))

  private func error(_ session: Session) -> TerminalColor? {
    session.state.theme.resolve(.textError, depth: .direct).foreground
  }

  @Test func movingShowsAThemeAtOnceAndEscapeTakesItBack() throws {
    let session = Session()
    let frame = session.frame
    try session.keys("<A-t><Wait>")
    #expect(session.frame.text.contains("your terminal's own 16 colours"))
    #expect(session.state.theme == .terminal, "opening changes nothing")
    try session.keys("<Down>")
    #expect(session.state.theme.name == "amber")
    #expect(error(session) == Self.red)
    try session.keys("<Down><Esc>")
    #expect(session.state.theme == .terminal)
    #expect(session.state.popup == nil)
    #expect(session.frame == frame)
  }

  @Test func enterKeepsAThemeAndTheSameKeyGoesOn() throws {
    let session = Session()
    try session.keys("<C-p>choose the theme<Enter><Wait><A-t><Enter>")
    #expect(session.state.theme.name == "amber")
    #expect(session.state.popup == nil)
    #expect(session.frame.rowText(22).contains("theme = \"amber\" in config.toml"))
    try session.keys("<A-t><Wait>")
    #expect(session.frame.text.contains("• amber"))
    try session.keys("<Esc>")
    #expect(session.state.theme.name == "amber")
  }

  @Test func aDamagedThemeSaysWhyAndIsNotTaken() throws {
    let session = Session()
    try session.keys("<A-t><Wait><End><Up>")
    #expect(session.frame.text.contains("unavailable: broken.toml: line 1:"))
    #expect(session.state.theme.name == "day", "the last one that could be shown")
    try session.keys("<Enter>")
    #expect(session.state.popup != nil)
    try session.keys("<Esc>")
    #expect(session.state.theme == .terminal)
  }

  @Test func themesThatHaveNotComeYetAreWaitedFor() throws {
    let session = Session()
    try session.keys("<A-t><Down><Enter>")
    #expect(session.frame.text.contains("looking for themes"))
    #expect(session.state.theme == .terminal)
    session.answerAll()
    #expect(session.frame.text.contains("amber"))
    try session.keys("<Esc><A-t><Esc>")
    #expect(!session.state.isWaiting, "a closed popup waits for nothing")
  }

  @Test func theBackgroundIsAskedForOnceAndChooses() throws {
    let auto = try #require(World.themes.first { $0.name == "auto" })
    let session = Session(theme: auto)
    #expect(session.kinds.filter { $0 == "askBackground" }.count == 1)
    #expect(session.state.theme == .terminal, "nothing is assumed")
    try session.keys("abc<Background:none>")
    #expect(session.state.theme == .terminal)
    try session.keys("<Background:#fdf6e3>")
    #expect(session.state.theme.name == "day")
    try session.keys("<Background:#000000>")
    #expect(session.state.theme.name == "amber")
    #expect(session.kinds.filter { $0 == "askBackground" }.count == 1)
    #expect(session.frame.text.contains("Q▸ abc"))
  }

  @Test func onlyAThemeThatDependsOnTheBackgroundAsks() throws {
    let session = Session()
    #expect(!session.kinds.contains("askBackground"))
    try session.keys("<A-t><Wait><Down><Down>")
    #expect(session.state.look.entry.name == "auto")
    #expect(session.kinds.contains("askBackground"))
    let auto = try #require(World.themes.first { $0.name == "auto" })
    #expect(!Session(depth: .none, theme: auto).kinds.contains("askBackground"), "there is nothing to colour")
  }

  @Test func aFileThatChangesIsShownAndADamagedOneLeavesTheLook() throws {
    let amber = try #require(World.themes.first { $0.name == "amber" })
    let session = Session(theme: amber, followsThemes: true)
    #expect(session.kinds.contains("followThemes"))
    session.answer(.themesChanged(World.library(amberColor: "#00ff00").entries))
    #expect(error(session) == .direct(RGB(red: 0, green: 255, blue: 0)))
    session.answer(.themesChanged(World.library(amberColor: "#00ff0").entries))
    #expect(session.frame.rowText(22).contains("amber.toml: line 3: '#00ff0' is no colour"))
    session.answer(.themesChanged(World.library(amberColor: "\"").entries))
    #expect(session.frame.rowText(22).contains("✗ amber.toml: line 3"))
    session.answer(.themesChanged(World.themes))
    #expect(error(session) == Self.red)
    session.answer(.themesChanged([]))
    #expect(error(session) == Self.red, "a file that is gone leaves the look")
    #expect(!Session().kinds.contains("followThemes"))
  }

  @Test func whatEscapeGoesBackToIsTheThemeAsItNowIs() throws {
    let amber = try #require(World.themes.first { $0.name == "amber" })
    let session = Session(theme: amber, followsThemes: true)
    try session.keys("<A-t><Wait><Up>")
    #expect(session.state.theme == .terminal)
    session.answer(.themesChanged(World.library(amberColor: "#00ff00").entries))
    #expect(session.state.theme == .terminal, "the preview stays")
    try session.keys("<Esc>")
    #expect(error(session) == .direct(RGB(red: 0, green: 255, blue: 0)))
  }

  /// Every name is drawn upon the surfaces that the check of contrast knows.
  @Test(arguments: SnapshotTests.sizes)
  func namesStandOnTheirSurfaces(size: Size) throws {
    for popup in SnapshotTests.popups.map(\.1) + ["<A-t>", "<Tab>", "<Tab><Tab><Right>"] {
      let session = Session(World(prompts: World.prompts), size: size, history: ["river boats"])
      try session.keys("how do I get my money back<Wait><Down>\(popup)<Wait>")
      let frame = session.frame
      for row in 0..<frame.size.rows {
        for cell in frame.row(row) where cell.style.surface != nil && cell.text != " " {
          let surfaces = cell.style.name.surfaces
          #expect(
            surfaces.contains(cell.style.surface) || cell.style.name == cell.style.surface,
            "\(cell.style.name.rawValue) on \(cell.style.surface?.rawValue ?? "") after \(popup)")
        }
      }
    }
  }

  @Test(arguments: SnapshotTests.sizes.prefix(2))
  func thePopupOfThemes(size: Size) throws {
    let session = Session(size: size)
    try session.keys("how do I get my money back<Wait><A-t><Wait><Down>")
    try expectSnapshot(session.frame.text, named: "popup-theme-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func aThemeAtEveryColourDepth(depth: ColorDepth) throws {
    let amber = try #require(World.themes.first { $0.name == "amber" })
    let session = Session(depth: depth, theme: amber)
    try session.keys("how do I get my money back<Wait><Down><F3>")
    let text = FrameRenderer.ansi(session.frame, theme: session.state.theme, depth: depth)
    try expectSnapshot(text.replacing("\u{1B}", with: "␛"), named: "theme-ansi-\(depth.rawValue)-80x24")
  }
}

extension World {
  static let themes = library(amberColor: "#ff0000").entries

  /// A theme of few colours, one that follows the background, one for days, and one that is damaged.
  static func library(amberColor: String) -> ThemeLibrary {
    let texts = [
      "amber.toml": """
      inherits = "terminal"
      [palette]
      red = "\(amberColor)"
      ink = { rgb = "#f0e0d0", 256 = 224, 16 = 15 }
      coal = { rgb = "#201810", 256 = 234, 16 = 0 }
      ash = { rgb = "#403020", 256 = 237, 16 = 4 }
      [ramps]
      sequential = "blue-grey-yellow"
      [styles]
      text = { fg = "ink", bg = "coal" }
      "list.selected" = { bg = "ash", plain = ["reverse"] }
      "popup.selected" = { bg = "ash", plain = ["reverse"] }
      """,
      "auto.toml": "about = \"by the background\"\n[auto]\ndark = \"amber\"\nlight = \"day\"",
      "day.toml": "inherits = \"terminal\"", "broken.toml": "[[[",
    ]
    let order = ["amber.toml", "day.toml", "auto.toml", "broken.toml"]
    return ThemeLibrary(order.map { ThemeFile(path: $0, bytes: Array((texts[$0] ?? "").utf8)) })
  }
}
