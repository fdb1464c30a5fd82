import Testing

@testable import Tokenization

/// The rules of SentencePiece, and what the reference implementation makes of their sources.
struct CharacterMapTests {
  private static let rules = [
    ("a", "X"), ("ab", "never"), ("e", ""), ("\u{fb01}", "fi"), ("\r", " "), ("\u{e9}", "e"),
    ("\u{1100}", "g"),
  ]

  private func map(_ bytes: [UInt8]) -> (map: CharacterMap?, problem: String) {
    var problem = ""
    let map = CharacterMap(bytes, problem: &problem)
    return (map, problem)
  }

  /// Scalars in hexadecimal with their sources.
  private func normalized(_ text: String) throws -> String {
    let map = try #require(map(characterMapBytes(Self.rules)).map)
    var normalized = NormalizedText(Array(text.unicodeScalars))
    map.normalize(&normalized)
    return normalized.scalars.indices.map {
      let source = normalized.source(of: $0..<$0 + 1)
      return "\(String(normalized.scalars[$0].value, radix: 16))@\(source.lowerBound)-\(source.upperBound)"
    }
    .joined(separator: " ")
  }

  @Test func theShortestKeyCounts() throws {
    #expect(try normalized("abc") == "58@0-1 62@1-2 63@2-3")
    #expect(try normalized("xyz") == "78@0-1 79@1-2 7a@2-3")
  }

  @Test func aWholeClusterIsReplacedIfItIsShort() throws {
    #expect(try normalized("xa\u{301}y") == "78@0-1 58@1-2 79@3-4")
    #expect(try normalized("\r\nb") == "20@0-1 62@2-3")
    // Six bytes are too many: each scalar stands for itself.
    #expect(try normalized("a\u{301}\u{301}\u{302}") == "58@0-1 301@1-2 301@2-3 302@3-4")
    // A syllable in three parts is one cluster, of nine bytes.
    #expect(try normalized("\u{1100}\u{301}x") == "67@0-1 78@2-3")
    #expect(try normalized("\u{1100}\u{1161}\u{301}") == "67@0-1 1161@1-2 301@2-3")
    // A number sign before a letter belongs to it.
    #expect(try normalized("\u{600}a") == "600@0-1 58@1-2")
    #expect(try normalized("a\u{903}") == "58@0-1")
  }

  @Test func longerAndShorterTextsKeepTheirSources() throws {
    #expect(try normalized("\u{fb01}a") == "66@0-1 69@0-1 58@1-2")
    #expect(try normalized("xey") == "78@0-1 79@2-3")
    #expect(try normalized("x\u{fb01}e!") == "78@0-1 66@1-2 69@2-3 21@3-4")
  }

  @Test func whatIsRemovedAtTheBeginningIsNotCounted() throws {
    #expect(try normalized("exa") == "78@0-1 58@1-2")
    #expect(try normalized("e") == "")
  }

  @Test func damagedMapsAreRefused() {
    let whole = characterMapBytes(Self.rules)
    #expect(map(whole).map != nil)
    #expect(map([]).problem.contains("does not fit"))
    #expect(map(Array(whole[..<100])).problem.contains("does not fit"))
    #expect(map([0, 0, 0, 0, 0, 0, 0, 0]).problem.contains("does not fit"))
    #expect(map(whole + [0xff]).problem.contains("UTF-8"))
    // A text that begins behind the last one.
    var far = whole
    for start in stride(from: 4, to: far.count - 64, by: 4) where far[start + 3] & 0x80 != 0 {
      far[start + 2] = 0x7f
    }
    #expect(map(far).problem.contains("leads to no text"))
    let long = characterMapBytes([("a", String(repeating: "x", count: 1025))])
    #expect(map(long).problem.contains("more than 1024 bytes"))
    #expect(map(characterMapBytes([("a", String(repeating: "x", count: 1024))])).map != nil)
  }

  @Test func randomMapsDoNoHarm() {
    var random = SplitMix(state: 5)
    for _ in 0..<200 {
      var bytes = characterMapBytes(Self.rules)
      for _ in 0..<40 {
        bytes[4 + Int(random.next() % UInt64(bytes.count - 4))] = UInt8(random.next() & 0xff)
      }
      guard let map = map(bytes).map else { continue }
      var text = NormalizedText(Array("abe\u{fb01}\r\n\u{e9}\u{1100}\u{301}z".unicodeScalars))
      map.normalize(&text)
      #expect(text.source(of: 0..<text.scalars.count).upperBound <= 10)
    }
  }

  private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
  }
}
