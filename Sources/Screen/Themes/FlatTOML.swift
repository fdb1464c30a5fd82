/// TOML as themes and the configuration are written in it: a table header or `key = value` a line, with the line of
/// each value.
///
/// Values are strings, integers, booleans, and arrays and inline tables of those. What TOML has besides (floats,
/// dates, strings of several lines, dotted keys, arrays of tables) is refused with its line. Read by hand, because
/// themes come from strangers and faults are named by line: TOMLKit keeps no lines and ends the program over some
/// damaged values.
public struct FlatTOML {
  public struct Entry: Equatable, Sendable {
    /// The table's name; empty for the top.
    public var table: String
    public var key: String
    public var value: TOMLItem
    public var line: Int
  }

  /// Why a text is not read.
  public struct Fault: Error, Equatable, Sendable {
    public var line: Int
    public var reason: String
  }

  public private(set) var entries: [Entry] = []
  /// The tables that have a header, with its line.
  public private(set) var tables: [String: Int] = ["": 1]

  /// Reads a text.
  ///
  /// - Complexity: O(bytes)
  public init(_ text: String) throws(Fault) {
    var table = ""
    var seen = Set<[String]>()
    for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      var scanner = TOMLLine(line, number: index + 1)
      switch try scanner.statement() {
      case .nothing: break
      case .header(let name):
        guard tables.updateValue(index + 1, forKey: name) == nil else {
          throw Fault(line: index + 1, reason: "the table [\(name)] comes twice")
        }
        table = name
      case .value(let key, let value):
        guard seen.insert([table, key]).inserted else {
          throw Fault(line: index + 1, reason: "the key '\(key)' comes twice")
        }
        entries.append(Entry(table: table, key: key, value: value, line: index + 1))
      }
    }
  }
}

/// A value of `FlatTOML`.
public indirect enum TOMLItem: Equatable, Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case array([TOMLItem])
  case table([Member])

  public struct Member: Equatable, Sendable {
    public var key: String
    public var value: TOMLItem
  }

  public var string: String? { if case .string(let text) = self { text } else { nil } }
  public var integer: Int? { if case .integer(let number) = self { number } else { nil } }
  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
}

/// Reads one line.
struct TOMLLine {
  enum Statement: Equatable {
    case nothing
    case header(String)
    case value(key: String, TOMLItem)
  }

  private static let deepest = 4

  private let bytes: [UInt8]
  private let number: Int
  private var index = 0

  init(_ line: some Collection<UInt8>, number: Int) {
    var bytes = Array(line)
    if bytes.last == 0x0D { bytes.removeLast() }
    self.bytes = bytes
    self.number = number
  }

  mutating func statement() throws(FlatTOML.Fault) -> Statement {
    if let control = bytes.first(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
      throw fault("a control character (code \(control))")
    }
    skipSpaces()
    guard let first = peek, first != UInt8(ascii: "#") else { return .nothing }
    if take("[") {
      if peek == UInt8(ascii: "[") { throw fault("arrays of tables are not read here") }
      skipSpaces()
      let name = try key()
      skipSpaces()
      guard take("]") else { throw fault("a table header is [name] with one name") }
      try expectEnd()
      return .header(name)
    }
    let key = try key()
    skipSpaces()
    guard take("=") else {
      throw fault("expected '=' behind '\(key)'; a key with a dot is written in quotes")
    }
    skipSpaces()
    let value = try value(depth: 0)
    try expectEnd()
    return .value(key: key, value)
  }

