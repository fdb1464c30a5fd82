extension Frame {
  /// A part of the frame as a frame of its own; the cursor goes along where it lies inside.
  ///
  /// A wide character that the edge cuts in half becomes spaces.
  public func part(_ rect: Rect) -> Frame {
    let rect = rect.intersection(bounds)
    var part = Frame(size: rect.size)
    for row in rect.top..<rect.bottom {
      for column in rect.left..<rect.right {
        let point = Point(column: column - rect.left, row: row - rect.top)
        guard let cell = self[Point(column: column, row: row)] else { continue }
        // A continuation is drawn with its character; a first column that is one has lost it.
        if cell.width == 0, column > rect.left { continue }
        let text = cell.width == 0 || column + cell.width > rect.right ? " " : cell.text
        part.apply([
          Run(
            origin: point, style: cell.style,
            cells: [Cell(text: text, width: max(1, text == " " ? 1 : cell.width), style: cell.style)])
        ])
      }
    }
    if let cursor, rect.contains(cursor) {
      part.cursor = Point(column: cursor.column - rect.left, row: cursor.row - rect.top)
    }
    return part
  }
}
