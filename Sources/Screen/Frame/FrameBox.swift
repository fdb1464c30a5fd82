/// The lines of a box.
public struct BoxLines: Hashable, Sendable {
  public var horizontal: Character
  public var vertical: Character
  /// Top left, top right, bottom left, bottom right.
  public var corners: [Character]

  public static let light = BoxLines(horizontal: "─", vertical: "│", corners: ["┌", "┐", "└", "┘"])
  public static let rounded = BoxLines(horizontal: "─", vertical: "│", corners: ["╭", "╮", "╰", "╯"])
  public static let heavy = BoxLines(horizontal: "━", vertical: "┃", corners: ["┏", "┓", "┗", "┛"])
  public static let ascii = BoxLines(horizontal: "-", vertical: "|", corners: ["+", "+", "+", "+"])
}

extension Frame {
  /// Draws a border along the inside edge of a rectangle, with a title in its top line, and gives what it encloses.
  ///
  /// A rectangle of fewer than two rows or columns has no room for a border and is left as it is.
  @discardableResult
  public mutating func box(
    _ rect: Rect, title: String = "", style: Style = Style(.paneBorder),
    titleStyle: Style = Style(.paneTitle), lines: BoxLines = .light
  ) -> Rect {
    guard rect.columns >= 2, rect.rows >= 2 else {
      return Rect(origin: rect.origin, size: Size(columns: 0, rows: 0))
    }
    let inner = rect.inset()
    let side = String(lines.vertical)
    let edge = String(repeating: lines.horizontal, count: inner.columns)
    put(
      "\(lines.corners[0])\(edge)\(lines.corners[1])", at: rect.origin, style: style)
    put(
      "\(lines.corners[2])\(edge)\(lines.corners[3])", at: Point(column: rect.left, row: rect.bottom - 1),
      style: style)
    for row in inner.top..<inner.bottom {
      put(side, at: Point(column: rect.left, row: row), style: style)
      put(side, at: Point(column: rect.right - 1, row: row), style: style)
    }
    if !title.isEmpty, inner.columns > 2 {
      let text = " " + title.truncated(to: inner.columns - 2) + " "
      put(text, at: Point(column: inner.left, row: rect.top), style: titleStyle)
    }
    return inner
  }
}
