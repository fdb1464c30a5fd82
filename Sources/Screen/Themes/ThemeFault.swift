/// Something that is wrong with a theme: where, and what to do.
public struct ThemeFault: Error, Hashable, Sendable {
  /// The file as messages name it.
  public var file: String
  /// Counted from 1; nil where no line is to blame.
  public var line: Int?
  public var problem: Problem

  public init(file: String, line: Int? = nil, _ problem: Problem) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  /// The ways in which a theme can be wrong.
  public enum Problem: Hashable, Sendable {
    /// The file cannot be opened, is too large, is no UTF-8 or breaks the grammar.
    case unreadable(String)
    case unknownKey(String, closest: String?)
    /// A value of the wrong kind.
    case badValue(key: String, expected: String)
    case badColor(String)
    case unknownStyle(String, closest: String?)
    case unknownColor(String, closest: String?)
    case unknownAttribute(String, closest: String?)
    case unknownRamp(String, for: Ramp)
    case unknownTheme(String)
    case cycle([String])
    /// A theme that chooses by the background names one that does the same.
    case nestedChoice(String)
    case missingStyles([StyleName])
    /// Below the contrast that text needs.
    case lowContrast(StyleName, on: StyleName?, ColorDepth, ratio: Float)
    /// A colour of the terminal's own upon a fixed one, or the other way round.
    case unknownContrast(StyleName, on: StyleName?)
    /// `dim` in a theme with colours of its own.
    case dimmed(StyleName)
    /// Two styles that must be told apart are the same where there are no colours.
    case alikeWithoutColors(StyleName, StyleName)
  }

  /// True where nothing of the file can be used.
  public var isUnreadable: Bool {
    if case .unreadable = problem { true } else { false }
  }
}

extension ThemeFault: CustomStringConvertible {
  public var description: String {
    "\(file): " + (line.map { "line \($0): " } ?? "") + problem.description
  }
}

extension ThemeFault.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let reason): return reason
    case .unknownKey(let name, let closest): return "unknown key '\(name)'" + Self.hint(closest)
    case .badValue(let key, let expected): return "'\(key)' must be \(expected)"
    case .badColor(let text):
      return "'\(text)' is no colour; write \"#rrggbb\", 0 to 15 for one of the terminal's own, \"default\","
        + " or { rgb = \"#rrggbb\", 256 = 16…255, 16 = 0…15 }"
    case .unknownStyle(let name, let closest):
      return "nothing on the screen is called '\(name)'" + Self.hint(closest)
    case .unknownColor(let name, let closest):
      return "the palette has no colour '\(name)'" + Self.hint(closest)
    case .unknownAttribute(let name, let closest):
      return "no attribute is called '\(name)'" + Self.hint(closest)
    case .unknownRamp(let name, let ramp):
      let names = RampCurve.allCases.filter { $0.ramp == ramp }.map(\.rawValue)
      return "'\(name)' is no \(ramp.rawValue) ramp; there are \(names.joined(separator: ", "))"
    case .unknownTheme(let name): return "there is no theme '\(name)'; 'vecscope themes list' has the names"
    case .cycle(let names): return "the theme inherits from itself: " + names.joined(separator: " → ")
    case .nestedChoice(let name):
      return "'\(name)' chooses by the background itself; name a theme with styles"
    case .missingStyles, .lowContrast, .unknownContrast, .dimmed, .alikeWithoutColors: return lookDescription
    }
  }

  private var lookDescription: String {
    switch self {
    case .missingStyles(let names):
      return "\(names.count) missing: " + names.map(\.rawValue).joined(separator: ", ")
        + "; add them, or inherits = \"terminal\""
    case .lowContrast(let name, let surface, let depth, let ratio):
      return
        "\(name.rawValue)\(Self.place(surface)) has a contrast of \(Self.shown(ratio)):1 in \(depth.words);"
        + " text needs \(Self.shown(ThemeCheck.neededContrast)):1"
    case .unknownContrast(let name, let surface):
      return
        "\(name.rawValue)\(Self.place(surface)) mixes a colour of the terminal's own with a fixed one, so that"
        + " nobody knows its contrast; fix both"
    case .dimmed(let name):
      return
        "\(name.rawValue) is dim, so that nobody knows its contrast; give it a colour (and plain = [\"dim\"])"
    case .alikeWithoutColors(let one, let other):
      return "without colours \(one.rawValue) looks like \(other.rawValue); give it other plain attributes"
    default: return ""
    }
  }

  private static func hint(_ closest: String?) -> String { closest.map { "; did you mean '\($0)'?" } ?? "" }

  private static func place(_ surface: StyleName?) -> String { surface.map { " on \($0.rawValue)" } ?? "" }

  /// With two digits, rounded down, so that 4.499 does not read as enough.
  static func shown(_ ratio: Float) -> String {
    let hundredths = Int((ratio * 100).rounded(.down))
    let rest = hundredths % 100
    return "\(hundredths / 100)" + (rest == 0 ? "" : "." + (rest < 10 ? "0\(rest)" : "\(rest)"))
  }
}

extension ColorDepth {
  /// The depth as sentences name it.
  var words: String {
    switch self {
    case .none: "no colours"
    case .sixteen: "16 colours"
    case .twoFiftySix: "256 colours"
    case .direct: "direct colours"
    }
  }
}

/// The known name that is nearest to an unknown one by edit distance; nil where none is near.
func closestName(to name: String, among names: some Sequence<String>) -> String? {
  let wanted = Array(name.prefix(64))
  var best: (name: String, distance: Int)?
  for candidate in names {
    let distance = editDistance(wanted, Array(candidate))
    if distance < best?.distance ?? (max(2, wanted.count / 3) + 1) { best = (candidate, distance) }
  }
  return best?.name
}

private func editDistance(_ one: [Character], _ other: [Character]) -> Int {
  var last = Array(0...other.count)
  for (row, character) in one.enumerated() {
    var next = [row + 1]
    for (column, candidate) in other.enumerated() {
      next.append(
        min(last[column] + (character == candidate ? 0 : 1), last[column + 1] + 1, next[column] + 1))
    }
    last = next
  }
  return last[other.count]
}
