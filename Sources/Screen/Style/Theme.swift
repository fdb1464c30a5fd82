/// How every style looks: names to colours and attributes, over a palette.
public struct Theme: Hashable, Sendable {
  public var name: String
  /// Named colours that styles refer to.
  public var palette: [String: ThemeColor]
  /// The look of each name; one that is missing looks like `text`.
  public var styles: [StyleName: ThemeStyle]

  public init(name: String, palette: [String: ThemeColor], styles: [StyleName: ThemeStyle]) {
    self.name = name
    self.palette = palette
    self.styles = styles
  }

  /// How a style looks at a colour depth.
  ///
  /// Text without a colour of its own upon a ramp's colour is black or white, whichever reads better.
  public func resolve(_ style: Style, depth: ColorDepth) -> Appearance {
    var appearance = resolve(style.name, depth: depth)
    if let surface = style.surface {
      let under = resolve(surface, depth: depth)
      appearance.background = appearance.background ?? under.background
      appearance.foreground = appearance.foreground ?? under.foreground
      appearance.attributes.formUnion(under.attributes)
    }
    appearance.attributes.formUnion(style.attributes)
    guard depth != .none else { return appearance }
    if let background = style.background {
      appearance.background = background.ramp.color(at: background.position, depth: depth)
      appearance.foreground = background.ramp.contrastingColor(at: background.position, depth: depth)
    }
    if let foreground = style.foreground {
      appearance.foreground = foreground.ramp.color(at: foreground.position, depth: depth)
    }
    return appearance
  }

  /// How a name looks at a colour depth.
  public func resolve(_ name: StyleName, depth: ColorDepth) -> Appearance {
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
  /// One of the sixteen colours that the user's terminal defines.
  case terminal(UInt8)
  /// A fixed colour, and which of the terminal's sixteen stands for it where there are no more.
  case fixed(RGB, sixteen: UInt8)

  /// The colour at a depth.
  func terminalColor(_ depth: ColorDepth) -> TerminalColor? {
    switch (self, depth) {
    case (_, .none): nil
    case (.terminal(let index), _), (.fixed(_, let index), .sixteen): .indexed(index & 15)
    case (.fixed(let color, _), .twoFiftySix): .indexed(TerminalPalette.nearest(to: color))
    case (.fixed(let color, _), .direct): .direct(color)
    }
  }
}
