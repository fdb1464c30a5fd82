extension JSONScanner {
  /// Reads a string; without escapes it is taken as it stands.
  public mutating func string() throws(JSONFault) -> String {
    try expect("\"")
    let start = offset
    passPlainText()
    if accept("\"") {
      let plain = bytes.withUnsafeBufferPointer { bytes in
        String(validating: UnsafeBufferPointer(rebasing: bytes[start..<(offset - 1)]), as: UTF8.self)
      }
      guard let plain else { throw notUTF8(from: start, to: offset - 1) }
      return plain
    }
    return try escapedString(from: start)
  }

  /// Reads the rest of a string, whose first byte that is no plain text is at `offset`.
  private mutating func escapedString(from start: Int) throws(JSONFault) -> String {
    var text = Array(bytes[start..<offset])
    while offset < end {
      if accept("\"") {
        guard let string = String(validating: text, as: UTF8.self) else {
          throw notUTF8(from: start, to: offset - 1)
        }
        return string
      }
      guard accept("\\") else { throw fault(.controlCharacter(bytes[offset])) }
      text.append(contentsOf: try escape().utf8)
      let run = offset
      passPlainText()
      text.append(contentsOf: bytes[run..<offset])
    }
    throw notUTF8(from: start, to: end)
  }

  /// Moves to the next quote, backslash or control character, or to the end.
  private mutating func passPlainText() {
    offset = bytes.withUnsafeBufferPointer { bytes in
      var index = offset
      while index < end, bytes[index] >= 0x20, bytes[index] != UInt8(ascii: "\""),
        bytes[index] != UInt8(ascii: "\\")
      { index += 1 }
      return index
    }
  }

  /// The fault of a string that is damaged, or that never ends.
  ///
  /// Escapes are ASCII, so that they cannot hide or heal a wrong byte.
  private func notUTF8(from start: Int, to stop: Int) -> JSONFault {
    guard let invalid = bytes[start..<stop].offsetOfInvalidUTF8 else { return fault(.unclosedString) }
    return JSONFault(offset: start + invalid, reason: .notUTF8(bytes[start + invalid]))
  }

  /// What an escape stands for, whose backslash was read.
  private mutating func escape() throws(JSONFault) -> Unicode.Scalar {
    guard offset < end else { throw fault(.unclosedString) }
    let scalar: Unicode.Scalar
    switch bytes[offset] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = Unicode.Scalar(bytes[offset])
    case UInt8(ascii: "b"): scalar = "\u{8}"
    case UInt8(ascii: "f"): scalar = "\u{C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "u"):
      offset += 1
      return try unicodeEscape()
    default: throw fault(.unknownEscape)
    }
    offset += 1
    return scalar
  }

  /// `XXXX`, or a pair of surrogates; half a pair stands for nothing.
  private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) {
      guard allowsZero || first != 0 else { throw fault(.zeroCharacter) }
      return scalar
    }
    guard first < 0xDC00, accept("\\"), accept("u") else { throw fault(.loneSurrogate) }
    let second = try hexadecimal()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw fault(.loneSurrogate) }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard offset < end else { throw fault(.unclosedString) }
      let digit: UInt8
      switch bytes[offset] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[offset] - UInt8(ascii: "0")
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[offset] - UInt8(ascii: "A") + 10
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[offset] - UInt8(ascii: "a") + 10
      default: throw fault(.damagedEscape)
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }
}

extension Collection<UInt8> {
  /// How many bytes stand before the first one that is not UTF-8; nil where all are.
  public var offsetOfInvalidUTF8: Int? {
    var parser = Unicode.UTF8.ForwardParser()
    var remaining = makeIterator()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &remaining) {
      case .valid(let scalar): offset += scalar.count
      case .emptyInput: return nil
      case .error: return offset
      }
    }
  }
}
