import Testing

@testable import Tokenization

/// The four forms of Unicode and the other normalisers that add or take away scalars, with their sources.
struct NormalizationFormTests {
  private func steps(_ text: String, _ normalizer: Normalizer) -> String {
    var normalized = NormalizedText(Array(text.unicodeScalars))
    normalizer.normalize(&normalized)
    return normalized.scalars.indices.map {
      let source = normalized.source(of: $0..<$0 + 1)
      return "\(String(normalized.scalars[$0].value, radix: 16))@\(source.lowerBound)-\(source.upperBound)"
    }
    .joined(separator: " ")
  }

  @Test func compositionJoinsWhatIsNotBlocked() {
    #expect(steps("ae\u{301}\u{323}b", .canonicalComposition) == "61@0-1 1eb9@1-2 301@3-4 62@4-5")
    #expect(steps("\u{1100}\u{1161}\u{11a8}x", .canonicalComposition) == "ac01@0-1 78@3-4")
    #expect(steps("q\u{307}\u{323}", .canonicalComposition) == "71@0-1 323@1-2 307@2-3")
    #expect(steps("e\u{323}\u{302}\u{301}", .canonicalComposition) == "1ec7@0-1 301@3-4")
    #expect(steps("\u{301}e\u{301}", .canonicalComposition) == "301@0-1 e9@1-2")
    #expect(steps("plain \u{e9}", .canonicalComposition).hasSuffix("20@5-6 e9@6-7"))
  }

  @Test func whatIsExcludedFromCompositionStaysApart() {
    #expect(steps("\u{958}", .canonicalComposition) == "915@0-1 93c@0-1")
    #expect(steps("\u{344}", .canonicalComposition) == "308@0-1 301@0-1")
  }

  @Test func compatibilityReplacesFormsOfLetters() {
    #expect(
      steps("x\u{fb01}y\u{bd}", .compatibilityComposition)
        == "78@0-1 66@1-2 69@1-2 79@2-3 31@3-4 2044@3-4 32@3-4")
    #expect(steps("\u{2460}\u{ff8a}\u{ff9e}", .compatibilityComposition) == "31@0-1 30d0@1-2")
    #expect(steps("\u{1e9b}\u{323}", .compatibilityComposition) == "1e69@0-1")
    #expect(steps("\u{fb01}\u{e9}", .compatibilityDecomposition) == "66@0-1 69@0-1 65@1-2 301@1-2")
    #expect(
      steps("\u{3300}", .compatibilityDecomposition) == "30a2@0-1 30cf@0-1 309a@0-1 30fc@0-1 30c8@0-1")
    // Younger than the tables of the reference implementation.
    #expect(steps("\u{32ff}", .compatibilityComposition) == "32ff@0-1")
  }

  @Test func theRulesOfTranslationRemoveControls() {
    #expect(
      steps("a\u{1}\tb\u{200b}c\u{2581}\u{b}", .translation)
        == "61@0-1 20@2-3 62@3-4 20@4-5 63@5-6 20@6-7")
  }

  @Test func bytesAreSpelledInLetters() {
    #expect(steps("\u{e9} \n", .byteLevel) == "c3@0-1 a9@0-1 120@1-2 10a@2-3")
    #expect(Set(ByteAlphabet.scalars).count == 256)
  }

  @Test func whatIsPrependedStandsForTheFirstScalar() {
    #expect(steps(" a", .prepend(["\u{2581}"])) == "2581@0-1 20@0-1 61@1-2")
    #expect(steps("", .prepend(["\u{2581}"])) == "")
    #expect(steps("ab", .prepend([])) == "61@0-0 62@1-2")
  }

  @Test func expressionsOfOneSetAreReplaced() throws {
    func replaced(_ text: String, _ expression: String, _ content: String) throws -> String {
      let pattern = try #require(RepeatedScalar(expression), "\(expression)")
      return steps(text, .replaceRepeated(pattern, content: Array(content.unicodeScalars)))
    }
    #expect(try replaced(" a   b ", " {2,}", "_") == "20@0-1 61@1-2 5f@4-5 62@5-6 20@6-7")
    #expect(try replaced("a\t\u{3000}b", #"\s+"#, "<>") == "61@0-1 3c@2-3 3e@2-3 62@3-4")
    #expect(try replaced("aaaaa", "a{2,3}", "x") == "78@2-3 78@4-5")
    #expect(try replaced("aaaa", "a{3}", "x") == "78@2-3 61@3-4")
    #expect(try replaced("a1b", "[^a-y]", "") == "61@0-1 62@2-3")
    #expect(try replaced("a.b", #"\."#, "x") == "61@0-1 78@1-2 62@2-3")
    #expect(try replaced("a\r\nb", #"[\r\n]"#, " ") == "61@0-1 20@1-2 20@2-3 62@3-4")
  }

  @Test func matchesOfNothingAreReplacedToo() throws {
    func replaced(_ expression: String) throws -> String {
      steps("xabab", .replaceMatches(try Expression(expression), content: ["-"]))
    }
    #expect(try replaced("(a|b)b") == "78@0-1 2d@2-3 2d@4-5")
    #expect(try replaced("b*") == "2d@0-0 78@0-1 2d@0-1 61@1-2 2d@2-3 61@3-4 2d@4-5")
    #expect(try replaced("^") == "2d@0-0 78@0-1 61@1-2 62@2-3 61@3-4 62@4-5")
    #expect(try replaced("$") == "78@0-1 61@1-2 62@2-3 61@3-4 62@4-5 2d@4-5")
    let start = Normalizer.replaceMatches(try Expression("^"), content: ["-"])
    #expect(steps("a\nb\n", start) == "2d@0-0 61@0-1 a@1-2 2d@1-2 62@2-3 a@3-4")
    #expect(steps("", .replaceMatches(try Expression("$"), content: ["-"])) == "")
  }

  @Test(
    arguments: [
      "", "ab", "a*", "a?", "(a)", "a|b", "[", "[]", "[a", "[[:alpha:]]", "[a&&b]", "a{0,2}", "a{3,2}",
      "a{99999}",
      "a{2,}+", #"\d+"#, #"\p{L}"#, ".", "^a", "a{", "a+b", "[b-a]", "\\",
    ])
  func otherExpressionsAreNotTakenForSimpleOnes(expression: String) {
    #expect(RepeatedScalar(expression) == nil)
  }
}
