import Screen

/// The meanings of control sequences that keys, mice and pastes send.
enum KeySequences {
  /// The meaning of `ESC [ parameters final`.
  static func meaning(_ parameters: ArraySlice<UInt8>, final: UInt8) -> EscapeSequence.Meaning {
    let text = String(decoding: parameters, as: UTF8.self)
    if text.first == "<" {
      return mouse(numbers(text.dropFirst()), isRelease: final == UInt8(ascii: "m")).map {
        .event(.mouse($0))
      }
        ?? .none
    }
    if text.first == "?", final == UInt8(ascii: "c") { return .deviceAttributes }
    guard text.allSatisfy({ $0.isNumber || $0 == ";" || $0 == ":" }) else { return .none }
    let numbers = numbers(Substring(text))
    switch final {
    case UInt8(ascii: "I") where numbers.isEmpty: return .event(.focus(true))
    case UInt8(ascii: "O") where numbers.isEmpty: return .event(.focus(false))
    case UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "@"):
      if numbers.first == 200 { return .pasteStart }
      return tilde(numbers, final: final).map { .event(.key($0)) } ?? .none
    case UInt8(ascii: "u"):
      guard let code = numbers.first else { return .none }
      return coded(code, numbers.count > 1 ? numbers[1] : 1).map { .event(.key($0)) } ?? .none
    default:
      // Keys have 1 there; a report of the cursor's place ends with the same letter as F3.
      guard numbers.first ?? 1 <= 1 else { return .none }
      let modifiers = EscapeSequence.modifiers(numbers.count > 1 ? numbers[1] : 1)
      return letter(final, modifiers).map { .event(.key($0)) } ?? .none
    }
  }

  /// The key of `ESC O final`.
  static func shifted(_ final: UInt8, _ modifiers: KeyModifiers) -> KeyPress? {
    if final == UInt8(ascii: "M") { return KeyPress(.enter, modifiers) }  // The keypad's.
    // rxvt has the arrows in lower case for Control.
    if let arrow = arrow(final - (final >= 0x61 && final <= 0x64 ? 0x20 : 0)), final >= 0x61 {
      return KeyPress(arrow, modifiers.union(.control))
    }
    return letter(final, modifiers)
  }

  private static func arrow(_ letter: UInt8) -> Key? {
    switch letter {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    default: nil
    }
  }

  private static func letter(_ final: UInt8, _ modifiers: KeyModifiers) -> KeyPress? {
    if let arrow = arrow(final) { return KeyPress(arrow, modifiers) }
    switch final {
    case UInt8(ascii: "H"): return KeyPress(.home, modifiers)
    case UInt8(ascii: "F"): return KeyPress(.end, modifiers)
    case UInt8(ascii: "P"): return KeyPress(.function(1), modifiers)
    case UInt8(ascii: "Q"): return KeyPress(.function(2), modifiers)
    case UInt8(ascii: "R"): return KeyPress(.function(3), modifiers)
    case UInt8(ascii: "S"): return KeyPress(.function(4), modifiers)
    case UInt8(ascii: "Z"): return KeyPress(.tab, modifiers.union(.shift))
    case 0x61...0x64:  // rxvt has the arrows in lower case for Shift.
      return arrow(final - 0x20).map { KeyPress($0, modifiers.union(.shift)) }
    default: return nil
    }
  }

  /// `ESC [ number ; modifiers ~`, and rxvt's finals for modifiers.
  private static func tilde(_ numbers: [Int], final: UInt8) -> KeyPress? {
    guard let number = numbers.first else { return nil }
    var modifiers = EscapeSequence.modifiers(numbers.count > 1 ? numbers[1] : 1)
    if number == 27, numbers.count > 2 { return coded(numbers[2], numbers[1]) }
    if final == UInt8(ascii: "^") || final == UInt8(ascii: "@") { modifiers.insert(.control) }
    if final == UInt8(ascii: "$") || final == UInt8(ascii: "@") { modifiers.insert(.shift) }
    return tildeKeys[number].map { KeyPress($0, modifiers) }
  }

  private static let tildeKeys: [Int: Key] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12), 25: .function(13), 26: .function(14), 28: .function(15),
    29: .function(16), 31: .function(17), 32: .function(18), 33: .function(19), 34: .function(20),
  ]

  /// A key given by its code point, as terminals with extended keyboards send.
  private static func coded(_ code: Int, _ modifiers: Int) -> KeyPress? {
    let held = EscapeSequence.modifiers(modifiers)
    switch code {
    case 8, 127: return KeyPress(.backspace, held)
    case 9: return KeyPress(.tab, held)
    case 10, 13: return KeyPress(.enter, held)
    case 27: return KeyPress(.escape, held)
    default:
      // The private range stands for keys that write no text.
      guard code >= 32, !(0xE000...0xF8FF).contains(code), let value = UInt32(exactly: code),
        let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .control
      else { return nil }
      return KeyPress(character: Character(scalar), held)
    }
  }

  private static func mouse(_ numbers: [Int], isRelease: Bool) -> MouseEvent? {
    guard numbers.count == 3, numbers[1] >= 1, numbers[2] >= 1 else { return nil }
    let code = numbers[0]
    var modifiers: KeyModifiers = []
    if code & 4 != 0 { modifiers.insert(.shift) }
    if code & 8 != 0 { modifiers.insert(.alt) }
    if code & 16 != 0 { modifiers.insert(.control) }
    guard let kind = mouseKind(code, isRelease: isRelease) else { return nil }
    return MouseEvent(kind, at: Point(column: numbers[1] - 1, row: numbers[2] - 1), modifiers)
  }

  private static func mouseKind(_ code: Int, isRelease: Bool) -> MouseEvent.Kind? {
    if code & 64 != 0 {
      switch code & 3 {
      case 0: return .scrollUp
      case 1: return .scrollDown
      default: return nil
      }
    }
    let buttons: [MouseButton] = [.left, .middle, .right]
    guard code & 128 == 0, code & 3 < 3 else { return nil }
    let button = buttons[code & 3]
    if code & 32 != 0 { return .drag(button) }
    return isRelease ? .release(button) : .press(button)
  }

  /// Parameters between semicolons; sub-parameters behind a colon and what is no small number count as 0.
  private static func numbers(_ text: Substring) -> [Int] {
    guard !text.isEmpty else { return [] }
    return text.split(separator: ";", omittingEmptySubsequences: false).map { parameter in
      let number = parameter.split(separator: ":", omittingEmptySubsequences: false).first.flatMap { Int($0) }
      return number.map { min($0, 1 << 24) } ?? 0
    }
  }
}
