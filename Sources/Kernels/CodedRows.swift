internal import CKernels

/// Rows held as bytes, with what the bytes leave out: x ≈ center + scale · code.
///
/// For each row the code, its scale and a bound of the residual ‖x − center − scale · code‖ are kept, from which bounds of every
/// metric follow. A row that is not finite, or far out of the usual range, has zeros for a code and an infinite residual:
/// nothing is known about it. One stretch of memory is the same in memory and in a file (`CodedLayout`), so that a
/// mapped file is searched where it is.
///
/// Sendable, because nobody writes the bytes once they are there.
@safe
public final class CodedRows: @unchecked Sendable {
  /// What of a row is coded.
  public enum Geometry: UInt32, CaseIterable, Sendable {
    /// The row; residuals are euclidean norms.
    case plain = 0
    /// The row divided by its euclidean norm.
    case normalized = 1
    /// The row, with the square of its distance from the center.
    case squared = 2
    /// The row; residuals are sums of magnitudes, and scales are powers of the fourth root of two.
    case magnitudes = 3
  }

  /// Why bytes are no coded rows.
  public struct Damage: Error, Equatable, Sendable {
    public var reason: String

    public init(reason: String) { self.reason = reason }
  }

  let layout: CodedLayout
  let memory: ByteMemory

  init(_ layout: CodedLayout, _ memory: ByteMemory) {
    (self.layout, self.memory) = (layout, memory)
  }

  public var geometry: Geometry { layout.geometry }
  public var count: Int { layout.rows }
  public var dimensions: Int { layout.dimensions }

  /// What is subtracted from every row before it is coded, `[dimensions]`.
  public var center: [Float] {
    unsafe Array(UnsafeBufferPointer(start: memory.floats(layout.center), count: dimensions))
  }

  /// Codes rows of f32, `[rows, dimensions]`.
  ///
  /// - Parameters:
  ///   - vectors: the rows.
  ///   - numbers: the number of each row, below 2³².
  ///   - center: near the mean of the rows, for small residuals; finite, at most 2⁴⁰ in magnitude.
  ///   - geometry: what is coded.
  ///   - kernels: give the same bounds whichever they are, but not the same bits.
  ///   - work: codes blocks of rows.
  public convenience init(
    _ vectors: Matrix, numbers: [Int], center: [Float], geometry: Geometry, kernels: ScanKernels,
    work: Work = .inline
  ) {
    precondition(vectors.rows == numbers.count, "\(numbers.count) row numbers for \(vectors.rows) vectors")
    precondition(
      center.count == vectors.columns, "a center of \(center.count) for rows of \(vectors.columns)")
    self.init(numbers: numbers, center: center, geometry: geometry)
    let block = max(1, (1 << 17) / max(1, dimensions))
    work.forEachBlock((count + block - 1) / block) { index in
      for row in index * block..<min(count, (index + 1) * block) { code(row, of: vectors, kernels) }
    }
    noteLevels()
  }

  /// Room for rows, with their numbers.
  private convenience init(numbers: [Int], center: [Float], geometry: Geometry) {
    let first = numbers.first ?? 0
    let isRun = numbers.indices.allSatisfy { numbers[$0] == first + $0 }
    guard
      let layout = CodedLayout(
        geometry: geometry, rows: numbers.count, dimensions: center.count, listsNumbers: !isRun)
    else { preconditionFailure("no memory holds \(numbers.count) codes of \(center.count)") }
    precondition(
      numbers.allSatisfy { 0...Int(UInt32.max) ~= $0 }, "row numbers are between 0 and \(UInt32.max)")
    self.init(layout, ByteMemory(count: layout.byteCount))
    let start = unsafe memory.start
    for (index, byte) in CodedLayout.magic.enumerated() {
      unsafe start.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }
    unsafe start.storeBytes(of: geometry.rawValue.littleEndian, toByteOffset: 8, as: UInt32.self)
    unsafe start.storeBytes(of: (isRun ? 0 : 1 as UInt32).littleEndian, toByteOffset: 12, as: UInt32.self)
    for (offset, value) in [(16, count), (24, dimensions), (32, first)] {
      unsafe start.storeBytes(of: UInt64(value).littleEndian, toByteOffset: offset, as: UInt64.self)
    }
    unsafe memory.floats(layout.center).update(from: center, count: dimensions)
    guard !isRun else { return }
    for (index, number) in numbers.enumerated() {
      unsafe start.storeBytes(
        of: UInt32(number).littleEndian, toByteOffset: layout.numbers + 4 * index, as: UInt32.self)
    }
  }

