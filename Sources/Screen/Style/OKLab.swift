#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A colour in OKLab (Björn Ottosson, "A perceptual color space for image processing", 2020).
///
/// Equal distances look about equally different; `lightness` is 0 for black, 1 for white.
struct OKLab: Equatable {
  var lightness: Float
  var a: Float
  var b: Float

  init(lightness: Float, a: Float, b: Float) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  /// A colour by its hue in degrees and its chroma.
  init(lightness: Float, chroma: Float, hue: Float) {
    let angle = hue * .pi / 180
    self.init(lightness: lightness, a: chroma * cosf(angle), b: chroma * sinf(angle))
  }

  init(_ color: RGB) {
    let (red, green, blue) = (Self.linear(color.red), Self.linear(color.green), Self.linear(color.blue))
    let long = cbrtf(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let medium = cbrtf(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let short = cbrtf(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    self.init(
      lightness: 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
      a: 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
      b: 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short)
  }

  /// The nearest colour of sRGB, each channel cut to its range.
  var rgb: RGB {
    let (red, green, blue) = linearRGB
    return RGB(red: Self.encoded(red), green: Self.encoded(green), blue: Self.encoded(blue))
  }

  /// True where sRGB has the colour.
  var isDisplayable: Bool {
    let (red, green, blue) = linearRGB
    return [red, green, blue].allSatisfy { $0 >= -0.0005 && $0 <= 1.0005 }
  }

  func distance(to other: OKLab) -> Float {
    let (dl, da, db) = (lightness - other.lightness, a - other.a, b - other.b)
    return (dl * dl + da * da + db * db).squareRoot()
  }

  private var linearRGB: (Float, Float, Float) {
    let long = lightness + 0.3963377774 * a + 0.2158037573 * b
    let medium = lightness - 0.1055613458 * a - 0.0638541728 * b
    let short = lightness - 0.0894841775 * a - 1.2914855480 * b
    let (l, m, s) = (long * long * long, medium * medium * medium, short * short * short)
    return (
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
    )
  }

  private static func linear(_ channel: UInt8) -> Float {
    let value = Float(channel) / 255
    return value <= 0.04045 ? value / 12.92 : powf((value + 0.055) / 1.055, 2.4)
  }

  private static func encoded(_ value: Float) -> UInt8 {
    let value = min(max(value, 0), 1)
    let encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * powf(value, 1 / 2.4) - 0.055
    return UInt8((encoded * 255).rounded())
  }
}
