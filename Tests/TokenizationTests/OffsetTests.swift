import TestSupport
import Testing

@testable import Tokenization

/// Offsets count Unicode scalars of the text as given, whatever normalisation did to it.
struct OffsetTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var text: String
    var slices: [String]
    var testDescription: String { text.debugDescription }
    init(_ text: String, _ slices: [String]) { (self.text, self.slices) = (text, slices) }
  }

  static let cases = [
    Case("  the  cafés", ["the", "café", "s"]),
    Case("Cafe\u{301} ok", ["Cafe", "ok"]),  // A mark that is removed at the end belongs to no token.
    Case("我爱the", ["我", "爱", "the"]),
    Case("o\u{200b}k\u{200b} the", ["o\u{200b}k", "the"]),
    Case("\u{200b}\u{0}ok", ["ok"]),
    Case("İİ", ["İ", "İ"]),
    Case("the👩\u{200d}👧 ok", ["the👩\u{200d}👧", "ok"]),
    Case("ok\r\nok", ["ok", "ok"]),
    Case("한국", ["한국"]),
    Case("𝒳 ok", ["𝒳", "ok"]),
    Case("the [SEP]ok", ["the", "[SEP]", "ok"]),
    Case("[MASK]é我[MASK] é", ["[MASK]", "é", "我", "[MASK]", "é"]),
    Case("\u{1e69}\u{323} s\u{307}\u{323}", ["\u{1e69}", "s"]),
  ]

  @Test(arguments: cases)
  func slicingGivesTheTextBehindEachToken(expected: Case) throws {
    let text = try TokenizerFile().tokenizer().encode(expected.text)
    let slices = text.slices(of: expected.text)
    #expect(slices.dropFirst().dropLast().map(\.scalarsInHex) == expected.slices.map(\.scalarsInHex))
    #expect(text.offsets.first == 0..<0 && text.offsets.last == 0..<0)
  }

  @Test func lowercasingToSeveralScalarsKeepsOneSource() throws {
    var file = TokenizerFile(vocabulary: TokenizerFile.specials + ["i", "##\u{307}", "##x"])
    file.normalizer = TokenizerFile.bert(accents: "false")
    let text = try file.tokenizer().encode("İx")
    #expect(
      text.tokens.map(\.scalarsInHex) == ["[CLS]", "i", "##\u{307}", "##x", "[SEP]"].map(\.scalarsInHex))
    #expect(text.offsets == [0..<0, 0..<1, 0..<1, 1..<2, 0..<0])
  }

  @Test func marksTakeTheirSourcesInTheOrderAfterSorting() {
    var text = NormalizedText(Array("\u{e9}\u{323}x".unicodeScalars))
    text.decompose()
    #expect(text.scalars == ["e", "\u{323}", "\u{301}", "x"])
    #expect((0..<4).map { text.source(of: $0..<$0 + 1) } == [0..<1, 1..<2, 1..<2, 2..<3])
  }

  @Test func offsetsStayInsideRandomTextsAndAscend() throws {
    let tokenizer = try TokenizerFile().tokenizer()
    let alphabet = Array("aZé我 \u{301}\u{200b}İ한.[SEP]\u{e000}👩\u{1d15e}\t".unicodeScalars)
    var random = SeededGenerator(seed: 5)
    for _ in 0..<400 {
      var view = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        view.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
      }
      let text = String(view)
      let offsets = tokenizer.encode(text, addSpecialTokens: false).offsets
      #expect(offsets.allSatisfy { $0.upperBound <= view.count && !$0.isEmpty })
      #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0.lowerBound <= $1.lowerBound })
    }
  }
}
