/// What a theme must be besides well-formed: whole, readable, and understood without colours.
public struct ThemeCheck: Hashable, Sendable {
  /// The contrast that text needs (Web Content Accessibility Guidelines 2.2, level AA).
  public static let neededContrast: Float = 4.5

  public private(set) var faults: [ThemeFault] = []
  /// The lowest contrast among the pairs of colours that are known, and where; nil where none is.
  public private(set) var lowest: Lowest?

  /// Where a theme has a contrast.
  public struct Lowest: Hashable, Sendable {
    public var ratio: Float
    public var name: StyleName
    public var surface: StyleName?
    public var depth: ColorDepth

    /// The ratio with two digits, rounded down.
    public var shownRatio: String { ThemeFault.Problem.shown(ratio) }
  }

  private let file: String
  private let theme: Theme

  /// Checks a theme that messages call by its file.
  public init(_ theme: Theme, file: String) {
    self.theme = theme
    self.file = file
    checkNames()
    for name in StyleName.allCases where !name.isFill {
      for surface in name.surfaces { checkContrast(name, on: surface) }
    }
    checkWithoutColors()
  }

  private mutating func note(_ problem: ThemeFault.Problem) {
    faults.append(ThemeFault(file: file, problem))
  }

  private mutating func checkNames() {
    let missing = StyleName.allCases.filter { theme.styles[$0] == nil }
    if !missing.isEmpty { note(.missingStyles(missing)) }
  }

  private mutating func checkContrast(_ name: StyleName, on surface: StyleName?) {
    let style = Style(name, on: surface)
    if theme.fixesColors, surface == nil, theme.resolve(style, depth: .direct).attributes.contains(.dim) {
      note(.dimmed(name))
    }
    for depth in [ColorDepth.direct, .twoFiftySix] {
      let appearance = theme.resolve(style, depth: depth)
      let colors = [appearance.foreground, appearance.background].map { $0.flatMap { Self.fixed($0) } }
      guard let foreground = colors[0], let background = colors[1] else {
        if theme.fixesColors, depth == .direct { note(.unknownContrast(name, on: surface)) }
        continue
      }
      let ratio = foreground.contrast(to: background)
      if ratio < lowest?.ratio ?? .infinity {
        lowest = Lowest(ratio: ratio, name: name, surface: surface, depth: depth)
      }
      if ratio < Self.neededContrast { note(.lowContrast(name, on: surface, depth, ratio: ratio)) }
    }
  }

  /// The colour where every terminal shows the same; nil for one that users define.
  private static func fixed(_ color: TerminalColor) -> RGB? {
    switch color {
    case .direct(let color): color
    case .indexed(let index): index < 16 ? nil : TerminalPalette.color(index)
    }
  }

  /// What only a colour would tell apart.
  private mutating func checkWithoutColors() {
    let pairs: [(StyleName, StyleName)] = [
      (.listSelected, .list), (.popupSelected, .popup), (.queryCaret, .query), (.tokenUnknown, .token),
      (.tokenTruncated, .token), (.tokenHighlighted, .token), (.listMatch, .list), (.popupMatch, .popup),
      (.popupDisabled, .popup), (.hintDisabled, .hintText), (.heatmapCursor, .heatmapCell),
      (.heatmapLabelSelected, .heatmapLabel), (.paneTitleFocused, .paneTitle),
      (.headerOverridden, .header), (.listStale, .list),
    ]
    for (one, other) in pairs
    where theme.resolve(one, depth: .none).attributes == theme.resolve(other, depth: .none).attributes {
      note(.alikeWithoutColors(one, other))
    }
  }
}

extension StyleName {
  /// The surfaces that the name is drawn on; nil is the screen itself.
  public var surfaces: [StyleName?] {
    let group = rawValue.prefix { $0 != "." }
    return switch group {
    case "list": [nil, .listSelected]
    case "popup": [.popup, .popupSelected]
    case "text", "query": [nil, .popup]
    case "progress": [nil, .popup]
    default: [nil]
    }
  }

  /// True for what fills space and says nothing.
  var isFill: Bool { self == .listBarEmpty || self == .progressTrack }
}
