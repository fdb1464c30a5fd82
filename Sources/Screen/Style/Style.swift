/// How a cell is meant: a semantic name, and what lies on top of it.
public struct Style: Hashable, Sendable {
  public var name: StyleName
  /// A style whose background shows through, such as `list.selected` under a score.
  public var surface: StyleName?
  /// A continuous colour for the text, instead of the name's.
  public var foreground: RampColor?
  /// A continuous colour behind the text, instead of the name's or the surface's.
  public var background: RampColor?
  /// Attributes in addition to those of the name and the surface.
  public var attributes: TextAttributes

  public init(
    _ name: StyleName = .text, on surface: StyleName? = nil, foreground: RampColor? = nil,
    background: RampColor? = nil, attributes: TextAttributes = []
  ) {
    self.name = name
    self.surface = surface
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The same style upon another surface.
  public func on(_ surface: StyleName?) -> Style {
    var style = self
    style.surface = surface
    return style
  }

  /// The same style with further attributes.
  public func with(_ attributes: TextAttributes) -> Style {
    var style = self
    style.attributes.formUnion(attributes)
    return style
  }
}

/// Attributes of text.
public struct TextAttributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let bold = TextAttributes(rawValue: 1)
  public static let dim = TextAttributes(rawValue: 2)
  public static let italic = TextAttributes(rawValue: 4)
  public static let underline = TextAttributes(rawValue: 8)
  public static let reverse = TextAttributes(rawValue: 16)
  public static let strikethrough = TextAttributes(rawValue: 32)
}

/// A place on a colour ramp.
public struct RampColor: Hashable, Sendable {
  public let ramp: Ramp
  /// 0…1.
  public let position: Float

  private init(ramp: Ramp, position: Float) {
    self.ramp = ramp
    self.position = position
  }

  /// A place on a ramp; positions outside of 0…1 count as its ends, NaN as its beginning.
  public static func ramp(_ ramp: Ramp, _ position: Float) -> RampColor {
    RampColor(ramp: ramp, position: position > 0 ? min(position, 1) : 0)
  }
}
