import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Files that are missing, damaged, of another kind, or made to do harm: each is refused with its reason.
struct HostileFileTests {
  /// The error of loading a folder that holds this text alone, its folder cut off.
  private func problem(_ text: String, named name: String = "tokenizer.json") -> String? {
    do {
      _ = try Tokenizer(text: text, named: name)
      return nil
    } catch {
      let message = "\(error)"
      return message.range(of: name).map { String(message[$0.lowerBound...]) } ?? message
    }
  }

  private func problem(_ change: (inout TokenizerFile) -> Void) -> String? {
    var file = TokenizerFile()
    change(&file)
    return problem(file.json)
  }

  @Test func aMissingFolderOrFileIsMissingInput() throws {
    let folder = try TemporaryFolder()
    let missing = TokenizationError.fileMissing(
      folder: folder.path,
      expected: ["tokenizer.json", "vocab.txt"] + SentencePieceFile.names + ["vocab.json with merges.txt"])
    #expect(throws: missing) { try Tokenizer(folder: folder.path) }
    #expect(missing.isMissingInput)
    let nowhere = TokenizationError.folderMissing(path: folder.path + "/nowhere")
    #expect(throws: nowhere) { try Tokenizer(folder: folder.path + "/nowhere") }
    #expect(nowhere.isMissingInput)
    #expect(!TokenizationError.missingKey(file: "f", key: "k").isMissingInput)
  }

