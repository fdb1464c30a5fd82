extension JSONScanner {
  /// Reads the whole text: one value, and nothing behind it.
  public mutating func document() throws(JSONFault) -> JSONValue {
    let value = try value()
    try expectEnd()
    return value
  }

  /// Reads a value of any kind.
  ///
  /// All values read so far, with those inside them, may not be more than `valueLimit`.
  public mutating func value() throws(JSONFault) -> JSONValue {
    valueCount += 1
    guard valueCount <= valueLimit else { throw fault(.tooManyValues(limit: valueLimit)) }
    switch try kind() {
    case .object: return .object(try object())
    case .array:
      var elements: [JSONValue] = []
      try openArray()
      while try nextElement() { elements.append(try value()) }
      return .array(elements)
    case .string: return .string(try string())
    case .number: return try number()
    case .boolean, .null: return try word()
    }
  }

  private mutating func object() throws(JSONFault) -> JSONObject {
    var object = JSONObject()
    var seen = JSONKeySet()
    try openObject()
    while let key = allowsDuplicateKeys ? try nextKey() : try nextKey(notIn: &seen) {
      object.append(key, try value())
    }
    return object
  }

  /// Reads a whole number from 0 to `Int.max`, written without sign, point or exponent.
  public mutating func wholeNumber() throws(JSONFault) -> Int {
    skipSpace()
    let start = offset
    guard offset < end, isDigit(bytes[offset]) else { throw unexpected(.wholeNumber) }
    try wholePart()
    if offset < end, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[offset]) {
      throw unexpected(.wholeNumber)
    }
    guard let value = Int(text(from: start)) else { throw fault(.numberTooLarge) }
    return value
  }

  private mutating func number() throws(JSONFault) -> JSONValue {
    let start = offset
    let isWhole = try numberIsWhole()
    let text = text(from: start)
    if isWhole, let whole = Int(text) { return .integer(whole) }
    guard let real = Double(text), real.isFinite else { throw fault(.numberTooLarge) }
    return .real(real)
  }

  /// Passes over a number, and says whether it has neither point nor exponent.
  mutating func numberIsWhole() throws(JSONFault) -> Bool {
    _ = accept("-")
    try wholePart()
    var isWhole = true
    if accept(".") {
      isWhole = false
      try digits()
    }
    if accept("e") || accept("E") {
      isWhole = false
      if !accept("+") { _ = accept("-") }
      try digits()
    }
    return isWhole
  }

  private mutating func wholePart() throws(JSONFault) {
    guard accept("0") else { return try digits() }
    guard offset == end || !isDigit(bytes[offset]) else { throw fault(.leadingZero) }
  }

  private mutating func digits() throws(JSONFault) {
    let start = offset
    while offset < end, isDigit(bytes[offset]) { offset += 1 }
    guard offset > start else { throw fault(.digitMissing) }
  }

  private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// Reads `true`, `false` or `null`, of which the first letter stands there.
  mutating func word() throws(JSONFault) -> JSONValue {
    let (word, value): (StaticString, JSONValue) =
      switch bytes[offset] {
      case UInt8(ascii: "t"): ("true", .bool(true))
      case UInt8(ascii: "f"): ("false", .bool(false))
      default: ("null", .null)
      }
    for index in 0..<word.utf8CodeUnitCount {
      guard accept(Unicode.Scalar(word.utf8Start[index])) else { throw unexpected(.value) }
    }
    return value
  }
}
