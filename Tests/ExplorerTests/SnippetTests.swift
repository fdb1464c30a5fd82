import Recipes
import Screen
import Testing

@testable import Explorer

/// Which part of a text one line shows, and which words are lit in it.
struct SnippetTests {
  private func span(_ range: Range<Int>, _ strength: Float = 1) -> Highlights.Span {
    .init(range: range, strength: strength)
  }

  /// The pieces with weak matches in (…) and the best in [...].
  private func shown(_ text: String, _ spans: [Highlights.Span], _ columns: Int) -> String {
    Snippet(text, spans: spans, columns: columns).pieces.reduce(into: "") { line, piece in
      switch piece.emphasis {
      case .none: line += piece.text
      case .match: line += "(" + piece.text + ")"
      case .best: line += "[" + piece.text + "]"
      }
    }
  }

  @Test func aTextWithoutMatchesIsShownFromItsStart() {
    #expect(shown("one two three", [], 13) == "one two three")
    #expect(shown("one two three", [], 12) == "one two thr…")
    #expect(shown("  one \n\t two  ", [], 20) == "one two")
    #expect(shown("", [], 5) == "")
    #expect(shown("one", [], 0) == "")
    #expect(shown("字字字", [], 5) == "字字…")
    #expect(shown("字字字", [], 4) == "字…")
  }

  @Test func matchesAreLitWhereTheyStand() {
    #expect(shown("one two three", [span(0..<3, 0.4), span(4..<7)], 20) == "(one) [two] three")
    #expect(shown("one  two", [span(0..<8)], 20) == "[one two]")
    #expect(shown("字字字字", [span(1..<3)], 20) == "字[字字]字")
  }

  @Test func ofACharacterThatIsLitInPartTheWholeIsLit() {
    #expect(shown("a👩‍👩‍👧b", [span(2..<3)], 20) == "a[👩‍👩‍👧]b")
    #expect(shown("e\u{301}x", [span(1..<2)], 20) == "[e\u{301}]x")
  }

  @Test func aTextIsScrolledToItsBestMatch() {
    let text = "one two three four five six seven eight nine ten"
    let line = shown(text, [span(0..<3, 0.3), span(28..<33)], 24)
    #expect(line == "…six [seven] eight nine t…")
    #expect(shown(text, [span(45..<48)], 24) == "…seven eight nine [ten]")
    #expect(
      shown(text, [span(0..<3)], 24) == "[one] two three four five…", "what is visible is not scrolled to")
    let cjk = String(repeating: "字", count: 30)
    #expect(shown(cjk, [span(20..<22)], 12) == "…字字[字字]字…")
  }

  @Test func everyLineHasItsBestMatchAndFits() {
    let texts = [
      "Refunds are paid within five working days after the goods have come back to us.",
      "商品退回后，我们会在五个工作日内退款。", "Family tickets 👨‍👩‍👧‍👦 cost less on Sundays 🇩🇪🇫🇷 é́ combining",
    ]
    for text in texts {
      let count = text.unicodeScalars.count
      for columns in 6...40 {
        for start in stride(from: 0, to: count - 2, by: 3) {
          let snippet = Snippet(text, spans: [span(start..<start + 2)], columns: columns)
          let line = snippet.pieces.map(\.text).joined()
          #expect(line.columns <= columns, "\(line)")
          guard columns >= 8 else { continue }
          let lit = snippet.pieces.filter { $0.emphasis == .best }.map(\.text).joined()
          #expect(
            lit.filter { $0 != " " } == marked(text, start..<start + 2), "\(start) in \(columns): \(line)")
        }
      }
    }
  }

  /// The characters, white space aside, that some scalars are part of.
  private func marked(_ text: String, _ range: Range<Int>) -> String {
    var position = 0
    return text.filter { character in
      let end = position + character.unicodeScalars.count
      defer { position = end }
      return range.overlaps(position..<end) && !character.isWhitespace
    }
  }

  @Test func rangesThatAreNoneAreIgnored() {
    #expect(shown("one two", [span(-4..<2), span(3..<3)], 20) == "one two")
    #expect(shown("one two", [span(4..<900)], 20) == "one [two]")
    #expect(shown("one two", [span(70..<90)], 20) == "one two")
    #expect(shown(String(repeating: "a ", count: 40), [span(700..<900)], 10) == "a a a a a…")
  }
}
