#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension RGB {
  /// Relative luminance, 0 for black and 1 for white (Web Content Accessibility Guidelines 2.2).
  public var luminance: Float {
    func linear(_ channel: UInt8) -> Float {
      let value = Float(channel) / 255
      return value <= 0.04045 ? value / 12.92 : powf((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The luminance upon which black and white have the same contrast: √(1.05 · 0.05) − 0.05.
  static let evenLuminance: Float = 0.1791

  /// The contrast of two colours, 1 for equal ones up to 21 for black and white (the same guidelines).
  public func contrast(to other: RGB) -> Float {
    let (own, others) = (luminance, other.luminance)
    return (max(own, others) + 0.05) / (min(own, others) + 0.05)
  }
}
