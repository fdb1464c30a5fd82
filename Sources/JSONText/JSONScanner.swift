/// A strict reader of JSON text (RFC 8259), value by value, over bytes in memory.
///
/// Foundation's reader accepts a key twice, loses the order of members, takes canonically equivalent keys for
/// one and, on Linux, does not say where a text is damaged. This one refuses whatever the grammar does not
/// have, invalid UTF-8 and deep nesting, and says at which byte.
///
/// An object is read so; an array likewise, with `openArray` and `nextElement`:
/// ```swift
/// try scanner.openObject()
/// while let key = try scanner.nextKey() { members[key] = try scanner.value() }
/// ```
public struct JSONScanner: Sendable {
  let bytes: [UInt8]
  let end: Int
  let depthLimit: Int
  let valueLimit: Int
  let allowsZero: Bool
  let allowsDuplicateKeys: Bool
  /// The next byte that will be read.
  public internal(set) var offset: Int
  private var depth = 0
  /// How many values `value` has given, those inside others counted.
  var valueCount = 0
  /// Whether the bracket that opened the innermost object or array was the last thing read.
  private var isOpening = false

  /// - Parameters:
  ///   - bytes: the text, or what it stands in.
  ///   - range: where the text stands in `bytes`; nil for all of them.
  ///   - depthLimit: how many objects and arrays may enclose one another; a hostile text must not exhaust the
  ///     stack.
  ///   - valueLimit: how many values `value` may give, those inside others counted; a hostile text must not take up far
  ///     more memory than its bytes. The default is more than the largest real tokenizers have.
  ///   - allowsZero: whether strings may have U+0000.
  ///   - allowsDuplicateKeys: whether `value` keeps a key that comes twice, for a caller that looks for those
  ///     itself.
  public init(
    _ bytes: [UInt8], in range: Range<Int>? = nil, depthLimit: Int = 64, valueLimit: Int = 1 << 23,
    allowsZero: Bool = true,
    allowsDuplicateKeys: Bool = false
  ) {
    self.bytes = bytes
    let range = range ?? 0..<bytes.count
    precondition(range.upperBound <= bytes.count, "text in \(range), but there are \(bytes.count) bytes")
    offset = range.lowerBound
    end = range.upperBound
    self.depthLimit = depthLimit
    self.valueLimit = valueLimit
    self.allowsZero = allowsZero
    self.allowsDuplicateKeys = allowsDuplicateKeys
  }

  /// The kinds of value, told by their first byte.
  public enum Kind: Sendable {
    case null, boolean, number, string, array, object
  }

  /// The kind of the value that comes next; white space before it is passed over.
  public mutating func kind() throws(JSONFault) -> Kind {
    skipSpace()
    guard offset < end else { throw fault(.unexpectedEnd(.value)) }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw unexpected(.value)
    }
  }

  public mutating func openObject() throws(JSONFault) { try open("{") }

  public mutating func openArray() throws(JSONFault) { try open("[") }

  /// The key of the next member, whose value must be read next; nil where the object ends.
  public mutating func nextKey() throws(JSONFault) -> String? {
    guard try goes(onBefore: "}") else { return nil }
    let key = try string()
    try expect(":")
    return key
  }

  /// As `nextKey()`, refusing a key that is among those seen.
  public mutating func nextKey(notIn seen: inout JSONKeySet) throws(JSONFault) -> String? {
    guard try goes(onBefore: "}") else { return nil }
    let key = try string()
    guard seen.insert(key) else { throw fault(.duplicateKey(key)) }
    try expect(":")
    return key
  }

  /// Whether another element follows, which must be read next; false where the array ends.
  public mutating func nextElement() throws(JSONFault) -> Bool { try goes(onBefore: "]") }

  /// Checks the next value and gives it as it is written; keys that come twice are not looked for.
  public mutating func written() throws(JSONFault) -> String {
    skipSpace()
    let start = offset
    try skip()
    return text(from: start)
  }

  /// Checks the next value and passes over it; keys that come twice are not looked for.
  public mutating func skip() throws(JSONFault) {
    switch try kind() {
    case .object:
      try openObject()
      while try nextKey() != nil { try skip() }
    case .array:
      try openArray()
      while try nextElement() { try skip() }
    case .string: _ = try string()
    case .number: _ = try numberIsWhole()
    case .boolean, .null: _ = try word()
    }
  }

  /// Nothing but white space may follow.
  public mutating func expectEnd() throws(JSONFault) {
    skipSpace()
    guard offset == end else { throw fault(.trailing) }
  }
}

extension JSONScanner {
  func fault(_ reason: JSONFault.Reason) -> JSONFault { JSONFault(offset: offset, reason: reason) }

  /// The fault of the byte at `offset`, or of the end.
  func unexpected(_ expected: JSONFault.Expectation) -> JSONFault {
    guard offset < end else { return fault(.unexpectedEnd(expected)) }
    let next = bytes[offset..<min(offset + 4, end)]
    let isText = next[offset] < 0x80 || next.offsetOfInvalidUTF8 != 0
    return fault(isText ? .unexpected(bytes[offset], expected) : .notUTF8(bytes[offset]))
  }

  /// What was read since `start`.
  func text(from start: Int) -> String { String(decoding: bytes[start..<offset], as: UTF8.self) }

  mutating func skipSpace() {
    while offset < end {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  mutating func accept(_ mark: Unicode.Scalar) -> Bool {
    guard offset < end, bytes[offset] == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

  mutating func expect(_ mark: Unicode.Scalar) throws(JSONFault) {
    skipSpace()
    guard accept(mark) else { throw unexpected(.mark(mark)) }
  }

  private mutating func open(_ bracket: Unicode.Scalar) throws(JSONFault) {
    skipSpace()
    guard depth < depthLimit else { throw fault(.tooDeep(limit: depthLimit)) }
    try expect(bracket)
    depth += 1
    isOpening = true
  }

  /// Passes over the comma before a further item, or over the bracket that closes.
  private mutating func goes(onBefore bracket: Unicode.Scalar) throws(JSONFault) -> Bool {
    skipSpace()
    let isFirst = isOpening
    isOpening = false
    if accept(bracket) {
      depth -= 1
      return false
    }
    guard isFirst || accept(",") else { throw unexpected(.commaOr(bracket)) }
    return true
  }
}
