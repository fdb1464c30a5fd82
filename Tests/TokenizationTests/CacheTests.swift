import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Tokenizers kept in a form that loads fast: the same answers, and no trust in what lies there.
struct CacheTests {
  private typealias Folder = MergesFileTests.Folder

  private static let text = "he  hé 我<|endoftext|>the café  unknowable"

  private static let models: [[String: String]] = [
    ["tokenizer.json": TokenizerFile().json],
    ["tokenizer.json": ByteLevelTests.file(processor: ByteLevelTests.trim).json],
    [
      "tokenizer.json": TokenizerFile(
        normalizer: "null", postProcessor: "null", addedTokens: [],
        model: #"{"type":"Unigram","unk_id":0,"vocab":[["?",0],["h",-1.5],["he",-2],["é",-3],["h",-1]]}"#
      ).json
    ],
    [
      "vocab.json": "{\(TokenizerFile.entries(MergesFileTests.tokens))}",
      "merges.txt": MergesFileTests.merges,
      "tokenizer_config.json": #"{"tokenizer_class":"RobertaTokenizer"}"#,
    ],
  ]

  private func cacheFile(_ folder: TemporaryFolder) throws -> URL {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return URL(fileURLWithPath: folder.path).appendingPathComponent(try #require(names.first))
  }

  @Test(arguments: models.indices)
  func givesTheSameTokenizer(index: Int) throws {
    let folder = try Folder(Self.models[index])
    let cache = try TemporaryFolder()
    let plain = try folder.tokenizer().encode(Self.text)
    #expect(try folder.tokenizer(cache: cache.path).encode(Self.text) == plain)
    let file = try cacheFile(cache)
    let written = try Data(contentsOf: file)
    let identity = try #require(try TokenizerFolder(folder.folder.path).identity)
    let known = TokenizerCache(folder: cache.path)
      .definition(of: identity, try TokenizerFolder(folder.folder.path))
    #expect(known != nil)
    let again = try folder.tokenizer(cache: cache.path)
    #expect(again.encode(Self.text) == plain)
    #expect(again.vocabularySize == (try folder.tokenizer().vocabularySize))
    #expect(try Data(contentsOf: file) == written)
  }

  @Test func aChangedModelIsReadAnew() throws {
    let folder = try Folder(["tokenizer.json": ByteLevelTests.file().json])
    let cache = try TemporaryFolder()
    #expect(try folder.tokenizer(cache: cache.path).encode("he").ids.count == 1)
    _ = try folder.folder.write(TokenizerFile().json, to: "tokenizer.json")
    #expect(try folder.tokenizer(cache: cache.path).encode("he").ids.count == 4)
    _ = try folder.folder.write(#"{"truncation_side":"left"}"#, to: "tokenizer_config.json")
    #expect(
      try folder.tokenizer(cache: cache.path).encode("the ok", maximumLength: 3).tokens == [
        "[CLS]", "ok", "[SEP]",
      ])
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).count == 1)
  }

  @Test func aDamagedFileIsPassedOverAndWrittenAnew() throws {
    let folder = try Folder(["tokenizer.json": ByteLevelTests.file().json])
    let cache = try TemporaryFolder()
    let plain = try folder.tokenizer(cache: cache.path).encode(Self.text)
    let file = try cacheFile(cache)
    let whole = try Data(contentsOf: file)
    var random = SeededGenerator(seed: 1)
    var damaged = [Data(), Data("nothing of ours".utf8), whole + Data([0])]
    for _ in 0..<60 {
      damaged.append(whole.prefix(Int.random(in: 0..<whole.count, using: &random)))
      var changed = whole
      changed[Int.random(in: 0..<whole.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      damaged.append(changed)
    }
    for data in damaged {
      try data.write(to: file)
      #expect(try folder.tokenizer(cache: cache.path).encode(Self.text) == plain)
      #expect(try Data(contentsOf: file) == whole)
    }
  }

  /// A file with the right checksum whose arrays do not fit one another.
  @Test func arraysThatDoNotFitAreNoVocabulary() {
    typealias Place = Vocabulary.Place
    let text = Array("abc".utf8)
    #expect(Vocabulary(text: text, places: [Place(start: 0, end: 4)], file: "x") == nil)
    #expect(Vocabulary(text: text, places: [Place(start: 2, end: 1)], file: "x") == nil)
    #expect(Vocabulary(text: text, places: [Place(start: .max - 1, end: .max)], file: "x") == nil)
    let vocabulary = Vocabulary(text: text, places: [.absent, Place(start: 0, end: 2)], file: "x")
    #expect(vocabulary?.id(of: "ab") == 1 && vocabulary?.size == 2 && vocabulary?.token(for: 0) == nil)
  }

  @Test func aFolderThatCannotBeWrittenToCostsNothing() throws {
    let folder = try Folder(["tokenizer.json": TokenizerFile().json])
    let file = try folder.folder.write("a file", to: "file")
    for cache in [file, file + "/below", ""] {
      #expect(try folder.tokenizer(cache: cache).encode("the").ids.count == 3)
    }
  }
}
