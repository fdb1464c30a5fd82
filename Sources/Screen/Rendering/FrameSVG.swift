/// The colours of an SVG picture where a theme leaves them to the terminal.
public struct SVGColors: Hashable, Sendable {
  public var foreground: RGB
  public var background: RGB

  public init(foreground: RGB, background: RGB) {
    self.foreground = foreground
    self.background = background
  }

  public static let dark = SVGColors(
    foreground: RGB(red: 216, green: 218, blue: 222), background: RGB(red: 18, green: 20, blue: 24))
  public static let light = SVGColors(
    foreground: RGB(red: 32, green: 34, blue: 38), background: RGB(red: 252, green: 252, blue: 250))
}

extension FrameRenderer {
  /// The frame as an SVG picture with a monospaced font, in direct colours.
  public static func svg(_ frame: Frame, theme: Theme, colors: SVGColors = .dark) -> String {
    let (width, height) = (frame.size.columns * cellWidth, frame.size.rows * cellHeight)
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\""
        + " viewBox=\"0 0 \(width) \(height)\" font-family=\"ui-monospace, 'DejaVu Sans Mono', monospace\""
        + " font-size=\"15\">",
      "<rect width=\"\(width)\" height=\"\(height)\" fill=\"\(colors.background)\"/>",
    ]
    for row in 0..<frame.size.rows {
      for run in rowRuns(frame, row) {
        let place = Point(column: run.column, row: row)
        parts += svg(run.text, run.columns, at: place, theme.resolve(run.style, depth: .direct), colors)
      }
    }
    if let cursor = frame.cursor {
      parts.append(rect(cursor, columns: 1, attributes: "fill=\"\(colors.foreground)\" opacity=\"0.5\""))
    }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  private static let cellWidth = 9
  private static let cellHeight = 19
  private static let baseline = 14

  private static func svg(
    _ text: String, _ columns: Int, at place: Point, _ appearance: Appearance, _ colors: SVGColors
  ) -> [String] {
    var foreground = appearance.foreground.map(rgb) ?? colors.foreground
    var background = appearance.background.map(rgb)
    if appearance.attributes.contains(.reverse) {
      (foreground, background) = (background ?? colors.background, foreground)
    }
    var parts: [String] = []
    if let background { parts.append(rect(place, columns: columns, attributes: "fill=\"\(background)\"")) }
    guard text.contains(where: { $0 != " " }) else { return parts }
    var attributes = "fill=\"\(foreground)\""
    if appearance.attributes.contains(.bold) { attributes += " font-weight=\"bold\"" }
    if appearance.attributes.contains(.italic) { attributes += " font-style=\"italic\"" }
    if appearance.attributes.contains(.dim) { attributes += " opacity=\"0.65\"" }
    let lines = [(TextAttributes.underline, "underline"), (.strikethrough, "line-through")]
      .filter { appearance.attributes.contains($0.0) }.map(\.1)
    if !lines.isEmpty { attributes += " text-decoration=\"\(lines.joined(separator: " "))\"" }
    parts.append(
      "<text x=\"\(place.column * cellWidth)\" y=\"\(place.row * cellHeight + baseline)\""
        + " textLength=\"\(columns * cellWidth)\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\""
        + " \(attributes)>\(escaped(text))</text>")
    return parts
  }

  private static func rect(_ place: Point, columns: Int, attributes: String) -> String {
    "<rect x=\"\(place.column * cellWidth)\" y=\"\(place.row * cellHeight)\" width=\"\(columns * cellWidth)\""
      + " height=\"\(cellHeight)\" \(attributes)/>"
  }

  private static func rgb(_ color: TerminalColor) -> RGB {
    switch color {
    case .direct(let color): color
    case .indexed(let index): TerminalPalette.color(index)
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
    return result
  }
}
