/// Collects the bytes of a bracketed paste up to its end.
struct PasteCollector {
  /// Longer pastes are given in pieces of this many bytes, so that an end that never comes costs no memory.
  static let pieceLimit = 1 << 20

  private static let end: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]  // ESC [ 2 0 1 ~

  private var bytes: [UInt8] = []
  /// Bytes of `end` that the last ones are.
  private var matched = 0

  /// Takes bytes up to the end of the paste: how many, the texts that are complete, and whether it ended.
  mutating func add(_ input: ArraySlice<UInt8>) -> (used: Int, pieces: [String], isEnded: Bool) {
    var pieces: [String] = []
    var used = 0
    for byte in input {
      used += 1
      bytes.append(byte)
      // An escape is only at the start of `end`, so that a failed match restarts with it or not at all.
      matched = byte == Self.end[matched] ? matched + 1 : byte == Self.end[0] ? 1 : 0
      if matched == Self.end.count {
        bytes.removeLast(matched)
        return (used, pieces + finish(), true)
      }
      if bytes.count >= Self.pieceLimit, matched == 0 { pieces.append(contentsOf: cut()) }
    }
    return (used, pieces, false)
  }

  /// The text that is left; none where there is no text.
  mutating func finish() -> [String] {
    let text = Self.text(bytes)
    bytes = []
    matched = 0
    return text.isEmpty ? [] : [text]
  }

  /// Gives what there is as one piece, but for a character or line end that may go on.
  private mutating func cut() -> [String] {
    var count = bytes.count
    while count > 0, count > bytes.count - 4, bytes[count - 1] & 0xC0 == 0x80 { count -= 1 }
    if count > 0, bytes[count - 1] >= 0xC0 || bytes[count - 1] == 0x0D { count -= 1 }
    // Four continuation bytes in a row are no UTF-8: nothing is gained by waiting.
    if count <= bytes.count - 4 || count == 0 { count = bytes.count }
    let piece = Self.text(Array(bytes.prefix(count)))
    bytes.removeFirst(count)
    return [piece]
  }

  /// The text with LF for every line end: terminals send CR.
  private static func text(_ bytes: [UInt8]) -> String {
    var normal: [UInt8] = []
    normal.reserveCapacity(bytes.count)
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == 0x0D {
        normal.append(0x0A)
      } else if byte != 0x0A || previous != 0x0D {
        normal.append(byte)
      }
      previous = byte
    }
    return String(decoding: normal, as: UTF8.self)
  }
}
