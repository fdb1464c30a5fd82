extension Mutator {
  /// Changes the header, mostly with its length set right again, or the numbers behind it.
  mutating func changeSafetensors(_ bytes: inout [UInt8]) {
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * min($1.offset, 6)) }
    guard bytes.count >= 8, (0...bytes.count - 8).contains(length) else { return changeBytes(&bytes) }
    var header = Array(bytes[8..<8 + length])
    var data = Array(bytes[(8 + length)...])
    var written = UInt64(length)
    switch number(below: 8) {
    case 0: written = element([0, 1, 2, written &- 1, written &+ 1, 100_000_000, 100_000_001, 1 << 63, .max])
    case 1: changeBytes(&data)
    case 2...3: changeNumbers(&data)
    case 4: swapTensors(&header)
    default:
      changeJSON(&header)
      if !isOneOf(8) { written = UInt64(header.count) }
    }
    bytes = SafetensorsBytes.littleEndian(written) + header + data
  }

  /// Puts numbers that are not finite, or lead to such, among the tensors' bytes.
  private mutating func changeNumbers(_ data: inout [UInt8]) {
    let values: [Float] = [
      .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -3e38, 1e30, .leastNonzeroMagnitude, 0,
    ]
    let value = SafetensorsBytes.littleEndian(element(values).bitPattern)
    let count = isOneOf(4) ? data.count / 4 : 1 + number(below: 3)
    var place = number(below: data.count / 4) * 4
    for _ in 0..<count where place + 4 <= data.count {
      data.replaceSubrange(place..<place + 4, with: value)
      place += 4
    }
  }

  /// Exchanges the names, types, shapes or places of two tensors.
  private mutating func swapTensors(_ header: inout [UInt8]) {
    let values = JSONSpans(header).values
    let name = Array(element(["dtype", "shape", "data_offsets"]).utf8)
    let places =
      isOneOf(3)
      ? values.compactMap(\.key)
      : values.filter { $0.key.map { Array(header[$0].dropFirst().dropLast()) } == name }.map(\.range)
    guard places.count > 1 else { return }
    let (a, b) = (element(places), element(places))
    let (first, second) = a.lowerBound <= b.lowerBound ? (a, b) : (b, a)
    guard !first.overlaps(second) else { return }
    let (left, right) = (Array(header[first]), Array(header[second]))
    header.replaceSubrange(second, with: left)
    header.replaceSubrange(first, with: right)
  }

  /// Changes fields of a protocol buffer: the message, or one inside it with the lengths set right again.
  mutating func changeMessage(_ bytes: inout [UInt8]) {
    var fields = MessageFields(bytes).fields
    guard !fields.isEmpty else { return changeBytes(&bytes) }
    let (first, second) = (number(below: fields.count), number(below: fields.count))
    switch number(below: 8) {
    case 0: fields.remove(at: first)
    case 1: fields.insert(fields[second], at: first)
    case 2: fields.swapAt(first, second)
    case 3: fields[first].tag = UInt64(number(below: 1 << 10))
    case 4: fields[first].length = element([0, 1, 1 << 31, 1 << 63, .max, UInt64(number(below: 300))])
    case 5 where fields[first].isNested:
      var inner = fields[first].content
      changeBytes(&inner)
      fields[first].content = inner
    case 6 where fields[first].isNested: changeMessage(&fields[first].content)
    default:
      // Scores of pieces, and whatever else is a number.
      let index = fields.indices.filter { fields[$0].isNested }.randomElement(using: &random) ?? first
      guard fields[index].isNested else { return changeBytes(&fields[index].content) }
      var inner = MessageFields(fields[index].content)
      for place in inner.fields.indices where !inner.fields[place].isNested {
        let isFixed = inner.fields[place].content.count == 4
        let scores: [Float] = [.nan, .infinity, -.infinity, 1e38, 0, -0.0]
        inner.fields[place].content =
          isFixed
          ? SafetensorsBytes.littleEndian(element(scores).bitPattern)
          : MessageFields.variableLength(element([0, 1, 2, 3, 4, 5, 6, 7, 1 << 31, 1 << 32, 1 << 63, .max]))
      }
      fields[index].content = inner.bytes
    }
    bytes = MessageFields(fields: fields).bytes
  }
}

/// The fields of a protocol buffer, one after the other; nothing from the first on that makes no sense.
struct MessageFields {
  struct Field {
    var tag: UInt64
    /// What stands for the length where it is not that of the content.
    var length: UInt64?
    var content: [UInt8]
    /// Whether the content has a length: text, or a message.
    var isNested: Bool { tag & 7 == 2 }
  }

  var fields: [Field]

  init(fields: [Field]) { self.fields = fields }

  init(_ bytes: [UInt8]) {
    fields = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let tag = Self.number(&rest) else { return }
      var content = rest
      switch tag & 7 {
      case 0:
        guard Self.number(&rest) != nil else { return }
        content = content.prefix(upTo: rest.startIndex)
      case 1: content = rest.prefix(8)
      case 5: content = rest.prefix(4)
      default:
        guard let length = Self.number(&rest), length <= UInt64(rest.count) else { return }
        content = rest.prefix(Int(length))
      }
      rest = bytes[content.endIndex...]
      fields.append(Field(tag: tag, content: Array(content)))
    }
  }

  var bytes: [UInt8] {
    fields.flatMap { field in
      let length = field.isNested ? Self.variableLength(field.length ?? UInt64(field.content.count)) : []
      return Self.variableLength(field.tag) + length + field.content
    }
  }

  /// Seven bits a byte, the lowest first.
  static func variableLength(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