  private mutating func key() throws(FlatTOML.Fault) -> String {
    if peek == UInt8(ascii: "\"") { return try basicString() }
    if peek == UInt8(ascii: "'") { return try literalString() }
    let start = index
    while let byte = peek, Self.isBare(byte) { index += 1 }
    guard index > start else { throw fault("expected a key or a table header, found \(found)") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func value(depth: Int) throws(FlatTOML.Fault) -> TOMLItem {
    guard depth < Self.deepest else { throw fault("values are nested more than \(Self.deepest) deep") }
    switch peek {
    case UInt8(ascii: "\""): return .string(try basicString())
    case UInt8(ascii: "'"): return .string(try literalString())
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "{"): return .table(try table(depth: depth))
    default: return try word()
    }
  }

  private mutating func array(depth: Int) throws(FlatTOML.Fault) -> [TOMLItem] {
    index += 1
    var items: [TOMLItem] = []
    while true {
      skipSpaces()
      if take("]") { return items }
      items.append(try value(depth: depth + 1))
      skipSpaces()
      if take(",") { continue }
      guard take("]") else { throw fault("expected ',' or ']' in an array, found \(found)") }
      return items
    }
  }

  private mutating func table(depth: Int) throws(FlatTOML.Fault) -> [TOMLItem.Member] {
    index += 1
    var members: [TOMLItem.Member] = []
    skipSpaces()
    if take("}") { return members }
    while true {
      skipSpaces()
      let key = try key()
      guard !members.contains(where: { $0.key == key }) else { throw fault("the key '\(key)' comes twice") }
      guard members.count < 16 else { throw fault("an inline table of more than 16 keys") }
      skipSpaces()
      guard take("=") else { throw fault("expected '=' behind '\(key)', found \(found)") }
      skipSpaces()
      members.append(.init(key: key, value: try value(depth: depth + 1)))
      skipSpaces()
      if take(",") { continue }
      guard take("}") else { throw fault("expected ',' or '}' in an inline table, found \(found)") }
      return members
    }
  }

  /// `true`, `false` or an integer.
  private mutating func word() throws(FlatTOML.Fault) -> TOMLItem {
    let start = index
    while let byte = peek, Self.isBare(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") {
      index += 1
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if text == "true" || text == "false" { return .boolean(text == "true") }
    let digits = text.drop { $0 == "-" || $0 == "+" }
    guard digits.count >= text.count - 1, !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      digits == "0" || digits.first != "0", let value = Int(text)
    else {
      index = start
      throw fault("expected a string in quotes, a whole number, true, false, [ or {, found \(found)")
    }
    return .integer(value)
  }

  private mutating func literalString() throws(FlatTOML.Fault) -> String {
    index += 1
    guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "'")) else {
      throw fault("a string is not closed by \"'\" on its line")
    }
    defer { index = end + 1 }
    return String(decoding: bytes[index..<end], as: UTF8.self)
  }

  private mutating func basicString() throws(FlatTOML.Fault) -> String {
    index += 1
    var text: [UInt8] = []
    while let byte = peek {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += String(try escape()).utf8
      default: text.append(byte)
      }
    }
    throw fault("a string is not closed by '\"' on its line")
  }

  private mutating func escape() throws(FlatTOML.Fault) -> Unicode.Scalar {
    guard let byte = peek else { throw fault("a string is not closed by '\"' on its line") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return Unicode.Scalar(byte)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = byte == UInt8(ascii: "u") ? 4 : 8
      let digits = String(decoding: bytes[index...].prefix(count), as: UTF8.self)
      guard digits.utf8.count == count, digits.allSatisfy(\.isHexDigit),
        let value = UInt32(digits, radix: 16),
        let scalar = Unicode.Scalar(value)
      else { throw fault("an escape without its \(count) hexadecimal digits") }
      index += count
      return scalar
    default: throw fault("an escape that TOML does not have")
    }
  }

  private mutating func expectEnd() throws(FlatTOML.Fault) {
    skipSpaces()
    guard peek == nil || peek == UInt8(ascii: "#") else {
      throw fault("expected the end of the line, found \(found)")
    }
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek.map({ UInt32($0) == character.value }) == true else { return false }
    index += 1
    return true
  }

  private mutating func skipSpaces() {
    while peek == 0x20 || peek == 0x09 { index += 1 }
  }

  /// What stands at the index, as messages show it.
  private var found: String {
    guard index < bytes.count else { return "the end of the line" }
    return "'\(String(decoding: bytes[index...], as: UTF8.self).prefix(24))'"
  }

  private func fault(_ reason: String) -> FlatTOML.Fault { FlatTOML.Fault(line: number, reason: reason) }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
