import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Damaged tokenizer files: each is refused with a reason, or gives tokens that stand in the text and the vocabulary.
@Suite struct FuzzTests {
  /// Texts that tokenizers find hard: nothing, marks, controls, one long word, much white space, added tokens.
  private static let texts = [
    "", " ", "A river bank, the 3rd 我们的河岸 e\u{301}\u{323} 👍🏽 <s> [MASK] </s> \u{2581}x\n\n\t",
    "\u{0}\u{1}\u{ad}\u{200b}\u{200d}\u{feff}\u{fffd}\u{1f468}\u{200d}\u{1f469}\u{e000}\u{10ffff}",
    "ﬁ ſ ß İ ǅ ℌ Å \u{1100}\u{1161}\u{11a8} ﷺ が\u{3099} \u{0344}\u{0f77}",
    String(repeating: "ab", count: 600),
    String(repeating: " ", count: 1500), String(repeating: "e\u{301}\u{20d7}", count: 400),
    String(repeating: "[MASK <s>", count: 100), "don't 12345678 I'LL\r\n\r\n  x  ",
  ]

  @Test func damagedTokenizersAreRefusedOrWork() async throws {
    let run = try FuzzRun("tokenizers", count: 800) { file in
      file.hasSuffix("tokenizer.json") || file.hasSuffix("vocab.txt") || file.hasSuffix("vocab.json")
        || file.hasSuffix("merges.txt") || file.hasSuffix(".model") || file == "tokenizer_config.json"
    }
    try await run.forEachCase { damaged in
      let tokenizer: Tokenizer
      do {
        tokenizer = try Tokenizer(folder: damaged.folder, lowercasesFirst: damaged.number % 8 == 0)
      } catch {
        #expect("\(error)".count > 10, "\(damaged.testDescription): \(error)")
        return .refused
      }
      Self.check(tokenizer, damaged.number, damaged.testDescription)
      return .works
    }
  }

  /// What lies in the cache may be anything: it is used where it is whole, and else written anew.
  @Test func damagedCachesWorkOrArePassedOver() async throws {
    let run = try FuzzRun("caches", count: 120) { folder in
      if FileManager.default.fileExists(atPath: folder + "/tokenizer.json") {
        _ = try Tokenizer(folder: folder, cacheFolder: folder + "/cache")
      }
    } damages: {
      $0.hasSuffix(".cache")
    }
    try await run.forEachCase { damaged in
      let file = URL(fileURLWithPath: damaged.folder + "/" + damaged.damaged[0])
      var bytes = try [UInt8](Data(contentsOf: file))
      let isSealed = !damaged.number.isMultiple(of: 4) && bytes.count >= 24
      if isSealed {
        let sum = TokenizerCache.Sections.checksum(bytes, from: 24)
        bytes.replaceSubrange(16..<24, with: withUnsafeBytes(of: sum) { Array($0) })
        try Data(bytes).write(to: file)
      }
      let tokenizer = try Tokenizer(folder: damaged.folder, cacheFolder: damaged.folder + "/cache")
      Self.check(tokenizer, damaged.number, damaged.testDescription)
      if !isSealed {
        let plain = try Tokenizer(folder: damaged.folder).encode(Self.texts[2])
        #expect(tokenizer.encode(Self.texts[2]) == plain, "\(damaged.testDescription)")
      }
      let isSame = try [UInt8](Data(contentsOf: file)) == bytes
      return isSame ? .works : .refused
    }
  }

  /// Files that once ended the process, or would have filled its memory.
  @Test(arguments: try FoundCases.folders("tokenizers"))
  func foundCasesAreRefused(folder: String) {
    #expect(throws: TokenizationError.self) { try Tokenizer(folder: folder) }
  }

  /// Encodes three of the texts, which ones the number says.
  private static func check(_ tokenizer: Tokenizer, _ number: Int, _ comment: String) {
    for step in 0..<3 { check(tokenizer, texts[(number + 3 * step) % texts.count], comment) }
  }

  private static func check(_ tokenizer: Tokenizer, _ text: String, _ comment: String) {
    let whole = tokenizer.encode(text)
    let count = whole.ids.count
    #expect(
      whole.tokens.count == count && whole.offsets.count == count && whole.special.count == count
        && whole.totalCount == count && !whole.isTruncated, "\(comment)")
    let scalars = 0...text.unicodeScalars.count
    #expect(
      whole.offsets.allSatisfy { scalars ~= $0.lowerBound && scalars ~= $0.upperBound },
      "\(comment)")
    #expect(whole.ids.allSatisfy { 0..<tokenizer.vocabularySize ~= Int($0) }, "\(comment)")
    let short = tokenizer.encode(text, maximumLength: 7)
    #expect(short.ids.count <= max(7, tokenizer.specialTokenCount), "\(comment)")
    #expect(short.totalCount == count, "\(comment)")
  }
}
