import Screen
import Testing

struct ThemeTests {
  @Test func theTerminalThemeHasEveryName() {
    for name in StyleName.allCases { #expect(Theme.terminal.styles[name] != nil, "\(name.rawValue)") }
    for (name, style) in Theme.terminal.styles {
      for color in [style.foreground, style.background].compactMap({ $0 }) {
        #expect(Theme.terminal.palette[color] != nil, "\(name.rawValue): \(color)")
      }
    }
  }

  @Test func namesAreDottedAndLowerCase() {
    for name in StyleName.allCases {
      #expect(name.rawValue.allSatisfy { ($0.isLowercase && $0.isASCII) || $0 == "." || $0.isNumber })
    }
  }

  @Test func withoutColoursOnlyAttributesRemain() {
    for name in StyleName.allCases {
      let style = Style(name, foreground: .ramp(.sequential, 0.5), background: .ramp(.diverging, 1))
      let appearance = Theme.terminal.resolve(style, depth: .none)
      #expect(appearance.foreground == nil && appearance.background == nil)
    }
    #expect(Theme.terminal.resolve(.listSelected, depth: .none).attributes == .reverse)
    #expect(Theme.terminal.resolve(.headerOverridden, depth: .none).attributes == [.bold, .underline])
  }

  @Test func aSurfaceShowsThrough() {
    let theme = Theme(
      name: "test",
      palette: ["night": .fixed(RGB(red: 0, green: 0, blue: 95), sixteen: 4), "sun": .terminal(3)],
      styles: [
        .text: ThemeStyle(), .listScore: ThemeStyle("sun"),
        .listSelected: ThemeStyle(nil, on: "night", attributes: .bold),
      ])
    let style = Style(.listScore, on: .listSelected, attributes: .underline)
    #expect(
      theme.resolve(style, depth: .twoFiftySix)
        == Appearance(foreground: .indexed(3), background: .indexed(17), attributes: [.bold, .underline]))
    #expect(theme.resolve(style, depth: .sixteen).background == .indexed(4))
    #expect(theme.resolve(style, depth: .direct).background == .direct(RGB(red: 0, green: 0, blue: 95)))
    #expect(theme.resolve(.popup, depth: .direct) == Appearance())
  }

  @Test func rampsWinOverNames() {
    let style = Style(.heatmapCell, background: .ramp(.sequential, 0))
    let appearance = Theme.terminal.resolve(style, depth: .direct)
    #expect(appearance.background == .direct(RampCurve.blueTealYellow.color(at: 0)))
    #expect(appearance.foreground == .direct(RGB(red: 255, green: 255, blue: 255)))
  }
}
