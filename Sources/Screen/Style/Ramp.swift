/// What a colour ramp is for: positions 0…1 become colours, which the theme chooses.
public enum Ramp: String, CaseIterable, Hashable, Sendable {
  /// From low to high.
  case sequential
  /// From one side over a neutral middle to the other side.
  case diverging

  /// The glyph that stands for a position where there are no colours: denser is higher.
  public static func densityGlyph(at position: Float) -> Character {
    densityGlyphs[
      min(densityGlyphs.count - 1, Int(RampCurve.unit(position) * Float(densityGlyphs.count)))]
  }

  /// The glyph that stands for a position of this ramp where there are no colours: of a diverging one minus
  /// signs and plus signs, denser towards the ends.
  public func glyph(at position: Float) -> Character {
    guard self == .diverging else { return Self.densityGlyph(at: position) }
    // Fifths, alike on both sides whatever the rounding.
    let side = RampCurve.unit(position) - 0.5
    if abs(side) < 0.101 { return "·" }
    let isFar = abs(side) > 0.301
    return side < 0 ? (isFar ? "=" : "-") : (isFar ? "#" : "+")
  }

  /// From the lowest to the highest.
  public static let densityGlyphs: [Character] = [" ", "░", "▒", "▓", "█"]

  /// The curve of themes that choose none.
  public var usualCurve: RampCurve {
    switch self {
    case .sequential: .blueTealYellow
    case .diverging: .blueOrange
    }
  }
}
