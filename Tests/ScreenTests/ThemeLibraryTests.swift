import Testing

@testable import Screen

struct ThemeLibraryTests {
  private func file(_ name: String, _ text: String, folder: String = "") -> ThemeFile {
    ThemeFile(path: folder + name + ".toml", bytes: Array(text.utf8))
  }

  private func color(_ entry: ThemeEntry?, _ name: StyleName) -> TerminalColor? {
    entry?.theme(on: nil).resolve(name, depth: .direct).foreground
  }

  @Test func aThemeInheritsPaletteAndStylesOverSeveralSteps() {
    let library = ThemeLibrary([
      file("a", "inherits = \"b\"\n[palette]\nred = \"#ff0000\""),
      file("b", "inherits = \"terminal\"\n[styles]\n\"list.rank\" = \"red\"\n\"list.score\" = \"cyan\""),
    ])
    let entry = library.entry(named: "a")
    #expect(entry?.faults == [])
    let red = TerminalColor.direct(RGB(red: 255, green: 0, blue: 0))
    #expect(color(entry, .listRank) == red, "a parent's style takes the child's colour")
    #expect(color(entry, .textError) == red)
    #expect(color(entry, .listScore) == .indexed(6))
    #expect(library.names == ["terminal", "a", "b"])
    #expect(library.entry(named: "c") == nil)
  }

  @Test func theFirstFileOfANameCountsAndMayBuildOnTheNext() {
    let library = ThemeLibrary([
      file("dark", "inherits = \"dark\"\n[palette]\nred = 2", folder: "mine/"),
      file("dark", "inherits = \"terminal\"\n[palette]\nred = 3\ncyan = 4", folder: "shipped/"),
    ])
    let entry = library.entry(named: "dark")
    #expect(entry?.faults == [])
    #expect(entry?.path == "mine/dark.toml")
    #expect(color(entry, .textError) == .indexed(2))
    #expect(color(entry, .textAccent) == .indexed(4))
  }

  @Test func circlesAreNamedAndEnd() {
    let library = ThemeLibrary([
      file("a", "inherits = \"b\""), file("b", "inherits = \"c\""), file("c", "\n\ninherits = \"a\""),
      file("own", "inherits = \"own\""),
    ])
    for name in ["a", "b", "c"] {
      let faults = library.entry(named: name)?.faults ?? []
      #expect(faults.count == 1)
      #expect(faults.first?.description.contains("the theme inherits from itself: \(name) → ") == true)
    }
    #expect(library.entry(named: "a")?.faults.first?.file == "c.toml")
    #expect(library.entry(named: "a")?.faults.first?.line == 3)
    #expect(library.entry(named: "own")?.faults.first?.problem == .cycle(["own", "own"]))
  }

  @Test func aChainHasAnEnd() {
    let files = (0..<40).map { file("t\($0)", "inherits = \"t\($0 + 1)\"") }
    #expect(ThemeLibrary(files).entry(named: "t0")?.faults.count == 1)
    #expect(ThemeLibrary(files).entry(named: "t30")?.faults.first?.problem == .unknownTheme("t40"))
  }

  @Test func theBackgroundChooses() throws {
    let library = ThemeLibrary([
      file("auto", "[auto]\ndark = \"night\"\nlight = \"day\""),
      file("night", "inherits = \"terminal\"\n[palette]\nred = 8"),
      file("day", "inherits = \"terminal\"\n[palette]\nred = 9"),
      file("twice", "[auto]\ndark = \"auto\""), file("child", "inherits = \"auto\""),
    ])
    let auto = try #require(library.entry(named: "auto"))
    #expect(auto.asksForBackground && auto.faults == [])
    #expect(auto.theme(on: .dark).resolve(.textError, depth: .direct).foreground == .indexed(8))
    #expect(auto.theme(on: .light).resolve(.textError, depth: .direct).foreground == .indexed(9))
    #expect(auto.theme(on: nil) == .terminal, "what assumes nothing, until the terminal has told")
    #expect(auto.themes.map(\.name) == ["terminal", "night", "day"])
    #expect(library.entry(named: "night")?.asksForBackground == false)
    for name in ["twice", "child"] {
      #expect(library.entry(named: name)?.faults.map(\.problem) == [.nestedChoice("auto")])
    }
  }

  @Test func aDamagedParentIsAFaultOfItsChildren() {
    let library = ThemeLibrary([file("a", "inherits = \"b\""), file("b", "[[[")])
    #expect(library.entry(named: "a")?.isUnreadable == true)
    #expect(library.entry(named: "a")?.faults.first?.file == "b.toml")
  }

  @Test func aFileThatTakesTheBuiltInNameStandsBeforeIt() {
    let library = ThemeLibrary([file("terminal", "inherits = \"terminal\"\n[palette]\nred = 4")])
    #expect(library.names == ["terminal"])
    #expect(color(library.entry(named: "terminal"), .textError) == .indexed(4))
    #expect(ThemeLibrary([]).entry(named: "terminal") == .terminal)
  }

  @Test func aBackgroundIsDarkOrLight() {
    #expect(Background(RGB(red: 0, green: 0, blue: 0)) == .dark)
    #expect(Background(RGB(red: 0, green: 43, blue: 54)) == .dark)
    #expect(Background(RGB(red: 253, green: 246, blue: 227)) == .light)
  }
}
