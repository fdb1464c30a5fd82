/// Where the parts of coded rows stand, in memory as in a file.
///
/// Little-endian. A header of 128 bytes, then the parts, each on a multiple of 64 bytes:
///
/// | bytes | header |
/// | --- | --- |
/// | 0–7 | `VSCODES1` |
/// | 8–11 | the geometry's number |
/// | 12–15 | 1 where row numbers are listed, 0 where they follow on the first |
/// | 16–23 | rows |
/// | 24–31 | dimensions |
/// | 32–39 | the first row's number |
/// | 40–47 | in a file, the checksum of everything behind the header |
/// | 64–95 | a bit for each level that occurs (geometry `magnitudes`) |
///
/// | part | type | where |
/// | --- | --- | --- |
/// | center | f32 [dimensions] | |
/// | row numbers | u32 [rows] | where they are listed |
/// | scales | f32 [rows] | not for `magnitudes` |
/// | levels | u8 [rows] | for `magnitudes` |
/// | residuals | f32 [rows] | |
/// | offsets | f32 [rows] | for `squared` |
/// | codes | i8 [rows, dimensions] | |
struct CodedLayout: Equatable {
  static let magic: [UInt8] = Array("VSCODES1".utf8)
  static let headerSize = 128
  static let alignment = 64
  /// Where the checksum stands.
  static let checksum = 40

  let geometry: CodedRows.Geometry
  let rows: Int
  let dimensions: Int
  let listsNumbers: Bool
  private(set) var center = 0
  private(set) var numbers = 0
  private(set) var scales = 0
  private(set) var levels = 0
  private(set) var residuals = 0
  private(set) var offsets = 0
  private(set) var codes = 0
  private(set) var byteCount = CodedLayout.headerSize

  /// Nil where no memory holds so much.
  init?(geometry: CodedRows.Geometry, rows: Int, dimensions: Int, listsNumbers: Bool) {
    (self.geometry, self.rows, self.dimensions, self.listsNumbers) = (
      geometry, rows, dimensions, listsNumbers
    )
    guard rows >= 0, dimensions >= 0, let center = place(dimensions, of: 4),
      let numbers = place(listsNumbers ? rows : 0, of: 4),
      let scales = place(geometry == .magnitudes ? 0 : rows, of: 4),
      let levels = place(geometry == .magnitudes ? rows : 0, of: 1),
      let residuals = place(rows, of: 4), let offsets = place(geometry == .squared ? rows : 0, of: 4),
      let codes = place(rows, of: dimensions)
    else { return nil }
    (self.center, self.numbers, self.scales, self.levels) = (center, numbers, scales, levels)
    (self.residuals, self.offsets, self.codes) = (residuals, offsets, codes)
  }

  /// Makes room for a part, and says where.
  private mutating func place(_ count: Int, of size: Int) -> Int? {
    let start = (byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= Int.max / 2 - start else { return nil }
    byteCount = start + bytes
    return start
  }
}
