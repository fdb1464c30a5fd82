import Testing

@testable import Tokenization

/// Byte-level tokenizers: spelling in bytes, offsets of what is split, and the trimming of spaces.
struct ByteLevelTests {
  /// All bytes and a few merges, with a file like RoBERTa's.
  static func file(prefixSpace: Bool = false, processor: String = "null") -> TokenizerFile {
    let letters = ByteAlphabet.scalars.map { String($0) }
    let merges = ["h e", "Ġ he", "Ã ©", "Ġ Ġ"]
    let joined = merges.map { $0.split(separator: " ").joined() }
    let list = merges.map(TokenizerFile.quoted).joined(separator: ",")
    var file = TokenizerFile(normalizer: "null", postProcessor: processor, addedTokens: [])
    file.preTokenizer = #"{"type":"ByteLevel","add_prefix_space":\#(prefixSpace),"trim_offsets":true}"#
    file.model = """
      {"type":"BPE","vocab":{\(TokenizerFile.entries(letters + joined + ["<s>", "</s>"]))},"merges":[\(list)]}
      """
    return file
  }

  static func roberta(prefixSpace: Bool) -> String {
    """
    {"type":"RobertaProcessing","sep":["</s>",261],"cls":["<s>",260],"trim_offsets":true,\
    "add_prefix_space":\(prefixSpace)}
    """
  }

  static let trim = #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true}"#
  static let template = """
    {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}},{"Sequence":{"id":"A"}}],\
    "special_tokens":{"x":{"ids":[260],"tokens":["<s>"]}}}
    """

  @Test func everyByteHasItsLetter() throws {
    #expect(Set(ByteAlphabet.scalars).count == 256)
    let text = try Self.file().tokenizer().encode("a\u{0} \u{7f}\u{ad}")
    #expect(text.tokens.map(\.scalarsInHex) == ["61", "100", "120", "121", "c2", "143"])
  }

  @Test func partsOfACharacterStandForTheWholeOfIt() throws {
    let text = try Self.file().tokenizer().encode("hé 我x")
    #expect(text.tokens == ["h", "Ã©", "Ġ", "æ", "Ī", "ĳ", "x"])
    #expect(text.offsets == [0..<1, 1..<2, 2..<3, 3..<4, 3..<4, 3..<4, 4..<5])
  }

  @Test func aSpaceMayBePutBeforeTheText() throws {
    let plain = try Self.file().tokenizer().encode("he he")
    #expect(plain.tokens == ["he", "Ġhe"] && plain.offsets == [0..<2, 2..<5])
    let prefixed = try Self.file(prefixSpace: true).tokenizer()
    #expect(prefixed.encode("he he").tokens == ["Ġhe", "Ġhe"])
    #expect(prefixed.encode("he he").offsets == [0..<2, 2..<5])
    #expect(prefixed.encode(" he").tokens == ["Ġhe"])
    #expect(prefixed.encode("\the").tokens == ["Ġ", "ĉ", "he"])
    #expect(prefixed.encode("").tokens == [])
  }

  @Test func eachPieceGetsItsOwnSpace() throws {
    var file = Self.file()
    file.preTokenizer = """
      {"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},\
      {"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false}]}
      """
    let text = try file.tokenizer().encode("he1é")
    #expect(text.tokens == ["Ġhe", "Ġ", "1", "Ġ", "Ã©"])
    #expect(text.offsets == [0..<2, 2..<3, 2..<3, 3..<4, 3..<4])
  }

  @Test func spacesAreTrimmedFromOffsets() throws {
    let text = try Self.file(processor: Self.roberta(prefixSpace: false)).tokenizer().encode("he he  he")
    #expect(text.tokens == ["<s>", "he", "Ġhe", "Ġ", "Ġhe", "</s>"])
    #expect(text.offsets == [0..<0, 0..<2, 3..<5, 6..<6, 7..<9, 0..<0])
    #expect(text.special == [true, false, false, false, false, true])
    let kept = try Self.file(prefixSpace: true, processor: Self.roberta(prefixSpace: true)).tokenizer()
    #expect(kept.encode(" he he").offsets == [0..<0, 0..<3, 4..<6, 0..<0])
  }

  @Test func whoComesFirstInASequenceTellsWhatTheFirstTokenIs() throws {
    func offsets(_ parts: String...) throws -> [Range<Int>] {
      let json = #"{"type":"Sequence","processors":[\#(parts.joined(separator: ","))]}"#
      let text = try Self.file(processor: json).tokenizer().encode("x he", maximumLength: 10)
      return text.offsets
    }
    #expect(try offsets(Self.trim) == [0..<1, 2..<4])
    #expect(try offsets(Self.trim, Self.template) == [0..<0, 0..<1, 2..<4])
    let untrimmed = Self.roberta(prefixSpace: true).replacing(
      "\"trim_offsets\":true", with: "\"trim_offsets\":false")
    #expect(try offsets(untrimmed) == [0..<0, 0..<1, 1..<4, 0..<0])
    #expect(try offsets(untrimmed, Self.trim) == [0..<0, 0..<1, 2..<4, 0..<0])
    #expect(try offsets(Self.trim, Self.trim) == [0..<1, 3..<4])
    #expect(throws: TokenizationError.self) { try offsets(Self.template, untrimmed) }
  }

  /// After a cut at the front, the first token that is left counts as the first of the text.
  @Test func theFirstTokenIsTheFirstThatIsLeft() throws {
    let folder = try MergesFileTests.Folder(Self.file(processor: Self.trim).json, side: "left")
    let text = try folder.tokenizer().encode("x he he", maximumLength: 2)
    #expect(text.tokens == ["Ġhe", "Ġhe"])
    #expect(text.offsets == [1..<4, 5..<7])
    #expect(text.droppedHeadEnd == 1)
  }
}
