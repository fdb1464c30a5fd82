import Foundation
import TestSupport
import Testing

@testable import Screen

/// The files of `Themes/`.
struct ShippedThemeTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Themes")

  private static let library: ThemeLibrary = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return ThemeLibrary(
      names.sorted().map { name in
        let data = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) ?? Data()
        return ThemeFile(path: "Themes/" + name, bytes: [UInt8](data))
      })
  }()

  static let names = library.names

  private func theme(_ name: String) throws -> Theme {
    try #require(Self.library.entry(named: name)).theme(on: nil)
  }

  @Test func thereIsAThemeForEveryNeed() {
    let needed: Set = ["terminal", "auto", "dark", "light", "high-contrast", "colour-blind", "mono"]
    #expect(needed.subtracting(Self.names) == [])
  }

  @Test(arguments: names)
  func everyThemeIsWholeAndReadable(name: String) throws {
    let entry = try #require(Self.library.entry(named: name))
    #expect(entry.faults.map(\.description) == [])
    #expect(!entry.about.isEmpty)
    for theme in entry.themes { #expect(ThemeCheck(theme, file: name).faults.map(\.description) == []) }
  }

  @Test func theHighContrastIsHigh() throws {
    let lowest = try #require(ThemeCheck(theme("high-contrast"), file: "").lowest)
    #expect(lowest.ratio >= 7, "\(lowest)")
  }

  @Test func monoHasNoColours() throws {
    let theme = try theme("mono")
    for name in StyleName.allCases {
      let appearance = theme.resolve(name, depth: .direct)
      #expect(appearance.foreground == nil && appearance.background == nil, "\(name.rawValue)")
    }
  }

  /// What the colour-blind theme tells apart by colour, those eyes tell apart.
  @Test(arguments: ["colour-blind"], ColorBlindness.allCases)
  func colourBlindEyesTellApart(name: String, eyes: ColorBlindness) throws {
    let theme = try theme(name)
    func seen(_ name: StyleName) throws -> OKLab {
      guard case .direct(let color) = theme.resolve(name, depth: .direct).foreground else {
        throw ThemeFault(file: name.rawValue, .dimmed(name))
      }
      return OKLab(eyes.sees(color))
    }
    let groups: [[StyleName]] = [
      [.textSuccess, .textWarning, .textError],
      [.plotSeries1, .plotSeries2, .plotSeries3, .plotSeries4, .plotSeries5, .plotSeries6],
    ]
    for group in groups {
      for (index, one) in group.enumerated() {
        for other in group[(index + 1)...] {
          let distance = try seen(one).distance(to: seen(other))
          #expect(distance > 0.06, "\(eyes): \(one.rawValue) and \(other.rawValue) are \(distance) apart")
        }
      }
    }
  }

  @Test(arguments: names)
  func atSixteenColoursTextIsNotItsBackground(name: String) throws {
    for theme in try #require(Self.library.entry(named: name)).themes where theme.fixesColors {
      for name in StyleName.allCases {
        for surface in name.surfaces {
          let appearance = theme.resolve(Style(name, on: surface), depth: .sixteen)
          guard case .indexed(let text) = appearance.foreground,
            case .indexed(let ground) = appearance.background
          else {
            Issue.record("\(theme.name) \(name.rawValue)")
            continue
          }
          // Where there are eight colours, the bright ones are the others in bold.
          #expect(
            text % 8 != ground % 8, "\(theme.name): \(name.rawValue) on \(surface?.rawValue ?? "the screen")")
        }
      }
    }
  }

  /// `terminal.toml` is the built-in theme written out, as what others start from.
  @Test func theFileOfTheTerminalThemeIsTheBuiltInOne() throws {
    let url = Self.folder.appendingPathComponent("terminal.toml")
    if ProcessInfo.processInfo.environment["VECSCOPE_RECORD"] == "1" {
      try Theme.terminal.toml.write(to: url, atomically: true, encoding: .utf8)
      Issue.record("recorded Themes/terminal.toml; run again without VECSCOPE_RECORD")
      return
    }
    #expect(
      try String(contentsOf: url, encoding: .utf8) == Theme.terminal.toml, "'make record' writes it anew")
  }
}
