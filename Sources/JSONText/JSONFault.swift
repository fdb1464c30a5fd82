/// What is wrong with a JSON text, and where.
public struct JSONFault: Error, Hashable, Sendable {
  /// The first byte that cannot continue the text, from the start of all bytes.
  ///
  /// For what is wrong as a whole (a number too large, a key that comes twice, half of a surrogate pair) it is
  /// the byte behind it.
  public var offset: Int
  public var reason: Reason

  public init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }

  /// The ways in which a text can break the grammar or the limits of a `JSONScanner`.
  public enum Reason: Hashable, Sendable {
    case unexpected(UInt8, Expectation)
    case unexpectedEnd(Expectation)
    case unclosedString
    case notUTF8(UInt8)
    case controlCharacter(UInt8)
    /// `\u0000` where it is not allowed.
    case zeroCharacter
    case unknownEscape
    /// `\u` without four hexadecimal digits.
    case damagedEscape
    /// `\ud800` without its second half, or a second half alone.
    case loneSurrogate
    /// A number such as `01`.
    case leadingZero
    case digitMissing
    case numberTooLarge
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)
    case duplicateKey(String)
    case trailing
  }

  /// What the grammar, or the reader of a certain file, wants to come next.
  public enum Expectation: Hashable, Sendable {
    case value
    case wholeNumber
    /// A mark of JSON, a quote or a bracket.
    case mark(Unicode.Scalar)
    /// A comma, or the bracket that closes.
    case commaOr(Unicode.Scalar)
  }

  /// The line and, in bytes, the column of the fault, both from 1.
  public func place(in bytes: [UInt8]) -> (line: Int, column: Int) {
    let before = bytes[..<min(offset, bytes.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return (line, before.count - start + 1)
  }
}

extension JSONFault.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpected(let byte, let expected): "expected \(expected), found \(shown(byte))"
    case .unexpectedEnd(let expected): "the text ends where \(expected) is expected"
    case .unclosedString: "the text ends inside a string"
    case .notUTF8(let byte): "\(shown(byte)) is not UTF-8"
    case .controlCharacter(let byte): "the control character \(shown(byte)) inside a string must be escaped"
    case .zeroCharacter: "a zero character"
    case .unknownEscape: "an escape that JSON does not have"
    case .damagedEscape: "an escape without its four hexadecimal digits"
    case .loneSurrogate: "half of a surrogate pair"
    case .leadingZero: "a number starts with 0"
    case .digitMissing: "a digit is missing in a number"
    case .numberTooLarge: "a number is too large"
    case .tooDeep(let limit): "values are nested more than \(limit) deep"
    case .tooManyValues(let limit): "there are more than \(limit) values"
    case .duplicateKey(let key): "the key \(JSONValue.string(key).summary) comes twice"
    case .trailing: "more text after the end of the value"
    }
  }
}

extension JSONFault.Expectation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .value: "a value"
    case .wholeNumber: "a whole number"
    case .mark(let mark): "'\(mark)'"
    case .commaOr(let bracket): "',' or '\(bracket)'"
    }
  }
}

/// A byte as messages name it: itself where it is printable ASCII.
private func shown(_ byte: UInt8) -> String {
  if (0x21..<0x7F).contains(byte) { return "'\(Unicode.Scalar(byte))'" }
  let digits = String(byte, radix: 16, uppercase: true)
  return "byte 0x" + (digits.utf8.count == 1 ? "0" : "") + digits
}
