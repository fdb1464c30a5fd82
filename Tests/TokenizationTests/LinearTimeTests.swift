import Foundation
import Testing

@testable import Tokenization

/// Texts made to be slow: sixteen times the text may not take much more than sixteen times the time.
@Suite(.serialized)
struct LinearTimeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var unit: String
  }

  static let cases = [
    Case(testDescription: "one word", unit: "abcdefgh"),
    Case(testDescription: "Chinese characters", unit: "我爱我爱"),
    Case(testDescription: "combining marks out of order", unit: "\u{301}\u{323}\u{334}\u{345}"),
    Case(testDescription: "syllables that decompose", unit: "한국각낙"),
    Case(testDescription: "white space", unit: " \u{3000}\t "),
    Case(testDescription: "beginnings of an added token", unit: "[MAS[MAS"),
    Case(testDescription: "added tokens", unit: "[MASK][M"),
    Case(testDescription: "controls", unit: "\u{0}\u{200b}\u{1}\u{ad}"),
    Case(testDescription: "emoji sequences", unit: "👩\u{200d}👧🏽\u{fe0f}"),
    Case(testDescription: "added tokens back to back", unit: "[MASK]"),
    Case(testDescription: "opening brackets", unit: "[[[["),
    Case(testDescription: "deep accents", unit: "e\u{301}\u{323}\u{302}\u{308}\u{304}"),
    Case(testDescription: "marks that stay", unit: "\u{302e}\u{302f}\u{302e}\u{301}"),
    Case(testDescription: "words with a mark that stays", unit: "ab\u{302e} "),
    Case(testDescription: "letters that a control parts", unit: "a\u{1}"),
    Case(testDescription: "precomposed letters", unit: "ÀÉÎÕÜ"),
    Case(testDescription: "words of the longest length", unit: String(repeating: "a", count: 100) + " "),
  ]

  @Test(arguments: cases)
  func timeGrowsWithTheText(expected: Case) throws {
    try expectLinearTime(try TokenizerFile().tokenizer(), expected.unit)
  }

  /// Tokenizers without a limit on the length of a word, and those that split by expressions.
  static let tokenizers: [TokenizerFile] = {
    let spelling = #"{"type":"ByteLevel","add_prefix_space":true,"use_regex":false,"trim_offsets":true}"#
    func splitting(_ pattern: String, _ behaviour: String, inverted: Bool) -> TokenizerFile {
      var file = ByteLevelTests.file()
      file.preTokenizer = """
        {"type":"Sequence","pretokenizers":[{"type":"Split","behavior":"\(behaviour)","invert":\(inverted),\
        "pattern":{"Regex":\(TokenizerFile.quoted(pattern))}},\(spelling)]}
        """
      return file
    }
    var whole = ByteLevelTests.file()
    whole.preTokenizer = spelling
    var bare = TokenizerFile(normalizer: "null", preTokenizer: "null", postProcessor: "null", addedTokens: [])
    bare.model = BytePairTests.model(
      merges: ["a b", "ab ab", "abab c", "c d", "abab abab"], tokens: ["<u>"],
      #""unk_token":"<u>","fuse_unk":true,"byte_fallback":true"#)
    return [
      ByteLevelTests.file(), whole, bare, splitting(WordScanner.qwen2Pattern, "Isolated", inverted: false),
      splitting(#"[\p{L}\p{M}]+?x|(?:[ab]+c)+| ?[^\s\p{L}]+|\s+(?!\S)"#, "MergedWithNext", inverted: true),
    ]
  }()

  @Test(
    arguments: tokenizers.indices,
    ["abababcd", "我爱", "\u{301}\u{323}", "  ", " \n", "'1"])
  func timeGrowsWithTheTextInOneLongWord(index: Int, unit: String) throws {
    try expectLinearTime(try Self.tokenizers[index].tokenizer(), unit)
  }

  /// Sixteen times the text may not take much more than sixteen times the time.
  private func expectLinearTime(_ tokenizer: Tokenizer, _ unit: String) throws {
    func seconds(_ scalarCount: Int) -> Double {
      let text = String(repeating: unit, count: scalarCount / unit.unicodeScalars.count)
      let times = (0..<2).map { _ in
        let start = Self.threadSeconds()
        #expect(tokenizer.encode(text, maximumLength: 64).totalCount >= 1)
        return Self.threadSeconds() - start
      }
      return times.min() ?? 0
    }
    let small = seconds(2_000)
    let large = seconds(32_000)
    // Quadratic work would take 256 times as long; the room is for caches that others fill.
    #expect(large < 64 * small + 0.04, "\(small) s, then \(large) s")
  }

  @Test(arguments: tokenizers.indices)
  func aLongRowOfLettersIsOneWord(index: Int) throws {
    let text = String(repeating: "abc", count: 40_000)
    let encoded = try Self.tokenizers[index].tokenizer().encode(text, maximumLength: 10)
    #expect(encoded.ids.count == 10 && encoded.totalCount >= 36_000)
  }

  /// The time that this thread has worked: other tests run at the same time.
  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  @Test func aLongLineIsCountedWhole() throws {
    let text = String(repeating: "the ", count: 50_000)
    let encoded = try TokenizerFile().tokenizer().encode(text, maximumLength: 10)
    #expect(encoded.ids.count == 10)
    #expect(encoded.totalCount == 50_002)
    #expect(encoded.firstDroppedScalar == 32)
  }
}
