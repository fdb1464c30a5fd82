/// A number of columns and rows.
public struct Size: Hashable, Sendable, CustomStringConvertible {
  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  public var description: String { "\(columns)x\(rows)" }

  public var isEmpty: Bool { columns <= 0 || rows <= 0 }
}

/// A cell's place, counted from 0 at the top left.
public struct Point: Hashable, Sendable, CustomStringConvertible {
  public var column: Int
  public var row: Int

  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }

  public static let zero = Point(column: 0, row: 0)

  public var description: String { "\(column),\(row)" }
}

/// A rectangle of cells; a negative width or height counts as empty.
public struct Rect: Hashable, Sendable {
  public var origin: Point
  public var size: Size

  public init(origin: Point, size: Size) {
    self.origin = origin
    self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
  }

  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.init(origin: Point(column: column, row: row), size: Size(columns: columns, rows: rows))
  }

  public var left: Int { origin.column }
  public var top: Int { origin.row }

  /// The first column to the right of the rectangle.
  public var right: Int { origin.column + size.columns }

  /// The first row below the rectangle.
  public var bottom: Int { origin.row + size.rows }
  public var columns: Int { size.columns }
  public var rows: Int { size.rows }
  public var isEmpty: Bool { size.isEmpty }

  public func contains(_ point: Point) -> Bool {
    point.column >= left && point.column < right && point.row >= top && point.row < bottom
  }

  /// The part that two rectangles share; empty where they share none.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(left, other.left)
    let top = max(top, other.top)
    return Rect(
      column: left, row: top, columns: min(right, other.right) - left, rows: min(bottom, other.bottom) - top)
  }

  /// The rectangle without a margin on every side.
  public func inset(columns: Int = 1, rows: Int = 1) -> Rect {
    Rect(
      column: left + columns, row: top + rows, columns: self.columns - 2 * columns,
      rows: self.rows - 2 * rows)
  }

  /// The first `rows` rows and the rest below them.
  public func split(top rows: Int) -> (top: Rect, rest: Rect) {
    let rows = min(max(0, rows), self.rows)
    return (
      Rect(column: left, row: top, columns: columns, rows: rows),
      Rect(column: left, row: top + rows, columns: columns, rows: self.rows - rows)
    )
  }

  /// The first `columns` columns and the rest to the right of them.
  public func split(left columns: Int) -> (left: Rect, rest: Rect) {
    let columns = min(max(0, columns), self.columns)
    return (
      Rect(column: left, row: top, columns: columns, rows: rows),
      Rect(column: left + columns, row: top, columns: self.columns - columns, rows: rows)
    )
  }

  /// A rectangle of that size in the middle of this one, no larger than this one.
  public func centered(_ size: Size) -> Rect {
    let columns = min(size.columns, self.columns)
    let rows = min(size.rows, self.rows)
    return Rect(
      column: left + (self.columns - columns) / 2, row: top + (self.rows - rows) / 2, columns: columns,
      rows: rows)
  }

  /// One row of the rectangle, counted from its top.
  public func row(_ index: Int) -> Rect {
    Rect(column: left, row: top + index, columns: columns, rows: index >= 0 && index < rows ? 1 : 0)
  }
}
