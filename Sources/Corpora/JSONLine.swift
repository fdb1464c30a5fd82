import JSONText

/// One line of JSON that holds an object, its members in the order of the file.
struct JSONLine {
  /// How deep values may be nested: deeper than in a configuration, as here they are the user's own.
  static let depthLimit = 128

  private(set) var members: [(key: String, value: Value)] = []

  /// A value of the object; what is no string stays as it is written.
  enum Value: Equatable {
    case string(String)
    case number(String)
    case boolean(String)
    case composite(String)
    case null

    /// The value as a field shows it; nil for null.
    var fieldText: String? {
      switch self {
      case .string(let text), .number(let text), .boolean(let text), .composite(let text): text
      case .null: nil
      }
    }
  }

  subscript(key: String) -> Value? {
    members.first { $0.key == key }?.value
  }

  /// Parses a line of a source; nil where it holds valid JSON that is no object.
  init?(_ source: TextSource, _ range: Range<Int>) throws(RowProblem) {
    try source.checkZero(range)
    do {
      var scanner = JSONScanner(
        source.bytes, in: range, depthLimit: Self.depthLimit, allowsZero: source.allowsZero)
      let isObject = try scanner.kind() == .object
      if isObject { try readMembers(&scanner) } else { try scanner.skip() }
      try scanner.expectEnd()
      if !isObject { return nil }
    } catch {
      throw RowProblem(error, lineStart: range.lowerBound)
    }
  }

  private mutating func readMembers(_ scanner: inout JSONScanner) throws(JSONFault) {
    var keys = JSONKeySet()
    try scanner.openObject()
    while let key = try scanner.nextKey(notIn: &keys) {
      let kind = try scanner.kind()
      if kind == .string {
        members.append((key, .string(try scanner.string())))
        continue
      }
      let text = try scanner.written()
      switch kind {
      case .null: members.append((key, .null))
      case .boolean: members.append((key, .boolean(text)))
      case .number: members.append((key, .number(text)))
      case .string, .array, .object: members.append((key, .composite(text)))
      }
    }
  }
}

extension RowProblem {
  fileprivate init(_ fault: JSONFault, lineStart: Int) {
    switch fault.reason {
    case .notUTF8(let byte): self = .invalidUTF8(offset: fault.offset, byte: byte)
    case .zeroCharacter: self = .zeroCharacter
    default: self = .json(column: fault.offset - lineStart + 1, fault.reason)
    }
  }
}
