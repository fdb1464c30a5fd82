/// A screenful of cells: what a view gives and a terminal paints.
///
/// Drawing outside of the frame, or of the clip rectangle, has no effect. Wide characters are never cut in
/// half: what would lose a half becomes a space.
public struct Frame: Hashable, Sendable {
  public let size: Size
  /// The cells, row after row.
  public private(set) var cells: [Cell]
  /// Where the hardware cursor stands; nil hides it.
  public var cursor: Point?

  private var clip: Rect

  public init(size: Size) {
    self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
    cells = Array(repeating: .blank(), count: self.size.columns * self.size.rows)
    clip = Rect(origin: .zero, size: self.size)
  }

  public var bounds: Rect { Rect(origin: .zero, size: size) }

  /// The cell at a place; nil outside of the frame.
  public subscript(point: Point) -> Cell? {
    bounds.contains(point) ? cells[index(point.column, point.row)] : nil
  }

  /// The cells of a row, counted from 0.
  public func row(_ row: Int) -> ArraySlice<Cell> {
    cells[row * size.columns..<(row + 1) * size.columns]
  }

  /// Draws with everything outside of a rectangle protected; coordinates stay those of the frame.
  public mutating func clipped(to rect: Rect, _ draw: (inout Frame) -> Void) {
    let outer = clip
    clip = outer.intersection(rect)
    draw(&self)
    clip = outer
  }

  /// Writes text from a place to the right, at most `width` columns, and says how many it took.
  ///
  /// Characters that do not fit whole are left out; invisible ones are shown by substitutes.
  @discardableResult
  public mutating func put(
    _ text: some StringProtocol, at point: Point, style: Style = Style(), width: Int = .max
  ) -> Int {
    let end = width >= clip.right - point.column ? clip.right : point.column + max(0, width)
    guard point.row >= clip.top, point.row < clip.bottom else { return 0 }
    var column = point.column
    for character in text {
      guard column < end else { break }
      if TextWidth.isPlain(character) {
        place(String(character), 1, column, point.row, style)
        column += 1
        continue
      }
      let pieces = TextWidth.pieces(of: character)
      let columns = pieces.reduce(0) { $0 + $1.width }
      guard column + columns <= end else { break }
      for piece in pieces {
        place(piece.text, piece.width, column, point.row, style)
        column += piece.width
      }
    }
    return column - point.column
  }

  /// Fills a rectangle with a character of one column, or with spaces.
  public mutating func fill(_ rect: Rect, with character: Character = " ", style: Style = Style()) {
    let rect = rect.intersection(clip)
    let text = TextWidth.columns(of: character) == 1 ? TextWidth.visible(String(character)) : " "
    for row in rect.top..<rect.bottom {
      for column in rect.left..<rect.right { place(text, 1, column, row, style) }
    }
  }

  /// Changes the styles of a rectangle's cells and leaves their texts; a wide character follows its left half.
  public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let rect = rect.intersection(clip)
    for row in rect.top..<rect.bottom {
      for column in rect.left..<rect.right {
        let cell = cells[index(column, row)]
        if cell.width == 0 { continue }
        for part in 0..<cell.width { change(&cells[index(column + part, row)].style) }
      }
    }
  }

  /// Puts the cells of runs in place: with `runs(changedFrom:)` the old frame becomes the new one.
  public mutating func apply(_ runs: [Run]) {
    for run in runs where run.origin.row >= 0 && run.origin.row < size.rows {
      for (offset, cell) in run.cells.enumerated() where cell.width > 0 {
        place(cell.text, cell.width, run.origin.column + offset, run.origin.row, cell.style)
      }
    }
  }

  private func index(_ column: Int, _ row: Int) -> Int { row * size.columns + column }

  /// Sets one character; both halves of a wide one lie inside of the clip rectangle or it becomes a space.
  private mutating func place(_ text: String, _ width: Int, _ column: Int, _ row: Int, _ style: Style) {
    let isWhole = column >= clip.left && column + width <= clip.right
    guard isWhole else {
      for column in max(column, clip.left)..<max(max(column, clip.left), min(column + width, clip.right)) {
        place(" ", 1, column, row, style)
      }
      return
    }
    let start = index(column, row)
    separate(at: start)
    if width == 2 { separate(at: start + 1) }
    cells[start] = Cell(text: text, width: width, style: style)
    if width == 2 { cells[start + 1] = .continuation(style) }
  }

  /// Blanks the other half of a wide character that is about to lose the cell at `index`.
  private mutating func separate(at index: Int) {
    switch cells[index].width {
    case 0: cells[index - 1] = .blank(cells[index - 1].style)
    case 2: cells[index + 1] = .blank(cells[index + 1].style)
    default: break
    }
  }
}

extension Frame {
  /// The rows between bars, so that spaces at the ends show: for tests and for eyes.
  public var text: String {
    (0..<size.rows).map { "|" + rowText($0) + "|" }.joined(separator: "\n")
  }

  /// The text of a row, spaces at its end included.
  public func rowText(_ row: Int) -> String {
    self.row(row).reduce(into: "") { $0 += $1.text }
  }
}
