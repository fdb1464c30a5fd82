/// Rows of f32, `[rows, columns]`, without gaps, starting on a cache line.
///
/// Written only before it is shared, or by kernels in disjoint rows; that is what makes it Sendable.
@safe
public final class Matrix: @unchecked Sendable {
  public let rows: Int
  public let columns: Int
  private let memory: AlignedFloats

  var start: UnsafeMutablePointer<Float> { unsafe memory.start }

  private init(rows: Int, columns: Int, memory: AlignedFloats) {
    self.rows = rows
    self.columns = columns
    self.memory = memory
  }

  /// A matrix of zeros.
  public convenience init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix cannot have \(rows) rows and \(columns) columns")
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    precondition(!overflow, "no memory holds \(rows) × \(columns) floats")
    self.init(rows: rows, columns: columns, memory: AlignedFloats(count: count))
  }

  /// A matrix of the given values, row after row.
  public convenience init(rows: Int, columns: Int, values: [Float]) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    precondition(
      rows >= 0 && columns >= 0 && !overflow && values.count == count,
      "\(values.count) values for \(rows) × \(columns)")
    let memory = unsafe AlignedFloats(count: count) { memory in
      unsafe values.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        unsafe memory.initialize(from: start, count: values.count)
      }
    }
    self.init(rows: rows, columns: columns, memory: memory)
  }

  /// Rows of a mapped file of little-endian f32 without gaps, from a byte on that starts a float.
  ///
  /// Nothing is copied, and nothing may be written: a page comes into memory when it is read.
  public convenience init(rows: Int, columns: Int, mapping: FileMapping, byteOffset: Int = 0) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    precondition(rows >= 0 && columns >= 0 && !overflow, "no memory holds \(rows) × \(columns) floats")
    guard count > 0 else {
      self.init(rows: rows, columns: columns)
      return
    }
    self.init(
      rows: rows, columns: columns,
      memory: AlignedFloats(count: count, mapping: mapping, byteOffset: byteOffset))
  }

  /// The rows of several matrices of equal width, one after another.
  public convenience init(stacking parts: [Matrix]) {
    self.init(rows: parts.reduce(0) { $0 + $1.rows }, columns: parts.first?.columns ?? 0)
    var row = 0
    for part in parts {
      for index in 0..<part.rows { copyRow(index, of: part, to: row + index) }
      row += part.rows
    }
  }

  /// All values, row after row.
  public var values: [Float] { unsafe withUnsafeValues { unsafe Array($0) } }

  /// Whether the values can be read: they are in memory, or nobody has cut their mapped file.
  public var isWhole: Bool { memory.isWhole }

  /// Gives the memory of pages back, where the matrix is a mapped file; they come again when they are read.
  public func releasePages() { memory.releasePages() }

  /// A copy of one row.
  public func row(_ index: Int) -> [Float] {
    unsafe Array(UnsafeBufferPointer(start: rowStart(index), count: columns))
  }

  public func setRow(_ index: Int, _ values: [Float]) {
    precondition(values.count == columns, "\(values.count) values for a row of \(columns)")
    unsafe rowStart(index).update(from: values, count: columns)
  }

  /// Fills a row from little-endian f32 at any alignment.
  public func setRow(_ index: Int, bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 4 * columns, "\(bytes.count) bytes for a row of \(columns) floats")
    let row = unsafe rowStart(index)
    for column in 0..<columns {
      let bits = unsafe bytes.loadUnaligned(fromByteOffset: 4 * column, as: UInt32.self)
      unsafe row[column] = Float(bitPattern: UInt32(littleEndian: bits))
    }
  }

  /// Copies one row of a matrix of equal width into a row of this one.
  public func copyRow(_ source: Int, of other: Matrix, to index: Int) {
    precondition(other.columns == columns, "a row of \(other.columns) does not fit \(columns) columns")
    unsafe rowStart(index).update(from: other.rowStart(source), count: columns)
  }

  /// Copies a part of a row of a matrix, times a factor, into a row of this one from `column` on.
  public func copy(
    _ columns: Range<Int>, ofRow source: Int, in other: Matrix, scaledBy factor: Float = 1, to index: Int,
    column: Int
  ) {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= other.columns && column >= 0
        && column + columns.count <= self.columns,
      "columns \(columns) of \(other.columns) do not fit at \(column) of \(self.columns)")
    let from = unsafe other.rowStart(source) + columns.lowerBound
    let to = unsafe rowStart(index) + column
    guard factor != 1 else {
      unsafe to.update(from: from, count: columns.count)
      return
    }
    for offset in 0..<columns.count { unsafe to[offset] = from[offset] * factor }
  }

  /// A copy of some rows.
  public func rows(_ range: Range<Int>) -> Matrix {
    check(range)
    let copy = Matrix(rows: range.count, columns: columns)
    guard !range.isEmpty else { return copy }
    unsafe copy.start.update(from: start + range.lowerBound * columns, count: range.count * columns)
    return copy
  }

  /// The first rows, sharing this matrix's memory.
  public func leadingRows(_ count: Int) -> Matrix {
    precondition(0...rows ~= count, "\(count) of \(rows) rows")
    return Matrix(rows: count, columns: columns, memory: memory)
  }

  /// A copy of the first columns of every row.
  public func leadingColumns(_ count: Int) -> Matrix {
    precondition(0...columns ~= count, "\(count) of \(columns) columns")
    let copy = Matrix(rows: rows, columns: count)
    for row in 0..<rows { unsafe copy.rowStart(row).update(from: rowStart(row), count: count) }
    return copy
  }

  public func withUnsafeValues<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
    try unsafe body(UnsafeBufferPointer(start: start, count: rows * columns))
  }

  public func withUnsafeMutableValues<R>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> R
  ) rethrows -> R {
    try unsafe body(UnsafeMutableBufferPointer(start: start, count: rows * columns))
  }

  func rowStart(_ index: Int) -> UnsafeMutablePointer<Float> {
    precondition(0..<rows ~= index, "row \(index) of \(rows)")
    return unsafe start + index * columns
  }

  func check(_ range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a matrix of \(rows)")
  }
}
