import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Byte-level tokenizers in the files of their time: `vocab.json` and `merges.txt`.
struct MergesFileTests {
  /// A folder with some files, and tokenizers from it.
  struct Folder {
    let folder: TemporaryFolder

    init(_ files: [String: String]) throws {
      folder = try TemporaryFolder()
      for (name, text) in files { _ = try folder.write(text, to: name) }
    }

    /// A `tokenizer.json`, with the side at which long texts are cut.
    init(_ json: String, side: String) throws {
      try self.init(["tokenizer.json": json, "tokenizer_config.json": #"{"truncation_side":"\#(side)"}"#])
    }

    func tokenizer(cache: String? = nil) throws -> Tokenizer {
      try Tokenizer(folder: folder.path, cacheFolder: cache)
    }
  }

  static let tokens =
    ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>"] + ByteAlphabet.scalars.map { String($0) }
    + ["he", "Ġhe"]
  static let merges = "#version: 0.2\nh e\nĠ he\n"

  private func folder(
    _ configuration: String, merges: String = merges, _ others: [String: String] = [:]
  ) throws -> Folder {
    var files = ["vocab.json": "{\(TokenizerFile.entries(Self.tokens))}", "merges.txt": merges]
    files["tokenizer_config.json"] = configuration
    return try Folder(files.merging(others) { _, other in other })
  }

  private func tokens(
    _ text: String, _ configuration: String, _ others: [String: String] = [:]
  ) throws -> [String] {
    try folder(configuration, others).tokenizer().encode(text).tokens
  }

  private static let gpt2 = #"{"tokenizer_class":"GPT2Tokenizer"}"#

  @Test func gpt2AddsNothing() throws {
    #expect(try tokens("he he<|endoftext|>", Self.gpt2) == ["he", "Ġhe", "<|endoftext|>"])
    #expect(try tokens("he<s>", Self.gpt2) == ["he", "<", "s", ">"])
    let flags = #"""
      {"tokenizer_class":"GPT2TokenizerFast","add_prefix_space":true,"add_bos_token":true,"add_eos_token":true,\#
      "eos_token":{"content":"</s>","lstrip":true}}
      """#
    #expect(try tokens("he  </s>", flags) == ["<|endoftext|>", "Ġhe", "  </s>", "</s>"])
  }

  @Test func robertaPutsTheTextBetweenItsTokens() throws {
    let text = try folder(#"{"tokenizer_class":"RobertaTokenizer"}"#).tokenizer().encode("he he <mask>")
    #expect(text.tokens == ["<s>", "he", "Ġhe", "Ġ", "<mask>", "</s>"])
    #expect(text.offsets == [0..<0, 0..<2, 3..<5, 6..<6, 6..<12, 0..<0])
    let map = [
      "special_tokens_map.json": #"{"mask_token":{"content":"<mask>","lstrip":true},"cls_token":"</s>"}"#
    ]
    #expect(
      try tokens("he <mask>", #"{"tokenizer_class":"BartTokenizerFast"}"#, map) == [
        "</s>", "he", " <mask>", "</s>",
      ])
    let untrimmed = #"{"tokenizer_class":"LongformerTokenizer","trim_offsets":false,"add_prefix_space":true}"#
    #expect(try folder(untrimmed).tokenizer().encode("he he").offsets == [0..<0, 0..<2, 2..<5, 0..<0])
  }

  @Test func qwen2ComposesAndCutsDigitsApart() throws {
    let text = try folder(#"{"tokenizer_class":"Qwen2Tokenizer"}"#).tokenizer().encode("e\u{301}12")
    #expect(text.tokens == ["Ã", "©", "1", "2"])
    #expect(text.offsets == [0..<1, 0..<1, 2..<3, 3..<4] || text.offsets == [0..<2, 0..<2, 2..<3, 3..<4])
  }

  @Test func theModelTypeTellsWhereNoClassDoes() throws {
    func model(_ type: String) -> [String: String] { ["config.json": #"{"model_type":"\#(type)"}"#] }
    #expect(try tokens("he", "{}", model("gpt_neo")) == ["he"])
    #expect(try tokens("he", "{}", model("roberta")) == ["<s>", "he", "</s>"])
    #expect(throws: TokenizationError.self) { try tokens("he", "{}", model("bloom")) }
    #expect(throws: TokenizationError.self) { try tokens("he", "{}") }
    #expect(throws: TokenizationError.self) { try tokens("he", #"{"tokenizer_class":"BloomTokenizerFast"}"#) }
  }

  @Test func listedTokensComeBehindTheVocabulary() throws {
    let next = Self.tokens.count
    let list =
      #"{"tokenizer_class":"GPT2Tokenizer","added_tokens_decoder":{"\#(next)":{"content":"<x>","rstrip":true}},"pad_token":"<p>"}"#
    let tokenizer = try folder(list).tokenizer()
    #expect(tokenizer.encode("he<x>  he<p>").tokens == ["he", "<x>  ", "he", "<p>"])
    #expect(tokenizer.id(of: "<x>") == Int32(next) && tokenizer.id(of: "<p>") == Int32(next + 1))
    #expect(tokenizer.id(of: "Ġhe") == Int32(next - 1) && tokenizer.id(of: " he") == nil)
    #expect(try tokens("he<y>", Self.gpt2, ["added_tokens.json": #"{"<y>":\#(next)}"#]) == ["he", "<y>"])
    #expect(throws: TokenizationError.self) {
      try tokens("he", Self.gpt2, ["added_tokens.json": #"{"<y>":9999}"#])
    }
  }

  @Test func damagedFilesAreRefused() throws {
    for merges in ["h e\nx", "h e\n\nĠ he\n", "h  e\n", "h q\n", "he he\n"] {
      #expect(throws: TokenizationError.self) { try folder(Self.gpt2, merges: merges).tokenizer() }
    }
    #expect(try folder(Self.gpt2, merges: "h e\r\nĠ he\r\n").tokenizer().encode("he he").ids.count == 2)
    #expect(try folder(Self.gpt2, merges: "").tokenizer().encode("he").tokens == ["h", "e"])
    #expect(throws: TokenizationError.self) {
      try Folder(["vocab.json": "{}", "tokenizer_config.json": Self.gpt2]).tokenizer()
    }
    #expect(throws: TokenizationError.self) {
      try tokens("he", #"{"tokenizer_class":"RobertaTokenizer","cls_token":"<nowhere>"}"#)
    }
  }
}