  private func code(_ row: Int, of vectors: Matrix, _ kernels: ScanKernels) {
    let code = unsafe (memory.start + layout.codes + row * dimensions).assumingMemoryBound(to: Int8.self)
    let coded = unsafe kernels.table.pointee.code(
      kn_geometry(geometry.rawValue), vectors.rowStart(row), memory.floats(layout.center), dimensions, code)
    unsafe memory.floats(layout.residuals)[row] = coded.residual
    if geometry == .squared { unsafe memory.floats(layout.offsets)[row] = coded.offset }
    if geometry == .magnitudes {
      unsafe memory.start.storeBytes(of: coded.level, toByteOffset: layout.levels + row, as: UInt8.self)
    } else {
      unsafe memory.floats(layout.scales)[row] = coded.scale
    }
  }

  /// Marks the levels that occur.
  private func noteLevels() {
    guard geometry == .magnitudes else { return }
    for row in 0..<count {
      let level = unsafe Int(memory.bytes[layout.levels + row])
      let byte = 64 + level / 8
      unsafe memory.start.storeBytes(
        of: memory.bytes[byte] | 1 << UInt8(level % 8), toByteOffset: byte, as: UInt8.self)
    }
  }

  /// The rows of several, one after another; they must be of one geometry and have the same center.
  public convenience init(joining parts: [CodedRows]) {
    guard let first = parts.first else { preconditionFailure("no coded rows to join") }
    precondition(
      parts.allSatisfy { $0.hasSameForm(as: first) }, "coded rows of different forms cannot be joined")
    self.init(numbers: parts.flatMap(\.numbers), center: first.center, geometry: first.geometry)
    var row = 0
    for part in parts {
      copy(part, to: row)
      row += part.count
    }
    noteLevels()
  }

  private func copy(_ part: CodedRows, to row: Int) {
    func copy(_ place: KeyPath<CodedLayout, Int>, _ size: Int) {
      unsafe (memory.start + layout[keyPath: place] + row * size)
        .copyMemory(from: part.memory.start + part.layout[keyPath: place], byteCount: part.count * size)
    }
    copy(\.residuals, 4)
    copy(\.codes, dimensions)
    if geometry == .squared { copy(\.offsets, 4) }
    if geometry == .magnitudes { copy(\.levels, 1) } else { copy(\.scales, 4) }
  }

  /// Whether rows can be joined with others: same geometry and center.
  public func hasSameForm(as other: CodedRows) -> Bool {
    geometry == other.geometry && dimensions == other.dimensions && center == other.center
  }

  /// The largest magnitude of a value of the center.
  public static var centerLimit: Float { 0x1p40 }

  private var firstNumber: Int {
    unsafe Int(UInt64(littleEndian: memory.bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)))
  }

  /// The numbers of all rows where they follow on the first.
  public var run: Range<Int>? { layout.listsNumbers ? nil : firstNumber..<firstNumber + count }

  /// The number of a row.
  public func number(_ index: Int) -> Int {
    precondition(0..<count ~= index, "row \(index) of \(count)")
    guard layout.listsNumbers else { return firstNumber + index }
    return unsafe Int(
      UInt32(littleEndian: memory.bytes.load(fromByteOffset: layout.numbers + 4 * index, as: UInt32.self)))
  }

  /// The numbers of all rows.
  public var numbers: [Int] { (0..<count).map { number($0) } }

  /// The levels that occur, for geometry `magnitudes`.
  public var levels: [UInt8] {
    (0...255).filter { level in unsafe memory.bytes[64 + Int(level) / 8] >> (level % 8) & 1 == 1 }
  }

  /// The scale of a level.
  public static func scale(level: UInt8) -> Float { kn_level_scale(level) }

  /// A row's scale, residual, offset and level; where the geometry has none, 0.
  public func facts(_ index: Int) -> (scale: Float, residual: Float, offset: Float, level: UInt8) {
    precondition(0..<count ~= index, "row \(index) of \(count)")
    let level = unsafe geometry == .magnitudes ? memory.bytes[layout.levels + index] : 0
    return unsafe (
      geometry == .magnitudes ? Self.scale(level: level) : memory.floats(layout.scales)[index],
      memory.floats(layout.residuals)[index],
      geometry == .squared ? memory.floats(layout.offsets)[index] : 0, level
    )
  }

  /// A row's code, `[dimensions]`.
  public func code(_ index: Int) -> [Int8] {
    precondition(0..<count ~= index, "row \(index) of \(count)")
    let start = unsafe (memory.start + layout.codes + index * dimensions).assumingMemoryBound(to: Int8.self)
    return unsafe Array(UnsafeBufferPointer(start: start, count: dimensions))
  }
}
