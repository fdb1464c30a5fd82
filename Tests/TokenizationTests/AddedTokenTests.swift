import Testing

@testable import Tokenization

/// Added tokens: the leftmost, the longest, and what their flags mean.
struct AddedTokenTests {
  private func tokens(_ text: String, _ added: AddedToken...) throws -> [String] {
    var file = TokenizerFile()
    var next = file.vocabulary.count
    for token in added {
      let known = file.vocabulary.firstIndex { $0.scalarsInHex == token.content.scalarsInHex }
      file.addedTokens.append(
        TokenizerFile.added(
          token.content, id: known ?? next, singleWord: token.isSingleWord,
          left: token.stripsLeft, right: token.stripsRight, normalized: token.isNormalized, special: false))
      if known == nil { next += 1 }
    }
    return try file.tokenizer().encode(text, addSpecialTokens: false).tokens
  }

  private func token(_ content: String, _ change: (inout AddedToken) -> Void = { _ in }) -> AddedToken {
    var token = AddedToken(content: content, id: 0, isSpecial: false)
    change(&token)
    return token
  }

  @Test func theLongestOfThoseAtTheLeftmostPlaceWins() throws {
    #expect(try tokens("xabcx", token("ab"), token("abc"), token("bcx")) == ["x", "abc", "x"])
    #expect(try tokens("xabx", token("bx"), token("ab")) == ["x", "ab", "x"])
    #expect(try tokens("ab", token("abc"), token("b")) == ["a", "b"])
  }

  @Test func theyAreFoundInsideWordsAndInOtherCase() throws {
    #expect(try tokens("okRiverok Ok", token("River")) == ["ok", "River", "ok", "ok"])
  }

  @Test func normalizedOnesAreFoundInNormalizedText() throws {
    let normalized = token("Café Bar") { $0.isNormalized = true }
    #expect(try tokens("the CAFE\u{301} bar ok", normalized) == ["the", "cafe bar", "ok"])
    #expect(try tokens("the Café ok", token("Café")) == ["the", "Café", "ok"])
    #expect(try tokens("the Cafe\u{301} ok", token("Café")) == ["the", "cafe", "ok"])
  }

  @Test func singleWordsStandAlone() throws {
    let word = token("ok") { $0.isSingleWord = true }
    #expect(try tokens("ok", word) == ["ok"])
    #expect(try tokens("xok", word) == ["x", "##o", "##k"])
    #expect(try tokens("the.ok.", word) == ["the", ".", "ok", "."])
  }

  @Test func strippingTakesTheWhiteSpaceAround() throws {
    let left = token("<l>") { $0.stripsLeft = true }
    let right = token("<r>") { $0.stripsRight = true }
    #expect(try tokens("ok \u{3000}<l> ok", left) == ["ok", " \u{3000}<l>", "ok"])
    #expect(try tokens("ok <r>\t ok", right) == ["ok", "<r>\t ", "ok"])
    #expect(try tokens("<r> <l>", left, right) == ["<r> ", "<l>"])
    #expect(try tokens("ok <r>  ok", right, token(" ok")) == ["ok", "<r>  ", " ok"])
    #expect(throws: TokenizationError.self) { try tokens("ok", token(" ") { $0.stripsRight = true }) }
  }

  @Test func theyKeepApartWhatIsOnlyCanonicallyEqual() throws {
    #expect(try tokens("e\u{301}", token("\u{e9}")) == ["e"])
    #expect(try tokens("\u{e9}", token("\u{e9}")).map(\.scalarsInHex) == ["e9"])
  }

  @Test func anEmptyOneIsNeverFound() throws {
    #expect(try tokens("ok", token("")) == ["ok"])
  }

  @Test func theirIdsComeBehindTheVocabulary() throws {
    var file = TokenizerFile()
    let id = file.vocabulary.count
    file.addedTokens.append(TokenizerFile.added("<x>", id: id))
    let tokenizer = try file.tokenizer()
    #expect(tokenizer.encode("<x>", addSpecialTokens: false).ids == [Int32(id)])
    #expect(tokenizer.vocabularySize == id + 1)
    #expect(tokenizer.token(for: Int32(id)) == "<x>")
  }
}
