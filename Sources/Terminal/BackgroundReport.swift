import Screen

/// A terminal's answer to the question for its background: OSC 11, `]11;rgb:rrrr/gggg/bbbb` and its end.
struct BackgroundReport: Equatable {
  /// The question, and behind it one that every terminal answers: who answers only that one does not tell.
  static let question = "\u{1B}]11;?\u{1B}\\\u{1B}[c"
  /// How long an answer is waited for; one that comes later still counts.
  static let patienceMilliseconds = 1000

  private static let start = Array("]11;".utf8)

  let color: RGB

  /// Reads what follows the escape, up to BEL or ESC \\; nil where it is no such answer.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.starts(with: Self.start) else { return nil }
    let body = bytes.dropFirst(Self.start.count).prefix { $0 != 0x07 && $0 != 0x1B }
    let text = String(decoding: body, as: UTF8.self)
    if let color = RGB(text) {
      self.color = color
      return
    }
    guard let colon = text.firstIndex(of: ":"), ["rgb", "rgba"].contains(text[..<colon]) else { return nil }
    let parts = text[text.index(after: colon)...].split(separator: "/", omittingEmptySubsequences: false)
    let channels = parts.prefix(3).compactMap { Self.channel($0) }
    guard channels.count == 3, parts.count <= 4 else { return nil }
    color = RGB(red: channels[0], green: channels[1], blue: channels[2])
  }

  /// One to four hexadecimal digits, of which all set mean full.
  private static func channel(_ digits: Substring) -> UInt8? {
    guard (1...4).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit),
      let value = UInt32(digits, radix: 16)
    else { return nil }
    let full = UInt32(1) << (4 * UInt32(digits.utf8.count)) - 1
    return UInt8((value * 255 + full / 2) / full)
  }

  /// True where bytes, an escape first, may become an answer once more of them come.
  static func mayBegin(_ bytes: some Collection<UInt8>) -> Bool {
    guard bytes.first == 0x1B, bytes.count >= 2 else { return false }
    return zip(bytes.dropFirst(), start).allSatisfy { $0 == $1 }
  }

  /// True for terminals that know the question; others may show it as text.
  static func isUnderstood(by terminalName: String) -> Bool {
    !["linux", "vt", "cons", "sun", "wy", "ansi"].contains { terminalName.hasPrefix($0) }
  }
}
