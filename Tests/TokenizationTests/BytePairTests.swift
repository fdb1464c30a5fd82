import TestSupport
import Testing

@testable import Tokenization

/// Byte-pair encoding: the order of merges, what becomes of unknown characters, and what the file may ask for.
struct BytePairTests {
  /// A model of letters with these merges, each of which makes a token.
  static func model(
    letters: String = "abcdefgh", merges: [String], tokens: [String] = [], _ options: String = ""
  ) -> String {
    var vocabulary = letters.map(String.init) + tokens
    for merge in merges {
      let joined = merge.split(separator: " ").joined()
      if !vocabulary.contains(joined) { vocabulary.append(joined) }
    }
    let list = merges.map(TokenizerFile.quoted).joined(separator: ",")
    let extra = options.isEmpty ? "" : "," + options
    return #"{"type":"BPE","vocab":{\#(TokenizerFile.entries(vocabulary))},"merges":[\#(list)]\#(extra)}"#
  }

  static func tokenizer(_ model: String, _ change: (inout TokenizerFile) -> Void = { _ in }) throws
    -> Tokenizer
  {
    var file = TokenizerFile(normalizer: "null", preTokenizer: "null", postProcessor: "null", addedTokens: [])
    file.model = model
    change(&file)
    return try file.tokenizer()
  }

  private func encode(_ text: String, _ model: String) throws -> TokenizedText {
    try Self.tokenizer(model).encode(text)
  }

  @Test func theLowestRankGoesFirstAndThenTheLeftmost() throws {
    let model = Self.model(merges: ["b c", "a b", "a a", "aa a", "bc d"])
    #expect(try encode("abcd", model).tokens == ["a", "bcd"])
    #expect(try encode("aba", model).tokens == ["ab", "a"])
    #expect(try encode("aaa", model).tokens == ["aaa"])
    #expect(try encode("aaaaa", model).tokens == ["aa", "aaa"])
    #expect(try encode("", model).tokens == [])
    #expect(try encode("h", model).offsets == [0..<1])
  }

  @Test func ofAPairThatIsThereTwiceTheLastRankCounts() throws {
    #expect(try encode("abc", Self.model(merges: ["a b", "b c"])).tokens == ["ab", "c"])
    #expect(try encode("abc", Self.model(merges: ["a b", "b c", "a b"])).tokens == ["a", "bc"])
  }

  @Test func mergesMayBePairs() throws {
    let model = #"{"type":"BPE","vocab":{"a":0," ":1,"a ":2},"merges":[["a"," "]]}"#
    #expect(try encode("a a", model).tokens == ["a ", "a"])
  }

  /// Short words take another path than long ones; both do what the definition says.
  @Test func shortAndLongWordsAreJoinedAsTheDefinitionSays() throws {
    var random = SeededGenerator(seed: 3)
    var merges: [String] = []
    var tokens = ["a", "b", "c"]
    while merges.count < 40 {
      let pair = [tokens.randomElement(using: &random) ?? "", tokens.randomElement(using: &random) ?? ""]
      guard pair.joined().count < 7, !merges.contains(pair.joined(separator: " ")) else { continue }
      merges.append(pair.joined(separator: " "))
      if !tokens.contains(pair.joined()) { tokens.append(pair.joined()) }
    }
    let tokenizer = try Self.tokenizer(Self.model(letters: "abc", merges: merges))
    for length in [2, 3, 5, 8, 20, 23, 24, 25, 26, 40, 80, 200] {
      for _ in 0..<20 {
        let word = (0..<length).map { _ in ["a", "b", "c"].randomElement(using: &random) ?? "" }
        #expect(tokenizer.encode(word.joined()).tokens == joinedOneByOne(word, merges))
      }
    }
  }

  /// The definition itself: join the leftmost pair of the lowest rank until there is none.
  private func joinedOneByOne(_ word: [String], _ merges: [String]) -> [String] {
    var symbols = word
    while true {
      let ranks = zip(symbols, symbols.dropFirst()).map { merges.firstIndex(of: "\($0) \($1)") ?? .max }
      guard let lowest = ranks.min(), lowest != .max, let place = ranks.firstIndex(of: lowest) else {
        return symbols
      }
      symbols.replaceSubrange(place...place + 1, with: [symbols[place] + symbols[place + 1]])
    }
  }

