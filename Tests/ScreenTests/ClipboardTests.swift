import Foundation
import Screen
import Testing

/// The sequence that asks a terminal to fill the clipboard.
struct ClipboardTests {
  @Test(arguments: ["", "a", "ab", "abc", "abcd", "汉字 👍🏽\n\t", String(repeating: "x", count: 1000)])
  func theTextIsWrittenInBase64(text: String) throws {
    let bytes = try #require(ClipboardSequence.bytes(for: text))
    let expected = "\u{1B}]52;c;" + Data(text.utf8).base64EncodedString() + "\u{1B}\\"
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  @Test func allBytesHaveTheirLetters() throws {
    let text = String((0..<0x800).compactMap { Unicode.Scalar($0).map(Character.init) })
    let bytes = try #require(ClipboardSequence.bytes(for: text))
    let expected = Data(text.utf8).base64EncodedString()
    #expect(String(decoding: bytes.dropFirst(7).dropLast(2), as: UTF8.self) == expected)
  }

  @Test func aTextThatNoTerminalTakesIsRefused() throws {
    let limit = ClipboardSequence.byteLimit
    let longest = try #require(ClipboardSequence.bytes(for: String(repeating: "x", count: limit)))
    #expect(longest.count <= 100_001)
    #expect(ClipboardSequence.bytes(for: String(repeating: "x", count: limit + 1)) == nil)
  }
}
