/// The request to a terminal to put a text into the clipboard (OSC 52).
///
/// Terminals take it without an answer, so nobody learns whether it was done; some have it switched off, and tmux wants
/// `set-clipboard on`.
public enum ClipboardSequence {
  /// The longest text, in bytes: with it the sequence stays below the 100,000 bytes that terminals take.
  public static let byteLimit = 74_994

  /// The sequence for a text; nil where it is too long.
  public static func bytes(for text: String) -> [UInt8]? {
    guard text.utf8.count <= byteLimit else { return nil }
    return Array("\u{1B}]52;c;".utf8) + base64(Array(text.utf8)) + Array("\u{1B}\\".utf8)
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Base 64 of RFC 4648, with padding.
  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        result.append(
          place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return result
  }
}
