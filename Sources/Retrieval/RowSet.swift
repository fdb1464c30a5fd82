/// A set of rows: a bit for each.
public struct RowSet: Sendable, Equatable, ExpressibleByArrayLiteral {
  private var words: [UInt64] = []
  /// How many rows are in the set.
  public private(set) var count = 0

  public init() {}

  public init(_ rows: Range<Int>) { formUnion(rows) }

  public init(_ rows: some Sequence<Int>) {
    for row in rows { insert(row) }
  }

  public init(arrayLiteral rows: Int...) { self.init(rows) }

  /// Whether a row is in the set.
  public func contains(_ row: Int) -> Bool {
    let word = row >> 6
    return words.indices.contains(word) && words[word] >> UInt64(row & 63) & 1 == 1
  }

  /// Adds a row; false where it is in the set already.
  @discardableResult
  public mutating func insert(_ row: Int) -> Bool {
    precondition(row >= 0, "row \(row)")
    grow(to: row >> 6 + 1)
    let bit: UInt64 = 1 << UInt64(row & 63)
    guard words[row >> 6] & bit == 0 else { return false }
    words[row >> 6] |= bit
    count += 1
    return true
  }

  /// Removes a row; false where it was not in the set.
  @discardableResult
  public mutating func remove(_ row: Int) -> Bool {
    guard contains(row) else { return false }
    words[row >> 6] &= ~(1 << UInt64(row & 63))
    count -= 1
    return true
  }

  /// Adds a range of rows, word by word.
  public mutating func formUnion(_ rows: Range<Int>) {
    guard !rows.isEmpty else { return }
    precondition(rows.lowerBound >= 0, "rows \(rows)")
    grow(to: (rows.upperBound - 1) >> 6 + 1)
    for word in rows.lowerBound >> 6...(rows.upperBound - 1) >> 6 {
      let added = Self.mask(rows, word: word) & ~words[word]
      words[word] |= added
      count += added.nonzeroBitCount
    }
  }

  /// Whether any row of a range is in the set.
  public func intersects(_ rows: Range<Int>) -> Bool {
    let rows = rows.clamped(to: 0..<words.count << 6)
    guard !rows.isEmpty else { return false }
    return (rows.lowerBound >> 6...(rows.upperBound - 1) >> 6).contains {
      words[$0] & Self.mask(rows, word: $0) != 0
    }
  }

  private mutating func grow(to count: Int) {
    if count > words.count { words.append(contentsOf: repeatElement(0, count: count - words.count)) }
  }

  /// The bits of a word that a range covers.
  private static func mask(_ rows: Range<Int>, word: Int) -> UInt64 {
    let part = rows.clamped(to: word << 6..<(word + 1) << 6)
    guard !part.isEmpty else { return 0 }
    return (.max >> UInt64(64 - part.count)) << UInt64(part.lowerBound & 63)
  }
}
