public import Screen

/// How the number of colours is decided.
public enum ColorPolicy: Hashable, Sendable {
  /// From the environment and the terminal's description.
  case automatic
  /// As asked, as far as the terminal can.
  case fixed(ColorDepth)
}

/// What a terminal's description says about its colours.
public struct ColorCapabilities: Hashable, Sendable {
  /// The number of colours; 0 without any.
  public var colors: Int
  /// True where colours are given as red, green and blue: terminfo's `RGB`.
  public var isDirect: Bool

  public init(colors: Int, isDirect: Bool) {
    self.colors = colors
    self.isDirect = isDirect
  }

  /// The most that curses can show.
  public var depth: ColorDepth {
    if isDirect && colors > 256 { return .direct }
    if colors >= 256 { return .twoFiftySix }
    return colors >= 8 ? .sixteen : .none
  }
}

/// Decides the depth of colour: option, then `NO_COLOR`, then `COLORTERM`, then the terminal's description.
public enum ColorDetection {
  /// The depth that is wanted; the terminal may have less.
  ///
  /// `COLORTERM` raises it to 256 at most: only a description with `RGB` makes curses send direct colours.
  public static func wantedDepth(
    _ policy: ColorPolicy, environment: [String: String], capabilities: ColorCapabilities
  ) -> ColorDepth {
    if case .fixed(let depth) = policy { return depth }
    if let value = environment["NO_COLOR"], !value.isEmpty { return .none }
    guard capabilities.depth != .direct else { return .direct }
    let promise = environment["COLORTERM"] ?? ""
    return ["truecolor", "24bit"].contains(promise) ? .twoFiftySix : capabilities.depth
  }

  /// Descriptions of the same kind of terminal with more colours, for a depth that its own lacks.
  static func richerNames(than name: String, for depth: ColorDepth) -> [String] {
    let family = name.split(separator: "-").first.map { String($0) } ?? name
    return switch depth {
    case .none, .sixteen: []
    case .twoFiftySix: ["\(name)-256color", "\(family)-256color"]
    case .direct: ["\(name)-direct", "\(family)-direct"] + richerNames(than: name, for: .twoFiftySix)
    }
  }
}

extension ColorDepth {
  /// The lower of two depths.
  func limited(to other: ColorDepth) -> ColorDepth {
    let order: [ColorDepth] = [.none, .sixteen, .twoFiftySix, .direct]
    for depth in order where depth == self || depth == other { return depth }
    return self
  }
}
