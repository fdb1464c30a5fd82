/// A colour ramp: positions 0…1 become colours that are evenly apart to the eye.
///
/// Both ramps are curves in OKLab, walked at constant speed (by arc length), and told apart by lightness
/// alone, so that no kind of colour blindness reverses an order:
/// `sequential` climbs from dark blue over teal to light yellow; `diverging` is blue for the lowest, light grey
/// in the middle and orange for the highest, with the same lightness on both sides.
public enum Ramp: String, CaseIterable, Hashable, Sendable {
  case sequential, diverging

  /// The colour at a position; outside of 0…1 that of the nearer end.
  public func color(at position: Float) -> RGB { steps.colors[Self.step(position)] }

  /// The colour at a position as one of a depth's colours; nil without colours.
  public func color(at position: Float, depth: ColorDepth) -> TerminalColor? {
    switch depth {
    case .none: nil
    case .sixteen: .indexed(sixteen[min(sixteen.count - 1, Int(Self.unit(position) * Float(sixteen.count)))])
    case .twoFiftySix: .indexed(steps.indices[Self.step(position)])
    case .direct: .direct(color(at: position))
    }
  }

  /// Black or white, whichever reads better upon the colour at a position.
  public func contrastingColor(at position: Float, depth: ColorDepth) -> TerminalColor? {
    let isLight: Bool
    switch color(at: position, depth: depth) {
    case nil: return nil
    case .direct(let color): isLight = OKLab(color).lightness > 0.62
    case .indexed(let index): isLight = OKLab(TerminalPalette.color(index)).lightness > 0.62
    }
    return switch depth {
    case .none: nil
    case .sixteen: .indexed(isLight ? 0 : 15)
    case .twoFiftySix: .indexed(isLight ? 16 : 231)
    case .direct: .direct(isLight ? RGB(red: 0, green: 0, blue: 0) : RGB(red: 255, green: 255, blue: 255))
    }
  }

  /// The glyph that stands for a position where there are no colours: denser is higher.
  public static func densityGlyph(at position: Float) -> Character {
    densityGlyphs[min(densityGlyphs.count - 1, Int(unit(position) * Float(densityGlyphs.count)))]
  }

  /// From the lowest to the highest.
  public static let densityGlyphs: [Character] = [" ", "░", "▒", "▓", "█"]

  /// The curve: 0…1 to a colour of OKLab inside of sRGB.
  func curve(_ parameter: Float) -> OKLab {
    switch self {
    case .sequential:
      let chroma = 0.086 + 0.055 * max(0, 2 * parameter - 1)
      return OKLab(lightness: 0.26 + 0.68 * parameter, chroma: chroma, hue: 280 - 178 * parameter)
    case .diverging:
      let distance = abs(2 * parameter - 1)
      return OKLab(
        lightness: 0.93 - 0.48 * distance, chroma: 0.108 * distance, hue: parameter < 0.5 ? 255 : 55)
    }
  }

  /// The terminal's own colours, in an order of rising (sequential) lightness.
  private var sixteen: [UInt8] {
    switch self {
    case .sequential: [4, 12, 6, 14, 11]
    case .diverging: [4, 12, 7, 3, 1]
    }
  }

  private static let stepCount = 256

  private static func unit(_ position: Float) -> Float { position > 0 ? min(position, 1) : 0 }

  private static func step(_ position: Float) -> Int {
    Int((unit(position) * Float(stepCount - 1)).rounded())
  }

  private struct Steps {
    let colors: [RGB]
    let indices: [UInt8]
  }

  private var steps: Steps {
    switch self {
    case .sequential: Self.sequentialSteps
    case .diverging: Self.divergingSteps
    }
  }

  private static let sequentialSteps = steps(of: .sequential)
  private static let divergingSteps = steps(of: .diverging)

  /// The colours at equal distances along the curve.
  private static func steps(of ramp: Ramp) -> Steps {
    let points = (0...2048).map { ramp.curve(Float($0) / 2048) }
    var lengths: [Float] = [0]
    for (point, next) in zip(points, points.dropFirst()) {
      lengths.append(lengths[lengths.count - 1] + point.distance(to: next))
    }
    var index = 0
    let colors = (0..<stepCount).map { step in
      let wanted = lengths[points.count - 1] * Float(step) / Float(stepCount - 1)
      while index < points.count - 1, lengths[index] < wanted { index += 1 }
      return points[index].rgb
    }
    return Steps(colors: colors, indices: colors.map { TerminalPalette.nearest(to: $0) })
  }
}
