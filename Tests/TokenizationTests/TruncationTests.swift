import Testing

@testable import Tokenization

/// Truncation keeps the special tokens, counts what it drops, and says where the dropped tail begins.
struct TruncationTests {
  let text = "the café 我 ok."

  @Test(arguments: 0...12)
  func keepsAPrefixAndTheSpecialTokens(length: Int) throws {
    let tokenizer = try TokenizerFile().tokenizer()
    let whole = tokenizer.encode(text)
    let cut = tokenizer.encode(text, maximumLength: length)
    let kept = max(0, min(whole.ids.count, length) - 2)
    #expect(whole.tokens == ["[CLS]", "the", "cafe", "我", "ok", ".", "[SEP]"])
    #expect(cut.ids == Array(whole.ids[..<(kept + 1)]) + [3])
    #expect(cut.offsets == Array(whole.offsets[..<(kept + 1)]) + [0..<0])
    #expect(cut.special == [true] + Array(repeating: false, count: kept) + [true])
    #expect(cut.totalCount == whole.totalCount)
    #expect(cut.isTruncated == (length < 7))
    #expect(cut.firstDroppedScalar == (length < 7 ? whole.offsets[kept + 1].lowerBound : nil))
  }

  @Test(arguments: 0...6)
  func withoutSpecialTokensTheWholeLengthIsForTheText(length: Int) throws {
    let tokenizer = try TokenizerFile().tokenizer()
    let cut = tokenizer.encode(text, addSpecialTokens: false, maximumLength: length)
    #expect(cut.ids.count == min(length, 5))
    #expect(cut.totalCount == 5)
    #expect(cut.isTruncated == (length < 5))
  }

  @Test func aDroppedAddedTokenIsCountedLikeAnyOther() throws {
    let cut = try TokenizerFile().tokenizer().encode("ok [MASK] ok", maximumLength: 3)
    #expect(cut.tokens == ["[CLS]", "ok", "[SEP]"])
    #expect(cut.totalCount == 5)
    #expect(cut.firstDroppedScalar == 3)
  }

  @Test func aNegativeLengthIsLikeNone() throws {
    let cut = try TokenizerFile().tokenizer().encode("ok", maximumLength: -5)
    #expect(cut.tokens == ["[CLS]", "[SEP]"])
    #expect(cut.firstDroppedScalar == 0)
  }

  @Test(arguments: 0...12)
  func theHeadGoesWhereTheConfigurationSaysSo(length: Int) throws {
    let whole = try TokenizerFile().tokenizer().encode(text)
    let tokenizer = try MergesFileTests.Folder(TokenizerFile().json, side: "left").tokenizer()
    let cut = tokenizer.encode(text, maximumLength: length)
    let dropped = 5 - max(0, min(5, length - 2))
    #expect(cut.tokens == ["[CLS]"] + whole.tokens[(1 + dropped)...])
    #expect(cut.offsets == [0..<0] + whole.offsets[(1 + dropped)...])
    #expect(cut.special.count == cut.ids.count && cut.totalCount == 7)
    #expect(cut.isTruncated == (length < 7) && cut.firstDroppedScalar == nil)
    #expect(cut.droppedHeadEnd == (length < 7 ? whole.offsets[dropped].upperBound : nil))
    #expect(tokenizer.encode(text) == whole)
  }

  @Test func aLongHeadIsDroppedOnTheWay() throws {
    let tokenizer = try MergesFileTests.Folder(TokenizerFile().json, side: "left").tokenizer()
    let cut = tokenizer.encode(String(repeating: "the ", count: 20_000) + "ok", maximumLength: 5)
    #expect(cut.tokens == ["[CLS]", "the", "the", "ok", "[SEP]"])
    #expect(cut.offsets[1] == 79_992..<79_995 && cut.droppedHeadEnd == 79_991 && cut.totalCount == 20_003)
  }

  @Test func anUnknownSideIsRefused() {
    #expect(throws: TokenizationError.self) {
      try MergesFileTests.Folder(TokenizerFile().json, side: "middle").tokenizer()
    }
  }

  @Test func storedTruncationAndPaddingChangeNothing() throws {
    let json = TokenizerFile().json
    let stored = #""truncation":{"max_length":3},"padding":{"strategy":{"Fixed":9}},"#
    let without = json.replacing(stored, with: "")
    #expect(without.utf8.count == json.utf8.count - stored.utf8.count)
    #expect(try Tokenizer(text: json).encode(text) == (try Tokenizer(text: without).encode(text)))
  }
}
