/// How every style looks: names to colours and attributes, over a palette.
public struct Theme: Hashable, Sendable {
  public var name: String
  /// One line for lists.
  public var about: String
  /// Named colours that styles refer to.
  public var palette: [String: ThemeColor]
  /// The look of each name; one that is missing looks like `text`.
  public var styles: [StyleName: ThemeStyle]
  /// The colours of ramps, where they are not the usual ones.
  public var ramps: [Ramp: RampCurve]

  public init(
    name: String, about: String = "", palette: [String: ThemeColor], styles: [StyleName: ThemeStyle],
    ramps: [Ramp: RampCurve] = [:]
  ) {
    self.name = name
    self.about = about
    self.palette = palette
    self.styles = styles
    self.ramps = ramps
  }

  /// The colours of a ramp.
  public func curve(of ramp: Ramp) -> RampCurve { ramps[ramp] ?? ramp.usualCurve }

  /// True where text and background are colours of the theme's own.
  public var fixesColors: Bool {
    let text = appearance(.text, .direct)
    if case .direct = text.foreground, case .direct = text.background { return true }
    return false
  }

  /// How a style looks at a colour depth.
  ///
  /// What neither the name nor its surface says is taken from `text`: a theme with a background of its own has
  /// it everywhere. Text without a colour of its own upon a ramp's colour is black or white, whichever reads better.
  public func resolve(_ style: Style, depth: ColorDepth) -> Appearance {
    var appearance = appearance(style.name, depth)
    if let surface = style.surface {
      let under = self.appearance(surface, depth)
      appearance.background = appearance.background ?? under.background
      appearance.foreground = appearance.foreground ?? under.foreground
      appearance.attributes.formUnion(under.attributes)
    }
    appearance.attributes.formUnion(style.attributes)
    guard depth != .none else { return appearance }
    if style.name != .text {
      let text = self.appearance(.text, depth)
      appearance.background = appearance.background ?? text.background
      appearance.foreground = appearance.foreground ?? text.foreground
    }
    if let background = style.background {
      let curve = curve(of: background.ramp)
      appearance.background = curve.color(at: background.position, depth: depth)
      appearance.foreground = curve.contrastingColor(at: background.position, depth: depth)
    }
    if let foreground = style.foreground {
      appearance.foreground = curve(of: foreground.ramp).color(at: foreground.position, depth: depth)
    }
    return appearance
  }

  /// How a name looks at a colour depth.
  public func resolve(_ name: StyleName, depth: ColorDepth) -> Appearance {
    resolve(Style(name), depth: depth)
  }

  /// What the theme says of one name alone.
  private func appearance(_ name: StyleName, _ depth: ColorDepth) -> Appearance {
    guard let style = styles[name] ?? styles[.text] else { return Appearance() }
    guard depth != .none else { return Appearance(attributes: style.plainAttributes ?? style.attributes) }
    return Appearance(
      foreground: color(style.foreground, depth), background: color(style.background, depth),
      attributes: style.attributes)
  }

  private func color(_ name: String?, _ depth: ColorDepth) -> TerminalColor? {
    guard let name, let color = palette[name] else { return nil }
    return color.terminalColor(depth)
  }
}

/// The look of one style name.
public struct ThemeStyle: Hashable, Sendable {
  /// Names of the palette; nil is the terminal's own colour.
  public var foreground: String?
  public var background: String?
  public var attributes: TextAttributes
  /// The attributes that replace `attributes` where there are no colours; nil keeps them.
  public var plainAttributes: TextAttributes?

  public init(
    _ foreground: String? = nil, on background: String? = nil, attributes: TextAttributes = [],
    plain plainAttributes: TextAttributes? = nil
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
    self.plainAttributes = plainAttributes
  }
}

/// A colour of a theme's palette.
public enum ThemeColor: Hashable, Sendable {
  /// One of the sixteen colours that the user's terminal defines; nil is its own colour of text or background.
  case terminal(UInt8?)
  /// A fixed colour, what stands for it among 256 colours (nil: the nearest), and which of the terminal's sixteen
  /// where there are no more (nil: the terminal's own colour of text or background).
  case fixed(RGB, twoFiftySix: UInt8? = nil, sixteen: UInt8?)

  /// The colour at a depth.
  func terminalColor(_ depth: ColorDepth) -> TerminalColor? {
    switch (self, depth) {
    case (_, .none): nil
    case (.terminal(let index), _), (.fixed(_, _, let index), .sixteen): index.map { .indexed($0 & 15) }
    case (.fixed(let color, let index, _), .twoFiftySix):
      .indexed(index ?? TerminalPalette.nearest(to: color))
    case (.fixed(let color, _, _), .direct): .direct(color)
    }
  }
}

/// What is behind the text of a terminal.
public enum Background: String, CaseIterable, Hashable, Sendable {
  case dark, light

  /// Dark where white text reads better upon the colour than black.
  public init(_ color: RGB) { self = color.luminance < RGB.evenLuminance ? .dark : .light }
}
