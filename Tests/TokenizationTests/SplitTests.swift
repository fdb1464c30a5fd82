import Testing

@testable import Tokenization

struct SplitTests {
  private func pieces(
    _ text: String, _ pattern: SplitPattern, _ behaviour: SplitBehaviour, inverted: Bool = false
  ) -> [String] {
    var split = PreTokenizedText(NormalizedText(Array(text.unicodeScalars)))
    PreTokenizer.split(Split(pattern: pattern, behaviour: behaviour, isInverted: inverted)).split(&split)
    return split.pieces.map { split.text.string(in: $0) }
  }

  @Test(
    arguments: [
      (SplitBehaviour.removed, ["the", "final", "countdown"]),
      (.isolated, ["-", "the", "-", "final", "-", "-", "countdown", "-"]),
      (.mergedWithPrevious, ["-", "the-", "final-", "-", "countdown-"]),
      (.mergedWithNext, ["-the", "-final", "-", "-countdown", "-"]),
      (.contiguous, ["-", "the", "-", "final", "--", "countdown", "-"]),
    ])
  func delimitersGoWhereTheBehaviourSays(behaviour: SplitBehaviour, expected: [String]) throws {
    let text = "-the-final--countdown-"
    #expect(pieces(text, .literal(["-"]), behaviour) == expected)
    #expect(pieces(text, .expression(try Expression("-")), behaviour) == expected)
  }

  @Test func matchesAreKeptWhereThePatternIsInverted() throws {
    let words = SplitPattern.expression(try Expression("[^-]+"))
    #expect(pieces("-the-final--one", words, .removed, inverted: true) == ["the", "final", "one"])
    #expect(pieces("-the-final--one", words, .mergedWithNext, inverted: true) == ["-the", "-final", "--one"])
    #expect(
      pieces("-the-final--one", words, .contiguous, inverted: true) == [
        "-", "the", "-", "final", "--", "one",
      ])
  }

  @Test func whatDoesNotMatchIsKeptWhole() throws {
    #expect(pieces("abc", .literal(["x"]), .removed) == ["abc"])
    #expect(pieces("aXbX", .literal(["X", "b"]), .isolated) == ["a", "Xb", "X"])
    #expect(pieces("aaa", .literal(["a", "a"]), .isolated) == ["aa", "a"])
    #expect(pieces("", .literal(["a"]), .isolated) == [])
    #expect(pieces("ab c", .expression(.empty), .isolated) == ["a", "b", " ", "c"])
  }

  @Test func otherSplittersDoAsTheySay() throws {
    func tokens(_ preTokenizer: String, _ text: String) throws -> [String] {
      var file = TokenizerFile(normalizer: "null", postProcessor: "null", addedTokens: [])
      file.preTokenizer = preTokenizer
      file.model = """
        {"type":"WordLevel","unk_token":"?","vocab":{\(TokenizerFile.entries(["?", "abc", "de", "f", "x"]))}}
        """
      return try file.tokenizer().encode(text).tokens
    }
    #expect(try tokens(#"{"type":"FixedLength","length":3}"#, "abcf") == ["abc", "f"])
    #expect(try tokens(#"{"type":"CharDelimiterSplit","delimiter":"_"}"#, "_abc__de") == ["abc", "de"])
    let literal = #"{"type":"Split","pattern":{"String":"."},"behavior":"Removed","invert":false}"#
    #expect(try tokens(literal, "abc.de") == ["abc", "de"])
    for bad in [
      #"{"type":"FixedLength","length":0}"#, #"{"type":"CharDelimiterSplit","delimiter":"ab"}"#,
      #"{"type":"Split","pattern":{"String":"a"},"behavior":"removed","invert":false}"#,
      #"{"type":"Split","pattern":{},"behavior":"Removed","invert":false}"#,
      #"{"type":"Split","pattern":{"String":"a"},"behavior":"Removed"}"#,
    ] {
      #expect(throws: TokenizationError.self) { try tokens(bad, "a") }
    }
  }
}
