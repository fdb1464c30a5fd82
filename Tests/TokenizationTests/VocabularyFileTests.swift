import TestSupport
import Testing

import Tokenization

/// `vocab.txt` and what stands beside it, where there is no `tokenizer.json`.
struct VocabularyFileTests {
  private let lines = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "Caf", "caf", "##e", "##é", "É", "我",
  ]

  private func tokenizer(_ vocabulary: String, _ files: [String: String] = [:]) throws -> Tokenizer {
    let folder = try TemporaryFolder()
    _ = try folder.write(vocabulary, to: "vocab.txt")
    for (name, text) in files { _ = try folder.write(text, to: name) }
    return try Tokenizer(folder: folder.path)
  }

  private func tokens(_ text: String, _ configuration: String? = nil) throws -> [String] {
    let files = configuration.map { ["tokenizer_config.json": $0] } ?? [:]
    return try tokenizer(lines.joined(separator: "\n"), files).encode(text).tokens
  }

  @Test func theDefaultsAreThoseOfUncasedBert() throws {
    #expect(
      try tokens("The CAFÉ 我the [MASK]") == ["[CLS]", "the", "caf", "##e", "我", "the", "[MASK]", "[SEP]"])
  }

  @Test func theConfigurationDecides() throws {
    #expect(try tokens("Café", #"{"do_lower_case":false}"#) == ["[CLS]", "Caf", "##é", "[SEP]"])
    #expect(try tokens("CAFÉ", #"{"strip_accents":false}"#) == ["[CLS]", "caf", "##é", "[SEP]"])
    #expect(try tokens("我the", #"{"tokenize_chinese_chars":false}"#) == ["[CLS]", "[UNK]", "[SEP]"])
    let bert = #"{"tokenizer_class":"BertTokenizer","strip_accents":null,"model_max_length":3}"#
    #expect(try tokens("the the the", bert) == ["[CLS]", "the", "the", "the", "[SEP]"])
  }

  @Test func theLineIsTheId() throws {
    for ending in ["\n", "\r\n"] {
      for last in ["", ending] {
        let tokenizer = try tokenizer(lines.joined(separator: ending) + last)
        #expect(tokenizer.encode("the 我").ids == [2, 5, 11, 3])
        #expect(tokenizer.vocabularySize == lines.count)
      }
    }
  }

  @Test func ofATokenThatIsThereTwiceTheLastLineCounts() throws {
    let tokenizer = try tokenizer("[UNK]\nthe\n[CLS]\n[SEP]\nthe\n")
    #expect(tokenizer.encode("the").ids == [2, 4, 3])
    #expect(tokenizer.token(for: 1) == nil)
  }

  @Test func onlyTheLineEndIsCutOff() throws {
    let tokenizer = try tokenizer("[UNK]\n[CLS]\n[SEP]\n\u{3000}\n \n\n")
    #expect(tokenizer.token(for: 3) == "\u{3000}")
    #expect(tokenizer.token(for: 4) == " ")
    #expect(tokenizer.token(for: 5) == "")
  }

  @Test func specialTokensHaveTheNamesThatTheFilesGiveThem() throws {
    let map = #"{"cls_token":"<s>","sep_token":{"content":"</s>","lstrip":false},"unk_token":"<unk>"}"#
    let tokenizer = try tokenizer("<s>\n</s>\n<unk>\nthe\n", ["special_tokens_map.json": map])
    #expect(tokenizer.encode("the </s> x").tokens == ["<s>", "the", "</s>", "<unk>", "</s>"])
    #expect(tokenizer.unknownID == 2)
  }

  @Test func theMapOfSpecialTokensGoesBeforeTheConfiguration() throws {
    let files = [
      "special_tokens_map.json": #"{"cls_token":"[MASK]"}"#, "tokenizer_config.json": #"{"cls_token":"the"}"#,
    ]
    #expect(try tokenizer(lines.joined(separator: "\n"), files).encode("").tokens == ["[MASK]", "[SEP]"])
  }

  @Test func tokensBehindTheVocabularyAreFound() throws {
    let vocabulary = lines.joined(separator: "\n")
    let old = ["added_tokens.json": #"{"<Y>":13,"<X>":12}"#]
    let ids = try tokenizer(vocabulary, old).encode("the<x> <Y>").ids
    #expect(ids == [2, 5, 12, 13, 3])
    let decoder = #"{"added_tokens_decoder":{"12":{"content":"<X>","lstrip":true,"normalized":false}}}"#
    let new = try tokenizer(vocabulary, ["tokenizer_config.json": decoder]).encode("the  <X>caf")
    #expect(new.tokens == ["[CLS]", "the", "  <X>", "caf", "[SEP]"])
    #expect(throws: TokenizationError.self) {
      try tokenizer(vocabulary, ["added_tokens.json": #"{"<Y>":99}"#])
    }
    let mask = #"{"mask_token":{"content":"[MASK]","lstrip":true}}"#
    let masked = try tokenizer(vocabulary, ["special_tokens_map.json": mask]).encode("the [MASK]")
    #expect(masked.tokens == ["[CLS]", "the", " [MASK]", "[SEP]"])
  }

  @Test func theHeadIsDroppedWhereTheConfigurationSaysSo() throws {
    #expect(try tokens("the", #"{"truncation_side":"right"}"#).count == 3)
    #expect(try tokens("the", #"{"truncation_side":"left"}"#).count == 3)
    #expect(throws: TokenizationError.self) { try tokens("the", #"{"truncation_side":1}"#) }
  }

  @Test func whatItNeedsMustBeThere() {
    #expect(throws: TokenizationError.self) { try tokenizer("[CLS]\n[SEP]\n") }
    #expect(throws: TokenizationError.self) { try tokenizer("[UNK]\n[SEP]\n") }
    #expect(throws: TokenizationError.self) { try tokenizer("[UNK]\n[CLS]\n") }
    #expect(throws: TokenizationError.self) { try tokenizer("") }
    #expect(throws: Never.self) { try tokenizer("[UNK]\n[CLS]\n[SEP]\n") }
  }

  @Test func otherTokenizersThatHaveAVocabularyAreRefused() throws {
    let japanese = #"{"tokenizer_class":"BertJapaneseTokenizer"}"#
    #expect(throws: TokenizationError.self) { try tokens("the", japanese) }
    #expect(throws: TokenizationError.self) { try tokens("the", "{") }
    #expect(throws: TokenizationError.self) { try tokens("the", #"{"do_lower_case":"yes"}"#) }
  }

  @Test func aTokenizerFileWins() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("[UNK]\n[CLS]\n[SEP]\n", to: "vocab.txt")
    _ = try folder.write(TokenizerFile().json, to: "tokenizer.json")
    #expect(try Tokenizer(folder: folder.path).encode("the").tokens == ["[CLS]", "the", "[SEP]"])
  }
}
