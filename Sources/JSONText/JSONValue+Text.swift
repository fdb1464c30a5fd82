extension JSONValue {
  /// The value as JSON text on one line; numbers are the shortest that read back the same.
  public var text: String {
    var text = ""
    write(into: &text)
    return text
  }

  /// Appends the value's text.
  public func write(into text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .real(let value): Self.write(value, into: &text)
    case .float(let value): Self.write(value, into: &text)
    case .string(let value): Self.write(value, into: &text)
    case .array(let elements):
      Self.write(elements, between: ("[", "]"), into: &text) { $0.write(into: &$1) }
    case .object(let object):
      Self.write(object.members, between: ("{", "}"), into: &text) { member, text in
        Self.write(member.key, into: &text)
        text += ":"
        member.value.write(into: &text)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element],
    between brackets: (String, String),
    into text: inout String,
    _ writeElement: (Element, inout String) -> Void
  ) {
    text += brackets.0
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      writeElement(element, &text)
    }
    text += brackets.1
  }

  /// JSON has no NaN or infinity: they become null.
  private static func write(
    _ value: some BinaryFloatingPoint & LosslessStringConvertible, into text: inout String
  ) {
    guard value.isFinite else {
      text += "null"
      return
    }
    let written = value.description
    text += written.hasSuffix(".0") ? String(written.dropLast(2)) : written
  }

  /// All control characters are escaped, also those that JSON lets stand: the text may end on a terminal.
  private static func write(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\0"..<" ", "\u{7F}"..."\u{9F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
