import Screen

/// What the bytes behind an escape mean: the sequences of xterm, the Linux console, rxvt, and their kin.
enum EscapeSequence {
  enum Meaning {
    case event(InputEvent)
    case pasteStart
    /// What kind of terminal it is: every terminal answers that.
    case deviceAttributes
    /// A sequence that is no key: reports, and what nobody asked for.
    case none
  }

  enum Parsed {
    case complete(Meaning, length: Int)
    case incomplete
    /// The escape begins no sequence.
    case alone
  }

  /// Longer sequences are dropped.
  private static let longest = 64
  private static let longestString = 4096

  /// True for what begins a sequence that has more bytes: `[ O ] P _ ^ X`.
  static func isIntroducer(_ byte: UInt8) -> Bool {
    [0x5B, 0x4F, 0x5D, 0x50, 0x5F, 0x5E, 0x58].contains(byte)
  }

  static func parse(_ bytes: ArraySlice<UInt8>) -> Parsed {
    guard let first = bytes.first else { return .incomplete }
    switch first {
    case 0x5B: return controlSequence(bytes.dropFirst())
    case 0x4F: return singleShift(bytes.dropFirst())
    case 0x5D, 0x50, 0x5F, 0x5E, 0x58: return string(bytes)
    case 0x1B: return escaped(bytes.dropFirst())
    default: return first < 0x80 || bytes.count >= 4 || isWhole(bytes) ? .alone : .incomplete
    }
  }

  /// True where the bytes begin with a whole character of UTF-8.
  private static func isWhole(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first else { return false }
    return bytes.count >= (first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2)
  }

  /// ESC ESC: Alt with a key that is a sequence itself.
  private static func escaped(_ bytes: ArraySlice<UInt8>) -> Parsed {
    guard let first = bytes.first, first == 0x5B || first == 0x4F else {
      return bytes.isEmpty ? .incomplete : .alone
    }
    switch parse(bytes) {
    case .complete(.event(.key(let press)), let length):
      return .complete(.event(.key(KeyPress(press.key, press.modifiers.union(.alt)))), length: length + 1)
    case .complete: return .alone
    case let other: return other
    }
  }

  /// `ESC O`, perhaps a digit for the modifiers, and a letter.
  private static func singleShift(_ bytes: ArraySlice<UInt8>) -> Parsed {
    guard let first = bytes.first else { return .incomplete }
    let hasDigit = (0x31...0x39).contains(first)
    guard let final = hasDigit ? bytes.dropFirst().first : first else { return .incomplete }
    let modifiers = hasDigit ? Self.modifiers(Int(first) - 0x30) : []
    guard let press = KeySequences.shifted(final, modifiers) else { return .alone }
    return .complete(.event(.key(press)), length: hasDigit ? 3 : 2)
  }

  /// `ESC [`, parameters and a final byte.
  private static func controlSequence(_ bytes: ArraySlice<UInt8>) -> Parsed {
    guard let first = bytes.first else { return .incomplete }
    if first == 0x5B {  // The Linux console: ESC [ [ A is F1.
      guard let letter = bytes.dropFirst().first else { return .incomplete }
      guard (0x41...0x45).contains(letter) else { return .complete(.none, length: 3) }
      return .complete(.event(.key(KeyPress(.function(Int(letter) - 0x40)))), length: 3)
    }
    if first == 0x4D {  // The oldest mouse report, whose three bytes are no text.
      return bytes.count < 4 ? .incomplete : .complete(.none, length: 5)
    }
    var count = 0
    for byte in bytes.prefix(longest) {
      count += 1
      // rxvt ends with $ where Shift is held.
      let isEnd = (0x40...0x7E).contains(byte) || (byte == 0x24 && first != 0x3F)
      if isEnd {
        let parameters = bytes.prefix(count - 1)
        return .complete(KeySequences.meaning(parameters, final: byte), length: count + 1)
      }
      // A control byte ends what was begun: the sequence is dropped and the byte read anew.
      guard (0x20...0x3F).contains(byte) else { return .complete(.none, length: count) }
    }
    return count < longest ? .incomplete : .complete(.none, length: count + 1)
  }

  /// A report in the form of a string, up to BEL or ESC \: never a key.
  private static func string(_ bytes: ArraySlice<UInt8>) -> Parsed {
    var previous: UInt8 = 0
    for (offset, byte) in bytes.prefix(longestString).enumerated() {
      if byte == 0x07 || (previous == 0x1B && byte == 0x5C) {
        let meaning = BackgroundReport(bytes.prefix(offset + 1)).map { Meaning.event(.background($0.color)) }
        return .complete(meaning ?? .none, length: offset + 1)
      }
      previous = byte
    }
    return bytes.count < longestString ? .incomplete : .complete(.none, length: longestString)
  }

  /// The modifiers of a parameter: 1 and the sum of Shift 1, Alt 2, Control 4, Meta 8.
  static func modifiers(_ parameter: Int) -> KeyModifiers {
    let bits = max(0, parameter - 1)
    var modifiers: KeyModifiers = []
    if bits & 1 != 0 { modifiers.insert(.shift) }
    if bits & 10 != 0 { modifiers.insert(.alt) }
    if bits & 4 != 0 { modifiers.insert(.control) }
    return modifiers
  }
}
