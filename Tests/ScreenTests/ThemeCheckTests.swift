import Testing

@testable import Screen

struct ThemeCheckTests {
  /// A theme of two colours, all names alike but for what a change says.
  private func faults(_ change: (inout Theme) -> Void) -> [ThemeFault.Problem] {
    var theme = Theme.terminal
    theme.palette = [
      "ink": .fixed(RGB(red: 230, green: 230, blue: 230), sixteen: 7),
      "night": .fixed(RGB(red: 0, green: 0, blue: 0), sixteen: 0),
      "grey": .fixed(RGB(red: 100, green: 100, blue: 100), sixteen: 8), "red": .terminal(1),
    ]
    for (name, style) in theme.styles {
      let marks = style.attributes.subtracting(.dim)
      theme.styles[name] = ThemeStyle(
        "ink", on: "night", attributes: marks, plain: style.plainAttributes ?? style.attributes)
    }
    change(&theme)
    return ThemeCheck(theme, file: "x").faults.map(\.problem)
  }

  @Test func aWholeReadableThemeHasNoFaults() {
    #expect(faults { _ in } == [])
    #expect(ThemeCheck(.terminal, file: "x").faults == [])
    #expect(ThemeCheck(.terminal, file: "x").lowest == nil, "nobody knows the terminal's colours")
  }

  @Test func missingNamesAreListed() {
    let found = faults {
      $0.styles[.listRank] = nil
      $0.styles[.plotAxis] = nil
    }
    #expect(found == [.missingStyles([.listRank, .plotAxis])])
  }

  @Test func lowContrastIsFoundAtEveryDepthWithFixedColours() throws {
    let found = faults { $0.styles[.status] = ThemeStyle("grey", plain: .dim) }
    #expect(found.count == 2)
    guard case .lowContrast(.status, nil, .direct, let ratio) = try #require(found.first) else {
      Issue.record("\(found)")
      return
    }
    #expect(abs(ratio - 3.56) < 0.02)
    #expect(ThemeFault.Problem.shown(4.4999) == "4.49")
    #expect(ThemeFault.Problem.shown(4.05) == "4.05")
  }

  @Test func aSurfaceCanTakeTheContrastAway() {
    let found = faults {
      $0.palette["mist"] = .fixed(RGB(red: 200, green: 200, blue: 200), sixteen: 7)
      $0.styles[.listSelected] = ThemeStyle("night", on: "mist", plain: .reverse)
      for name in StyleName.allCases where name.surfaces.contains(.listSelected) && name != .listSelected {
        $0.styles[name]?.background = nil
        $0.styles[name]?.foreground = name == .listRank ? "ink" : "night"
      }
    }
    #expect(
      found.contains { if case .lowContrast(.listRank, .listSelected, _, _) = $0 { true } else { false } })
  }

  @Test func aTerminalsOwnColourUponAFixedOneIsUnknown() {
    #expect(faults { $0.styles[.hintKey]?.foreground = "red" } == [.unknownContrast(.hintKey, on: nil)])
  }

  @Test func dimTextHasNoKnownContrast() {
    #expect(faults { $0.styles[.hintText]?.attributes = .dim } == [.dimmed(.hintText)])
  }

  @Test func whatOnlyAColourTellsApartIsFound() {
    #expect(
      faults { $0.styles[.popupSelected]?.plainAttributes = [] } == [
        .alikeWithoutColors(.popupSelected, .popup)
      ])
  }

  @Test func contrastIsThatOfTheGuidelines() {
    let (black, white) = (RGB(red: 0, green: 0, blue: 0), RGB(red: 255, green: 255, blue: 255))
    #expect(abs(black.contrast(to: white) - 21) < 0.001)
    #expect(white.contrast(to: white) == 1)
    let grey = RGB(red: 0x76, green: 0x76, blue: 0x76)
    #expect(abs(grey.contrast(to: white) - 4.54) < 0.01)
    #expect(RGB("#0aF123") == RGB(red: 10, green: 241, blue: 35))
    for text in ["", "#", "0af123", "#0af12", "#0af1234", "#0af12g", "#+af123", "#１２３"] {
      #expect(RGB(text) == nil)
    }
  }
}
