import Testing

@testable import Tokenization

struct PreTokenizerTests {
  private func pieces(_ text: String, _ preTokenizer: PreTokenizer) -> [String] {
    var split = PreTokenizedText(NormalizedText(Array(text.unicodeScalars)))
    preTokenizer.split(&split)
    return split.pieces.map { split.text.string(in: $0) }
  }

  @Test func bertSplitsAtSpaceAndRoundPunctuation() {
    #expect(pieces(" a  b.c\u{3000}d ", .bert) == ["a", "b", ".", "c", "d"])
    #expect(pieces("a$+<=>^`|~b", .bert) == ["a", "$", "+", "<", "=", ">", "^", "`", "|", "~", "b"])
    #expect(pieces("a。、“b”—c", .bert) == ["a", "。", "、", "“", "b", "”", "—", "c"])
    #expect(pieces("a€b¬c", .bert) == ["a€b¬c"])  // Symbols beyond ASCII are no punctuation.
    #expect(pieces("a\u{2e43}b", .bert) == ["a\u{2e43}b"])  // Punctuation younger than the tables.
    #expect(pieces("a\u{166d}b", .bert) == ["a", "\u{166d}", "b"])  // Punctuation in the tables' version.
    #expect(pieces("", .bert) == [] && pieces(" \n", .bert) == [])
  }

  @Test func wordsAndSymbolsAreRuns() {
    #expect(pieces("ab_1 é!?x\u{301} $", .wordsAndSymbols) == ["ab_1", "é", "!?", "x\u{301}", "$"])
    #expect(pieces("  ", .wordsAndSymbols) == [])
  }

  @Test(
    arguments: [
      (SplitBehaviour.removed, ["the", "final", "countdown"]),
      (.isolated, ["-", "the", "-", "final", "-", "-", "countdown", "-"]),
      (.mergedWithPrevious, ["-", "the-", "final-", "-", "countdown-"]),
      (.mergedWithNext, ["-the", "-final", "-", "-countdown", "-"]),
      (.contiguous, ["-", "the", "-", "final", "--", "countdown", "-"]),
    ])
  func delimitersGoWhereTheBehaviourSays(behaviour: SplitBehaviour, expected: [String]) {
    #expect(pieces("-the-final--countdown-", .punctuation(behaviour)) == expected)
  }

  @Test func digitsAreSetApart() {
    #expect(pieces("a12½b", .digits(individually: true)) == ["a", "1", "2", "½", "b"])
    #expect(pieces("a12½b", .digits(individually: false)) == ["a", "12½", "b"])
  }

  @Test func aSequenceSplitsWhatTheOneBeforeLeft() {
    let sequence = PreTokenizer.sequence([
      .whitespaceSplit, .punctuation(.isolated), .digits(individually: false),
    ])
    #expect(pieces("a.b 12c", sequence) == ["a", ".", "b", "12", "c"])
  }
}
