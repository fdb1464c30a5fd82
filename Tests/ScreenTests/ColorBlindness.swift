@testable import Screen

/// What colour-blind eyes see, in the model of Viénot, Brettel and Mollon ("Digital video colourmaps for checking
/// the legibility of displays by dichromats", 1999), in the linear RGB form that follows from it.
enum ColorBlindness: CaseIterable {
  case protanopia, deuteranopia

  func sees(_ color: RGB) -> RGB {
    let (red, green, blue) = (linear(color.red), linear(color.green), linear(color.blue))
    let (one, two, three) =
      switch self {
      case .protanopia:
        (
          0.11238 * red + 0.88762 * green, 0.11238 * red + 0.88762 * green,
          0.00401 * red - 0.00401 * green + blue
        )
      case .deuteranopia:
        (
          0.29275 * red + 0.70725 * green, 0.29275 * red + 0.70725 * green,
          -0.02234 * red + 0.02234 * green + blue
        )
      }
    return RGB(red: encoded(one), green: encoded(two), blue: encoded(three))
  }

  private func linear(_ channel: UInt8) -> Double {
    RGB(red: channel, green: channel, blue: channel).luminance.asDouble
  }

  /// The channel whose linear value is nearest.
  private func encoded(_ value: Double) -> UInt8 {
    UInt8.all.min { abs(linear($0) - value) < abs(linear($1) - value) } ?? 0
  }
}

extension Float {
  fileprivate var asDouble: Double { Double(self) }
}

extension UInt8 {
  fileprivate static let all = Array(UInt8.min...UInt8.max)
}