  @Test func aFolderInPlaceOfAFileIsUnreadable() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "tokenizer.json/inside")
    #expect(throws: TokenizationError.self) { try Tokenizer(folder: folder.path) }
  }

  @Test func aHugeFileIsRefusedUnread() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("", to: "tokenizer.json")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: UInt64(TokenizerFolder.maximumByteCount) + 1)  // Sparse: takes no space.
    try handle.close()
    #expect(
      throws: TokenizationError.fileTooLarge(
        file: path, byteCount: TokenizerFolder.maximumByteCount + 1, limit: TokenizerFolder.maximumByteCount)
    ) { try Tokenizer(folder: folder.path) }
  }

  @Test func everyPrefixOfAFileIsDamaged() throws {
    var file = TokenizerFile(vocabulary: TokenizerFile.specials)
    file.addedTokens = [TokenizerFile.added("[UNK]", id: 1)]
    let bytes = Array(file.json.utf8)
    for count in 0..<bytes.count {
      let prefix = String(decoding: bytes[..<count], as: UTF8.self)
      #expect(problem(prefix)?.contains("fetch the file again") == true, "\(count) bytes")
    }
  }

  @Test func invalidUTF8IsRefusedWithItsPlace() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("{\"version\":\"".utf8) + [0xc3, 0x28], to: "tokenizer.json")
    #expect(throws: TokenizationError.invalidUTF8(file: path, byteOffset: 12)) {
      try Tokenizer(folder: folder.path)
    }
  }

  @Test func whatIsNotSupportedIsRefusedByName() {
    #expect(
      problem { $0.version = "\"2.0\"" } == "tokenizer.json: version '2.0' is not supported, expected '1.0'")
    #expect(
      problem { $0.normalizer = #"{"type":"Append"}"# }
        == "tokenizer.json: normalizer 'Append' is not supported; supported: BertNormalizer, Lowercase, NFD, NFKD, "
        + "NFC, NFKC, StripAccents, Strip, Replace, Prepend, Nmt, ByteLevel, Precompiled, Sequence")
    #expect(
      problem { $0.preTokenizer = #"{"type":"UnicodeScripts"}"# }?.contains("pre-tokenizer 'UnicodeScripts'")
        == true)
    #expect(problem { $0.model = #"{"type":"CharBPE"}"# }?.contains("model 'CharBPE'") == true)
    #expect(
      problem { $0.postProcessor = #"{"type":"Fuse"}"# }?.contains("post-processor 'Fuse'") == true)
    let expression = #"{"type":"Replace","pattern":{"Regex":"(a|b)\\1"},"content":" "}"#
    #expect(problem { $0.normalizer = expression }?.contains("(a|b)\\1") == true)
    let map = #"{"type":"Precompiled","precompiled_charsmap":"?"}"#
    #expect(problem { $0.normalizer = map }?.contains("expected base64") == true)
    let cut = #"{"type":"Precompiled","precompiled_charsmap":"AAAA"}"#
    #expect(problem { $0.normalizer = cut }?.contains("expected a whole character map") == true)
    let explosive = String(repeating: "x", count: 300)
    let replacing = #"{"type":"Replace","pattern":{"String":"a"},"content":"\#(explosive)"}"#
    #expect(problem { $0.normalizer = replacing }?.contains("at most 256") == true)
    // The Kelvin sign is canonically equal to K, and another name all the same.
    #expect(problem { $0.normalizer = #"{"type":"N\#u{212a}C"}"# }?.contains("not supported") == true)
  }

  @Test func absentAndWrongValuesAreNamed() {
    #expect(
      problem { $0.normalizer = #"{"type":"BertNormalizer","clean_text":true}"# }
        == "tokenizer.json: key 'normalizer.handle_chinese_chars' is missing")
    #expect(
      problem { $0.normalizer = TokenizerFile.bert(accents: "1") }
        == "tokenizer.json: 'normalizer.strip_accents' is 1, expected true or false")
    #expect(
      problem { $0.normalizer = "[]" } == "tokenizer.json: 'normalizer' is a list of 0, expected an object")
    #expect(problem { $0.model = "null" } == "tokenizer.json: key 'model' is missing")
    #expect(problem("[1]") == "tokenizer.json: '(top)' is a list of 1, expected an object")
    #expect(problem { $0.maximumWordLength = -1 }?.contains("max_input_chars_per_word") == true)
    #expect(
      problem { $0.addedTokens = ["{\"id\":0}"] }?.contains("'added_tokens[0].content' is missing") == true)
    #expect(problem { $0.version = #""1.0","version":"1.0""# }?.contains("'version' is there twice") == true)
    let long = TokenizerFile.added(String(repeating: "x", count: 2000), id: 0)
    #expect(problem { $0.addedTokens = [long] }?.contains("at most 1024") == true)
  }

  private func vocabulary(_ entries: String) -> String? {
    problem {
      $0.addedTokens = []
      $0.postProcessor = "null"
      $0.model = """
        {"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",\
        "max_input_chars_per_word":100,"vocab":{\(entries)}}
        """
    }
  }

  @Test func theVocabularyMustMakeSense() {
    #expect(vocabulary(#""[UNK]":0,"a":1"#) == nil)
    #expect(vocabulary(#""a":0"#) == "tokenizer.json: token '[UNK]' (unk_token) is not in the vocabulary")
    #expect(vocabulary(#""[UNK]":0,"a":1,"b":1"#) == "tokenizer.json: tokens 'a' and 'b' both have id 1")
    #expect(vocabulary(#""[UNK]":0,"a":1,"a":2"#) == "tokenizer.json: token 'a' is in the vocabulary twice")
    #expect(
      vocabulary(#""[UNK]":0,"a":1,"\#u{61}":1"#) == "tokenizer.json: token 'a' is in the vocabulary twice")
    #expect(vocabulary(#""[UNK]":0,"a":-1"#)?.contains("has id -1") == true)
    #expect(vocabulary(#""[UNK]":0,"a":4000000000"#)?.contains("has id 4000000000") == true)
    #expect(vocabulary(#""[UNK]":0,"a":99999999999999999999"#)?.contains("expected an id") == true)
    #expect(vocabulary(#""[UNK]":0,"a":1.5"#)?.contains("'model.vocab.a' is 1.5, expected an id") == true)
  }

  @Test func addedTokensMustFitTheVocabulary() {
    #expect(
      problem { $0.addedTokens = [TokenizerFile.added("[UNK]", id: 7)] }
        == "tokenizer.json: added token '[UNK]' has id 7, but the vocabulary gives it 1")
    #expect(problem { $0.addedTokens = [TokenizerFile.added("<x>", id: 9000)] }?.contains("id 9000") == true)
  }

  @Test func theTemplateMustMakeSense() {
    func template(_ single: String, _ specials: String = "") -> String? {
      problem {
        $0.postProcessor =
          #"{"type":"TemplateProcessing","single":[\#(single)],"special_tokens":{\#(specials)}}"#
      }
    }
    let text = #"{"Sequence":{"id":"A","type_id":0}}"#
    let special = #"{"SpecialToken":{"id":"x","type_id":0}}"#
    #expect(template(text) == nil)
    #expect(template("\(text),\(text)")?.contains("2 places for the text") == true)
    #expect(template("")?.contains("0 places for the text") == true)
    #expect(template(#"{"Sequence":{"id":"B","type_id":0}}"#)?.contains("expected 'A'") == true)
    #expect(template("\(text),\(special)")?.contains("'post_processor.special_tokens.x' is missing") == true)
    #expect(
      template("\(special),\(text)", #""x":{"ids":[1,2],"tokens":["y"]}"#)?.contains("as many as ids") == true
    )
    #expect(template("\(special),\(text)", #""x":{"ids":[999],"tokens":["y"]}"#)?.contains("id 999") == true)
    #expect(template("\(special),\(text)", #""x":{"ids":[2,3],"tokens":["y","z"]}"#) == nil)
  }

  /// Steps that are harmless one by one would make any text explode.
  @Test func whatMakesTextsExplodeIsRefused() {
    func sequence(_ kind: String, _ list: String, _ step: String, count: Int) -> String {
      let steps = [String](repeating: step, count: count).joined(separator: ",")
      return #"{"type":"\#(kind)","\#(list)":[\#(steps)]}"#
    }
    func normalizers(_ step: String, count: Int) -> String {
      sequence("Sequence", "normalizers", step, count: count)
    }
    let doubling = #"{"type":"Replace","pattern":{"String":"a"},"content":"aa"}"#
    #expect(problem { $0.normalizer = normalizers(doubling, count: 6) } == nil)
    #expect(
      problem { $0.normalizer = normalizers(doubling, count: 7) }?.contains("128 times as long") == true)
    let long =
      #"{"type":"Replace","pattern":{"Regex":"b|c"},"content":"\#(String(repeating: "b", count: 64))"}"#
    #expect(problem { $0.normalizer = long }?.contains("65 times as long") == true)
    #expect(
      problem { $0.normalizer = normalizers(#"{"type":"ByteLevel"}"#, count: 7) }?.contains("128") == true)
    let spelled = #"{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}"#
    #expect(
      problem {
        $0.normalizer = normalizers(doubling, count: 3)
        $0.preTokenizer = sequence("Sequence", "pretokenizers", spelled, count: 4)
      }?.contains("128 times as long") == true)
    #expect(problem { $0.normalizer = normalizers(#"{"type":"Lowercase"}"#, count: 256) } == nil)
    #expect(
      problem { $0.normalizer = normalizers(#"{"type":"Lowercase"}"#, count: 257) }?
        .contains("list of 257 objects, expected at most 256") == true)
  }

  @Test func longTokensAreRefused() {
    let long = "##" + String(repeating: "a", count: 4095)
    #expect(
      problem { $0.vocabulary.append(long) }?.contains(
        "a token of 4097 bytes, of id 103, expected at most 4096")
        == true)
    #expect(problem { $0.vocabulary.append(String(long.dropLast())) } == nil)
    #expect(
      problem("[UNK]\n[CLS]\n[SEP]\n\(long)\n", named: "vocab.txt")?.contains("a token of 4097 bytes") == true
    )
    #expect(
      problem(String(repeating: "\n", count: 4_000_001), named: "vocab.txt")?.contains("4000001 lines")
        == true)
  }
}
