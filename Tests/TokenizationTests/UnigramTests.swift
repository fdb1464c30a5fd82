import Foundation
import Testing

@testable import Tokenization

/// Unigram and Metaspace, with a vocabulary small enough to find every best path by hand.
struct UnigramTests {
  private static let pieces: [(String, Double)] = [
    ("<unk>", 0), ("a", -1), ("b", -1), ("ab", -2), ("abc", -9.5), ("c", -1.5), ("\u{2581}", -2),
    ("\u{2581}a", -2.5), ("xy", -100), ("a", -4),
  ]

  private func file(
    _ pieces: [(String, Double)] = pieces, unknown: String = #","unk_id":0"#, preTokenizer: String = "null",
    more: String = ""
  ) -> TokenizerFile {
    let vocabulary = pieces.map { "[\(TokenizerFile.quoted($0.0)),\($0.1)]" }.joined(separator: ",")
    var file = TokenizerFile(normalizer: "null", preTokenizer: preTokenizer, postProcessor: "null")
    file.addedTokens = []
    file.model = #"{"type":"Unigram"\#(unknown),"vocab":[\#(vocabulary)]\#(more)}"#
    return file
  }

  private func ids(_ text: String) throws -> [Int32] { try file().tokenizer().encode(text).ids }

  @Test func theHighestSumOfScoresWins() throws {
    #expect(try ids("ab") == [3])
    #expect(try ids("abc") == [3, 5])
    #expect(try ids("") == [])
  }

  @Test func ofEqualSumsTheOneFoundFirstStays() throws {
    let tie: [(String, Double)] = [("<unk>", -9), ("a", -1), ("b", -1), ("ab", -2)]
    #expect(try file(tie).tokenizer().encode("ab").ids == [3])
    let other: [(String, Double)] = [("<unk>", -9), ("a", -1), ("aa", -2), ("aaa", -3)]
    #expect(try file(other).tokenizer().encode("aaa").ids == [3])
    #expect(try file(other).tokenizer().encode("aaaa").ids == [1, 3])
  }

  @Test func ofAPieceThatComesTwiceTheLastCounts() throws {
    #expect(try ids("a") == [9])
    #expect(try ids("aab") == [9, 3])
  }

  @Test func unknownsSideBySideAreOneAndShownAsText() throws {
    let encoded = try file().tokenizer().encode("zazz")
    #expect(encoded.ids == [0, 9, 0])
    #expect(encoded.tokens == ["z", "a", "zz"])
    #expect(encoded.offsets == [0..<1, 1..<2, 2..<4])
  }

  @Test func unknownsThatTogetherAreAPieceAreThatPiece() throws {
    #expect(try ids("xyz") == [8, 0])
    #expect(try ids("xy") == [8])
    #expect(try ids("x<unk>") == [0])
    #expect(try ids("a<unk>b") == [9, 0, 2])
  }

  @Test func unknownsBecomeBytesWhereAllOfThemArePieces() throws {
    let pieces: [(String, Double)] = [("<unk>", 0), ("a", -1), ("<0xC3>", -5), ("<0xA9>", -5)]
    let tokenizer = try file(pieces, more: #","byte_fallback":true"#).tokenizer()
    let encoded = tokenizer.encode("a\u{e9}")
    #expect(encoded.ids == [1, 2, 3])
    #expect(encoded.tokens == ["a", "<0xC3>", "<0xA9>"])
    #expect(encoded.offsets == [0..<1, 1..<2, 1..<2])
    #expect(tokenizer.encode("a\u{e9}\u{e8}").ids == [1, 0])  // E8 ends in a byte that is no piece.
    #expect(try file(pieces).tokenizer().encode("\u{e9}").ids == [0])
  }

  @Test func aMarkStandsForTheSpaceBeforeAWord() throws {
    func offsets(_ text: String, _ options: String) throws -> [String] {
      let tokenizer = try file(
        preTokenizer: "{\"type\":\"Metaspace\",\"replacement\":\"\\u2581\"\(options)}"
      ).tokenizer()
      let encoded = tokenizer.encode(text)
      return zip(encoded.tokens, encoded.offsets).map { "\($0)@\($1.lowerBound)-\($1.upperBound)" }
    }
    #expect(try offsets("a ab", "") == ["\u{2581}a@0-1", "\u{2581}a@1-3", "b@3-4"])
    #expect(try offsets(" a", "") == ["\u{2581}a@0-2"])
    #expect(try offsets("a", #","prepend_scheme":"never""#) == ["a@0-1"])
    #expect(try offsets("a", #","add_prefix_space":false"#) == ["a@0-1"])
    #expect(
      try offsets("a  c", #","prepend_scheme":"first""#) == [
        "\u{2581}a@0-1", "\u{2581}@1-2", "\u{2581}@2-3", "c@3-4",
      ])
    #expect(try offsets("z z", #","split":false"#) == ["\u{2581}@0-1", "z@0-1", "\u{2581}@1-2", "z@2-3"])
  }

