/// Where the values of a JSON text stand, found without checking it: what mutations cut, copy and swap.
struct JSONSpans {
  struct Value {
    /// From the first to the last byte, quotes and brackets included.
    var range: Range<Int>
    /// The key with its quotes, of a member.
    var key: Range<Int>?

    /// The value with its key.
    var member: Range<Int> { (key?.lowerBound ?? range.lowerBound)..<range.upperBound }
  }

  private(set) var values: [Value] = []

  init(_ bytes: [UInt8]) {
    var open: [(start: Int, key: Range<Int>?)] = []
    var key: Range<Int>?
    var index = 0
    while index < bytes.count {
      let start = index
      index += 1
      switch bytes[start] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open.append((start, key))
        key = nil
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let last = open.popLast() { values.append(Value(range: last.start..<index, key: last.key)) }
        key = nil
      case UInt8(ascii: "\""):
        index = Self.end(ofString: start, bytes)
        if Self.isBeforeColon(index, bytes) {
          key = start..<index
        } else {
          values.append(Value(range: start..<index, key: key))
          key = nil
        }
      case let byte where Self.isPlain(byte):
        while index < bytes.count, Self.isPlain(bytes[index]) { index += 1 }
        values.append(Value(range: start..<index, key: key))
        key = nil
      default: break
      }
    }
  }

  /// What stands in numbers and words.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && !"\"{}[],:".utf8.contains(byte)
  }

  private static func end(ofString start: Int, _ bytes: [UInt8]) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, bytes.count)
  }

  private static func isBeforeColon(_ index: Int, _ bytes: [UInt8]) -> Bool {
    bytes[index...].first { $0 > 0x20 } == UInt8(ascii: ":")
  }
}
