import Screen

/// The characters that curses is given for a cell.
///
/// Curses counts columns by the system's `wcwidth`, one scalar at a time, and holds one spacing character with a few
/// marks in a cell. Where that does not add up to the cell's width (emoji sequences, characters newer than the
/// system's tables), the first scalar stands for the whole, filled up with spaces, so that columns never shift.
struct CellCharacters {
  /// What the system counts for a scalar: 0, 1, 2, or -1 for what it does not print.
  let columns: (Unicode.Scalar) -> Int
  /// Curses holds this many scalars in a cell.
  static let mostInCell = 5

  func scalars(for cell: Cell) -> [Unicode.Scalar] {
    if cell.text.utf8.count == 1 { return Array(cell.text.unicodeScalars) }
    let scalars = Array(cell.text.unicodeScalars)
    let widths = scalars.map(columns)
    if widths.allSatisfy({ $0 >= 0 }), widths.reduce(0, +) == cell.width,
      widths.first.map({ $0 > 0 }) == true,
      isFlag(scalars) || scalars.count <= Self.mostInCell && widths.filter({ $0 > 0 }).count == 1
    {
      return scalars
    }
    guard let first = scalars.first, let width = widths.first, width > 0, width <= cell.width else {
      return ["?"] + Array(repeating: " ", count: max(0, cell.width - 1))
    }
    return [first] + Array(repeating: " ", count: cell.width - width)
  }

  /// Two regional indicators, which terminals join over two cells.
  private func isFlag(_ scalars: [Unicode.Scalar]) -> Bool {
    scalars.count == 2 && scalars.allSatisfy { (0x1F1E6...0x1F1FF).contains($0.value) }
  }
}
