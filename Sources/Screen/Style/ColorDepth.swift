/// How many colours a terminal can show.
public enum ColorDepth: String, CaseIterable, Hashable, Sendable {
  case none
  /// The eight or sixteen colours that the user's terminal defines.
  case sixteen = "16"
  /// The colours of xterm: sixteen, a cube of 6 × 6 × 6 and 24 greys.
  case twoFiftySix = "256"
  /// Red, green and blue of eight bits each.
  case direct
}

/// A colour that a terminal can be told to use.
public enum TerminalColor: Hashable, Sendable {
  /// 0…15 are the terminal's own colours, 16…255 those of xterm.
  case indexed(UInt8)
  case direct(RGB)
}

/// A colour in sRGB.
public struct RGB: Hashable, Sendable, CustomStringConvertible {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// `#rrggbb`.
  public var description: String {
    "#"
      + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

/// How a style looks at one colour depth; nil colours are the terminal's own.
public struct Appearance: Hashable, Sendable {
  public var foreground: TerminalColor?
  public var background: TerminalColor?
  public var attributes: TextAttributes

  public init(
    foreground: TerminalColor? = nil, background: TerminalColor? = nil, attributes: TextAttributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}
