/// The colours of a ramp: evenly apart to the eye, and told apart by lightness alone.
///
/// Each is a curve in OKLab, walked at constant speed (by arc length). Sequential curves climb in lightness from
/// the first position to the last; diverging ones fall from a light middle to both sides alike. So no kind of
/// colour blindness reverses an order, and the two sides of a diverging curve differ in blue against yellow
/// or in more than red against green.
///
/// The raw values are the names in theme files.
public enum RampCurve: String, CaseIterable, Hashable, Sendable {
  case blueTealYellow = "blue-teal-yellow"
  case blueGreyYellow = "blue-grey-yellow"
  case grey
  case blueOrange = "blue-orange"
  case purpleGreen = "purple-green"

  /// What the curve is for.
  public var ramp: Ramp {
    switch self {
    case .blueTealYellow, .blueGreyYellow, .grey: .sequential
    case .blueOrange, .purpleGreen: .diverging
    }
  }

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
    case .direct(let color): isLight = color.luminance > RGB.evenLuminance
    case .indexed(let index): isLight = TerminalPalette.color(index).luminance > RGB.evenLuminance
    }
    return switch depth {
    case .none: nil
    case .sixteen: .indexed(isLight ? 0 : 15)
    case .twoFiftySix: .indexed(isLight ? 16 : 231)
    case .direct: .direct(isLight ? RGB(red: 0, green: 0, blue: 0) : RGB(red: 255, green: 255, blue: 255))
    }
  }

  /// The curve: 0…1 to a colour of OKLab inside of sRGB.
  func curve(_ parameter: Float) -> OKLab {
    switch self {
    case .blueTealYellow:
      let chroma = 0.086 + 0.055 * max(0, 2 * parameter - 1)
      return OKLab(lightness: 0.26 + 0.68 * parameter, chroma: chroma, hue: 280 - 178 * parameter)
    case .blueGreyYellow:
      // A straight line past grey: blue and yellow are what every kind of red-green blindness keeps.
      return OKLab(lightness: 0.26 + 0.66 * parameter, a: -0.02 * parameter, b: -0.09 + 0.21 * parameter)
    case .grey:
      return OKLab(lightness: 0.2 + 0.76 * parameter, a: 0, b: 0)
    case .blueOrange: return Self.diverging(parameter, low: 255, high: 55)
    case .purpleGreen: return Self.diverging(parameter, low: 310, high: 145)
    }
  }

  /// Light grey in the middle, and to both sides a hue of equal chroma and lightness.
  private static func diverging(_ parameter: Float, low: Float, high: Float) -> OKLab {
    let distance = abs(2 * parameter - 1)
    return OKLab(
      lightness: 0.93 - 0.48 * distance, chroma: 0.108 * distance, hue: parameter < 0.5 ? low : high)
  }

  /// The terminal's own colours, in an order of rising (sequential) lightness.
  private var sixteen: [UInt8] {
    switch self {
    case .blueTealYellow: [4, 12, 6, 14, 11]
    case .blueGreyYellow: [4, 12, 8, 3, 11]
    case .grey: [0, 8, 7, 15]
    case .blueOrange: [4, 12, 7, 3, 1]
    case .purpleGreen: [5, 13, 7, 10, 2]
    }
  }

  private static let stepCount = 256

  static func unit(_ position: Float) -> Float { position > 0 ? min(position, 1) : 0 }

  private static func step(_ position: Float) -> Int {
    Int((unit(position) * Float(stepCount - 1)).rounded())
  }

  private struct Steps {
    let colors: [RGB]
    let indices: [UInt8]
  }

  private var steps: Steps {
    switch self {
    case .blueTealYellow: Self.blueTealYellowSteps
    case .blueGreyYellow: Self.blueGreyYellowSteps
    case .grey: Self.greySteps
    case .blueOrange: Self.blueOrangeSteps
    case .purpleGreen: Self.purpleGreenSteps
    }
  }

  // Each is made when it is used first.
  private static let blueTealYellowSteps = steps(of: .blueTealYellow)
  private static let blueGreyYellowSteps = steps(of: .blueGreyYellow)
  private static let greySteps = steps(of: .grey)
  private static let blueOrangeSteps = steps(of: .blueOrange)
  private static let purpleGreenSteps = steps(of: .purpleGreen)

  /// The colours at equal distances along the curve.
  private static func steps(of curve: RampCurve) -> Steps {
    let points = (0...2048).map { curve.curve(Float($0) / 2048) }
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
