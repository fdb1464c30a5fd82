import Testing

@testable import Tokenization

/// Texts through the whole of a tokenizer like BERT's.
struct BertTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var text: String
    var tokens: String
    var testDescription: String { text.debugDescription }
    init(_ text: String, _ tokens: String) { (self.text, self.tokens) = (text, tokens) }
  }

  static let uncased = [
    Case("", ""),
    Case("   \t\r\n ", ""),
    Case("The cafés", "the cafe ##s"),
    Case("  refunding  the\u{3000}river ", "refund ##ing the river"),
    Case("Cafe\u{301} CAFÉ", "cafe cafe"),
    Case("ok.", "ok ."),
    Case("$ok~the", "$ ok ~ the"),
    Case("don't", "d ##o ##n ' t"),
    Case("我爱the河", "我 爱 the [UNK]"),
    Case("カタ", "カ ##タ"),
    Case("한국", "[UNK]"),  // Decomposition leaves conjoining letters, which are not marks.
    Case("ok\u{200b}ok o\u{ad}k", "ok ##o ##k ok"),  // Formats are removed, and the words fuse.
    Case("o\u{0}\u{fffd}k \u{1}\u{7f}\u{e000}", "ok"),
    Case("o\u{378}k", "[UNK]"),  // Unassigned scalars stay.
    Case("a\u{85}b\u{2028}c\u{a0}d\u{180e}e", "a ##b c d ##e"),  // The first is a control, too.
    Case("ＯＫ", "[UNK]"),
    Case("ΑΣ", "[UNK]"),
    Case("İ", "i"),
    Case("the，ok。", "the ， ok 。"),
    Case("👩\u{200d}👧", "[UNK]"),
    Case("\u{301}\u{323}", ""),
    Case("the [SEP] [sep] [MASK]ok", "the [SEP] [ s ##e ##p ] [MASK] ok"),
    Case("[[CLS]]", "[ [CLS] ]"),
    Case("the\u{2b820}ok \u{2b920}ok", "[UNK] [UNK] ok"),
  ]

  @Test(arguments: uncased)
  func tokenizesLikeTheReference(expected: Case) throws {
    let text = try TokenizerFile().tokenizer().encode(expected.text)
    let tokens = expected.tokens.split(separator: " ").map(String.init)
    #expect(text.tokens.map(\.scalarsInHex) == (["[CLS]"] + tokens + ["[SEP]"]).map(\.scalarsInHex))
    #expect(text.ids.count == text.tokens.count && text.offsets.count == text.tokens.count)
    #expect(text.totalCount == text.ids.count && !text.isTruncated)
  }

  @Test func givesTheIdsOfTheVocabulary() throws {
    let file = TokenizerFile()
    let tokenizer = try file.tokenizer()
    let text = tokenizer.encode("the refunds 我 ?")
    #expect(text.tokens == ["[CLS]", "the", "refund", "##s", "我", "[UNK]", "[SEP]"])
    #expect(text.ids == text.tokens.map { Int32(file.vocabulary.firstIndex(of: $0) ?? -1) })
    #expect(text.ids.map { tokenizer.token(for: $0) } == text.tokens)
    #expect(tokenizer.vocabularySize == file.vocabulary.count)
    #expect(tokenizer.token(for: -1) == nil && tokenizer.token(for: Int32(file.vocabulary.count)) == nil)
    #expect(tokenizer.unknownID == 1 && tokenizer.specialTokenCount == 2)
  }

  @Test func marksAsSpecialOnlyWhatThePostProcessorAdded() throws {
    let text = try TokenizerFile().tokenizer().encode("the [SEP] ok")
    #expect(text.ids.filter { $0 == 3 }.count == 2)
    #expect(text.special == [true, false, false, false, true])
  }

  @Test func leavesSpecialTokensOutWhenAsked() throws {
    let text = try TokenizerFile().tokenizer().encode("the ok", addSpecialTokens: false)
    #expect(text.tokens == ["the", "ok"])
    #expect(text.special == [false, false])
  }

  @Test func ignoresTheTruncationAndPaddingStoredInTheFile() throws {
    #expect(try TokenizerFile().tokenizer().encode("the ok the ok the").ids.count == 7)
    #expect(try TokenizerFile().tokenizer().encode("ok").ids.count == 3)
  }

  @Test func aWordOfMoreThanTheMaximumLengthIsUnknownAtOnce() throws {
    let tokenizer = try TokenizerFile().tokenizer()
    let longest = String(repeating: "a", count: 100)
    #expect(tokenizer.encode(longest).ids.count == 102)
    #expect(tokenizer.encode(longest + "a").tokens == ["[CLS]", "[UNK]", "[SEP]"])
    #expect(tokenizer.encode(longest + "a the").tokens == ["[CLS]", "[UNK]", "the", "[SEP]"])
    var cased = TokenizerFile(vocabulary: TokenizerFile.specials + ["é", "##é"], maximumWordLength: 3)
    cased.normalizer = TokenizerFile.bert(accents: "false")
    #expect(
      try cased.tokenizer().encode("ééé éééé").tokens == ["[CLS]", "é", "##é", "##é", "[UNK]", "[SEP]"])
  }

  @Test func casedTokenizersKeepCaseAndAccents() throws {
    var file = TokenizerFile(vocabulary: TokenizerFile.specials + ["É", "E", "the", "The", "é"])
    file.normalizer = TokenizerFile.bert(accents: "null", lowercase: false)
    #expect(try file.tokenizer().encode("The É").tokens == ["[CLS]", "The", "É", "[SEP]"])
    file.normalizer = TokenizerFile.bert(accents: "true", lowercase: false)
    #expect(try file.tokenizer().encode("The É").tokens == ["[CLS]", "The", "E", "[SEP]"])
    file.normalizer = TokenizerFile.bert(accents: "false", lowercase: true)
    #expect(try file.tokenizer().encode("The É").tokens == ["[CLS]", "the", "é", "[SEP]"])
  }

  @Test func lowercasingFirstComesBeforeTheOwnNormalizer() throws {
    var file = TokenizerFile()
    file.normalizer = TokenizerFile.bert(lowercase: false)
    #expect(try file.tokenizer().encode("THE Cafe").tokens == ["[CLS]", "[UNK]", "[UNK]", "[SEP]"])
    #expect(
      try file.tokenizer(lowercasesFirst: true).encode("THE Cafe").tokens == [
        "[CLS]", "the", "cafe", "[SEP]",
      ])
    file.normalizer = "null"
    #expect(try file.tokenizer(lowercasesFirst: true).encode("THE").tokens == ["[CLS]", "the", "[SEP]"])
  }

  @Test func aVocabularyKeepsCanonicallyEquivalentTokensApart() throws {
    let tokens = ["\u{e9}", "e\u{301}", "\u{212b}", "\u{c5}", "A\u{30a}", "K", "\u{212a}"]
    var file = TokenizerFile(vocabulary: TokenizerFile.specials + tokens)
    file.normalizer = "null"
    let tokenizer = try file.tokenizer()
    for (index, token) in tokens.enumerated() {
      #expect(tokenizer.encode(token, addSpecialTokens: false).ids == [Int32(index + 5)])
      #expect(tokenizer.token(for: Int32(index + 5))?.scalarsInHex == token.scalarsInHex)
    }
  }

  @Test func aTextIsTheSameNextToAnyOther() throws {
    let tokenizer = try TokenizerFile().tokenizer()
    let texts = ["the café", "我爱，ok", "refunds!", "한국 カタ"]
    let joined = tokenizer.encode(texts.joined(separator: "\n"), addSpecialTokens: false)
    #expect(joined.ids == texts.flatMap { tokenizer.encode($0, addSpecialTokens: false).ids })
  }
}