  @Test func unknownCharactersAreUnknownTokensOrLeftOut() throws {
    let text = "axya\u{e9}"
    let single = Self.model(merges: [], tokens: ["<u>"], #""unk_token":"<u>""#)
    #expect(try encode(text, single).tokens == ["a", "<u>", "<u>", "a", "<u>"])
    #expect(try encode(text, single).offsets == [0..<1, 1..<2, 2..<3, 3..<4, 4..<5])
    let fused = Self.model(merges: [], tokens: ["<u>"], #""unk_token":"<u>","fuse_unk":true"#)
    #expect(try encode(text, fused).tokens == ["a", "<u>", "a", "<u>"])
    #expect(try encode(text, fused).offsets == [0..<1, 1..<3, 3..<4, 4..<5])
    let none = Self.model(merges: ["a a"])
    #expect(try encode("xaxa", none).tokens == ["aa"])
    // The reference implementation counts lengths alone, so that what follows a gap moves into it.
    #expect(try encode("xab", none).offsets == [0..<1, 1..<2])
    #expect(try Self.tokenizer(none).unknownID == nil)
  }

  @Test func unknownCharactersMayBeSpelledInBytes() throws {
    let bytes = ["<0xC3>", "<0xA9>", "<u>"]
    let options = #""unk_token":"<u>","fuse_unk":true,"byte_fallback":true"#
    let model = Self.model(merges: [], tokens: bytes, options)
    let text = try encode("a\u{e9}b\u{e8}", model)
    #expect(text.tokens == ["a", "<0xC3>", "<0xA9>", "b", "<u>"])
    #expect(text.offsets == [0..<1, 1..<2, 1..<2, 2..<3, 3..<4])
    // One that waits to be fused comes behind bytes, like in the reference implementation.
    #expect(try encode("\u{e8}\u{e9}a", model).tokens == ["<0xC3>", "<0xA9>", "<u>", "a"])
  }

  @Test func wordsMayBeMarkedAtTheirEndOrInside() throws {
    let end = Self.model(
      letters: "ab", merges: ["a b</w>"], tokens: ["b</w>"], #""end_of_word_suffix":"</w>""#)
    #expect(try encode("aab", end).tokens == ["a", "ab</w>"])
    #expect(try encode("aab", end).offsets == [0..<1, 1..<3])
    let inside = #"""
      {"type":"BPE","vocab":{"a":0,"##a":1,"##b":2,"a##":3,"##ab":4,"aab":5},\#
      "merges":["##a ##b","a ##ab"],"continuing_subword_prefix":"##"}
      """#
    #expect(try encode("aab", inside).tokens == ["aab"])
    #expect(try encode("aaab", inside).tokens == ["a", "##a", "##ab"])
  }

  @Test func wholeWordsMayGoBeforeMerges() throws {
    let model = Self.model(merges: ["b c"], tokens: ["abc"], #""ignore_merges":true"#)
    #expect(try encode("abc", model).tokens == ["abc"])
    #expect(try encode("abcd", model).tokens == ["a", "bc", "d"])
    #expect(try encode("abc", Self.model(merges: ["b c"], tokens: ["abc"])).tokens == ["a", "bc"])
  }

  @Test func whatCannotBeIsRefused() {
    func problem(_ model: String) -> String? {
      do {
        _ = try Self.tokenizer(model)
        return nil
      } catch { return "\(error)" }
    }
    #expect(problem(#"{"type":"BPE","vocab":{"a":0}}"#)?.contains("'model.merges' is missing") == true)
    #expect(
      problem(#"{"type":"BPE","vocab":{"a":0},"merges":["a b"]}"#)?
        .contains("token 'b' (model.merges[0]) is not in the vocabulary") == true)
    #expect(
      problem(#"{"type":"BPE","vocab":{"a":0},"merges":["a a"]}"#)?.contains("token 'aa' (model.merges[0])")
        == true)
    for merge in [#""a""#, #""a  a""#, "7", #"["a"]"#, #"["a",1]"#, "null"] {
      #expect(problem(#"{"type":"BPE","vocab":{"a":0,"aa":1},"merges":[\#(merge)]}"#) != nil)
    }
    #expect(problem(Self.model(merges: [], #""dropout":0.1"#))?.contains("expected null or 0") == true)
    #expect(problem(Self.model(merges: [], #""dropout":0.0"#)) == nil)
    #expect(
      problem(Self.model(merges: [], #""unk_token":"<u>""#))?.contains("token '<u>' (unk_token)") == true)
    #expect(problem(#"{"vocab":{"a":0},"merges":[]}"#) == nil)
    // Merges that lead back to where they began, or to nothing: each join still makes the word shorter.
    #expect(problem(#"{"vocab":{"a":0,"":1,"b":2},"merges":["a ","  b"," a"]}"#) != nil)
    #expect(problem(#"{"vocab":{"a":0,"":1,"b":2},"merges":[["a",""],["","b"],["",""]]}"#) == nil)
  }
}
