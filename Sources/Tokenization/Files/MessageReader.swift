/// Reads the fields of one message in the wire format of Protocol Buffers, in order.
struct MessageReader {
  /// One field: its number and what it holds.
  struct Field {
    enum Value {
      case number(UInt64)
      case fixed32(UInt32)
      case fixed64(UInt64)
      case bytes(ArraySlice<UInt8>)
    }

    var number: Int
    var value: Value
    /// Where it begins in the file.
    var offset: Int
  }

  let file: String
  private let bytes: ArraySlice<UInt8>
  private var index: Int

  init(file: String, bytes: ArraySlice<UInt8>) {
    self.file = file
    self.bytes = bytes
    index = bytes.startIndex
  }

  /// The next field; nil at the end.
  mutating func next() throws(TokenizationError) -> Field? {
    guard index < bytes.endIndex else { return nil }
    let offset = index
    let key = try varint()
    guard case let number = key >> 3, (1...0x1fff_ffff).contains(number) else {
      throw fault(offset, "a field of number \(key >> 3)")
    }
    let value: Field.Value
    switch key & 7 {
    case 0: value = .number(try varint())
    case 1: value = .fixed64(try fixed(8))
    case 2:
      let count = try varint()
      guard count <= UInt64(bytes.endIndex - index) else {
        throw fault(offset, "a field of \(count) bytes, but only \(bytes.endIndex - index) are left")
      }
      value = .bytes(bytes[index..<index + Int(count)])
      index += Int(count)
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
    default: throw fault(offset, "a field of the unknown type \(key & 7)")
    }
    return Field(number: Int(number), value: value, offset: offset)
  }

  func fault(_ offset: Int, _ problem: String) -> TokenizationError {
    .damagedMessage(file: file, byteOffset: offset, problem: problem)
  }

  /// A number of at most ten bytes, seven bits in each, the lowest first.
  private mutating func varint() throws(TokenizationError) -> UInt64 {
    let start = index
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard index < bytes.endIndex else { throw fault(start, "a number that is cut off") }
      let byte = bytes[index]
      index += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
    }
    throw fault(start, "a number of more than ten bytes")
  }

  private mutating func fixed(_ count: Int) throws(TokenizationError) -> UInt64 {
    guard bytes.endIndex - index >= count else { throw fault(index, "a number that is cut off") }
    defer { index += count }
    return (0..<count).reduce(0) { $0 | UInt64(bytes[index + $1]) << UInt64(8 * $1) }
  }
}

extension MessageReader {
  func number(_ field: Field) throws(TokenizationError) -> Int {
    guard case .number(let number) = field.value else {
      throw fault(field.offset, "field \(field.number) is no whole number")
    }
    return Int(truncatingIfNeeded: number)
  }

  func float(_ field: Field) throws(TokenizationError) -> Float {
    guard case .fixed32(let bits) = field.value else {
      throw fault(field.offset, "field \(field.number) is no number of single precision")
    }
    return Float(bitPattern: bits)
  }

  func bytes(_ field: Field) throws(TokenizationError) -> ArraySlice<UInt8> {
    guard case .bytes(let bytes) = field.value else {
      throw fault(field.offset, "field \(field.number) is no sequence of bytes")
    }
    return bytes
  }

  func string(_ field: Field) throws(TokenizationError) -> String {
    guard let text = String(validating: try bytes(field), as: UTF8.self) else {
      throw fault(field.offset, "field \(field.number) is not UTF-8")
    }
    return text
  }

  func message(_ field: Field) throws(TokenizationError) -> MessageReader {
    MessageReader(file: file, bytes: try bytes(field))
  }
}
