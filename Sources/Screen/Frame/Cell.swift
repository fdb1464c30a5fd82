/// One cell of a frame: a grapheme cluster, its width and its style.
///
/// A wide character owns its cell and the continuation cell to the right of it.
public struct Cell: Hashable, Sendable {
  /// The text; empty in a continuation cell.
  public let text: String
  /// 1, 2, or 0 for a continuation cell.
  public let width: Int
  public var style: Style

  /// A cell of known width; texts come into frames through `Frame.put`, which measures them.
  init(text: String, width: Int, style: Style) {
    self.text = text
    self.width = width
    self.style = style
  }

  /// A cell without a character.
  public static func blank(_ style: Style = Style()) -> Cell { Cell(text: " ", width: 1, style: style) }

  static func continuation(_ style: Style) -> Cell { Cell(text: "", width: 0, style: style) }
}

/// Neighbouring cells of one row with one style.
public struct Run: Hashable, Sendable {
  public let origin: Point
  public let style: Style
  /// The cells, continuation cells included: as many as the run has columns.
  public let cells: [Cell]

  public var text: String { cells.reduce(into: "") { $0 += $1.text } }
  public var columns: Int { cells.count }
}