  @Test func onlyTheFirstPieceOfTheTextGetsAMarkIfSoSaid() throws {
    var file = file(preTokenizer: #"{"type":"Metaspace","replacement":"_","prepend_scheme":"first"}"#)
    file.addedTokens = [TokenizerFile.added("<x>", id: 10)]
    #expect(try file.tokenizer().encode("b<x>b").tokens == ["_", "b", "<x>", "b"])
  }

  @Test func contradictionsAndWrongValuesAreRefused() {
    func problem(_ file: TokenizerFile) -> String {
      do {
        _ = try file.tokenizer()
        return ""
      } catch { return "\(error)" }
    }
    func metaspace(_ options: String) -> String {
      problem(file(preTokenizer: "{\"type\":\"Metaspace\"\(options)}"))
    }
    #expect(metaspace("").contains("'pre_tokenizer.replacement' is missing"))
    #expect(metaspace(#","replacement":"ab""#).contains("expected one character"))
    #expect(metaspace(#","replacement":"_","prepend_scheme":"First""#).contains("always, first, never"))
    let contradiction = #","replacement":"_","prepend_scheme":"always","add_prefix_space":false"#
    #expect(metaspace(contradiction).contains("prepend_scheme is 'always'"))
    #expect(problem(file(unknown: "")).contains("'model.unk_id' is missing"))
    #expect(problem(file(unknown: #","unk_id":10"#)).contains("'model.unk_id' is 10"))
    #expect(problem(file(unknown: #","unk_id":-1"#)).contains("'model.unk_id' is -1"))
    #expect(problem(file([])).contains("among the 0 of vocab"))
    #expect(problem(file([(String(repeating: "x", count: 5000), 0)])).contains("5000 bytes"))
    for piece in [#"["a"]"#, #"["a",1,2]"#, #"["a","b"]"#, #"["a",null]"#, "1", #"{"a":1}"#] {
      var broken = file()
      broken.model = #"{"type":"Unigram","unk_id":0,"vocab":[\#(piece)]}"#
      #expect(problem(broken).contains("'model.vocab[0]'"), "\(piece)")
    }
  }

  @Test(arguments: ["ab", "x", "\u{301}\u{323}", "\u{2581}a", "a b ", "\u{6211}\u{7231}"])
  func aMegabyteTakesNoLongerAPieceThanAText(unit: String) throws {
    var file = file(preTokenizer: #"{"type":"Metaspace","replacement":"\u2581","split":false}"#)
    file.normalizer = #"{"type":"NFKC"}"#
    let tokenizer = try file.tokenizer()
    func seconds(_ byteCount: Int) -> Double {
      let text = String(repeating: unit, count: byteCount / unit.utf8.count)
      var start = timespec()
      var end = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
      #expect(tokenizer.encode(text, maximumLength: 8).totalCount >= 1)
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
      return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) * 1e-9
    }
    let small = min(seconds(1 << 16), seconds(1 << 16))
    let large = seconds(1 << 20)
    #expect(large < 64 * small + 0.02, "\(small) s, then \(large) s")
  }
}
