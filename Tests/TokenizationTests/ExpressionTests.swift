import TestSupport
import Testing

@testable import Tokenization

/// The reader and matcher of splitting expressions; the expected pieces are Oniguruma's.
struct ExpressionTests {
  struct Case: Sendable {
    var pattern: String
    var text: String
    var matches: [String]

    init(_ pattern: String, _ text: String, _ matches: [String]) {
      self.pattern = pattern
      self.text = text
      self.matches = matches
    }
  }

  static let cases = [
    Case("a|ab", "abab", ["a", "a"]),
    Case("ab|a", "aab", ["a", "ab"]),
    Case("a+?b?", "aaab", ["a", "a", "ab"]),
    Case("a*", "baa", ["", "aa"]),
    Case("(?:a|b)+c|a", "abaabc", ["abaabc"]),
    Case("a{2}", "aaaaa", ["aa", "aa"]),
    Case("a{,2}b", "aaab", ["aab"]),
    Case("a{2,}", "a aaa", ["aaa"]),
    Case("x{a}", "x{a}", ["x{a}"]),
    Case(#"\s+(?!\S)|\s+"#, "a   b ", ["  ", " ", " "]),
    Case(#"(?<=a)b"#, "abb", ["b"]),
    Case(#"(?<!a)b"#, "abb", ["b"]),
    Case("a++b|a", "aaab", ["aaab"]),
    Case("a++a|b", "aab", ["b"]),
    Case("(?i:'S|é)", "'s'ſÉ'x", ["'s", "'ſ", "É"]),
    Case("a(?i)b|c", "aBAbaC", ["aB", "aC"]),
    Case("[^a]", "aé\n", ["é", "\n"]),
    Case(".", "a\nb", ["a", "b"]),
    Case("(?m:.)", "a\nb", ["a", "\n", "b"]),
    Case("^b|a$", "a\nb", ["a", "b"]),
    Case("b?^|\n", "b\n", ["", "\n"]),
    Case(#"\Aa|a\z"#, "aaa", ["a", "a"]),
    Case(#"a\Z"#, "aa\n", ["a"]),
    Case(#"\bb\B"#, "bb b", ["b"]),
    Case(#"\w"#, "a²_-\u{301}\u{200d}", ["a", "²", "_", "\u{301}"]),
    Case(#"[\w]"#, "a²_", ["a", "_"]),
    Case(#"[a-c&&[^b]]+"#, "abcca", ["a", "cca"]),
    Case(#"[]a]"#, "a]b", ["a", "]"]),
    Case(#"[a\-z-]"#, "a-zy", ["a", "-", "z"]),
    Case(#" ?[^(\s|[.,!])]+"#, "a (b)| c, d", ["a", "b", " c", " d"]),
    Case(#"\p{Han}+|\p{Lu}|\P{L}|\p{^N}"#, "漢字Aa1", ["漢字", "A", "a", "1"]),
    Case(#"[[:punct:]]|[[:^alpha:]]"#, "a$1", ["$", "1"]),
    Case(#"\u3042|\x{61}|\x62"#, "abあ", ["a", "b", "あ"]),
    Case(#"\h+|\t"#, "xfF0g\t", ["fF0", "\t"]),
    Case(#"(?#why)a(?<name>b)"#, "ab", ["ab"]),
    Case("", "ab", ["", "", ""]),
  ]

  @Test(arguments: cases)
  func matchesLikeOniguruma(expected: Case) throws {
    let expression = try Expression(expected.pattern)
    let scalars = Array(expected.text.unicodeScalars)
    var matches: [String] = []
    expression.forEachMatch(in: scalars, 0..<scalars.count) { match in
      matches.append(String(String.UnicodeScalarView(scalars[match])))
    }
    #expect(matches.map(\.scalarsInHex) == expected.matches.map(\.scalarsInHex), "\(expected.pattern)")
  }

  @Test func whatItCannotMatchExactlyIsRefused() {
    let patterns = [
      "(", ")", "[", "[a", "a)", "*a", "(?<=ab)c", "(?=a*)", "(?>a)", #"(a)\1"#, #"\X"#, #"\p{Emoji}"#,
      #"\pL"#,
      #"\p{L"#, "(?x)a", "(?:a*)*", "(?:a?){2}", "a{2}?", "(?:ab)++", "[b-a]", #"[a-\d]"#, #"\"#,
      #"\x{110000}"#,
      #"\u12"#, "(?i:ss)", "(?i:ß)", #"(?i:\p{Lu})"#, "a{9999}", "(?:a{100}){100}", "[[:nothing:]]",
      #"(?#\"#, #"(?#a\"#, "(?#", "(?<a)", "(?<a", "(?<", "(?", String(repeating: "(", count: 60),
      String(repeating: "[", count: 60),
      String(repeating: "a", count: 2000),
    ]
    for pattern in patterns {
      #expect(throws: ExpressionFault.self, "\(pattern)") { try Expression(pattern) }
    }
  }

  @Test func theMessageNamesTheExpression() throws {
    var file = ByteLevelTests.file()
    file.preTokenizer = #"{"type":"Split","pattern":{"Regex":"(a)\\1"},"behavior":"Isolated","invert":false}"#
    let error = #expect(throws: TokenizationError.self) { try file.tokenizer() }
    #expect(
      "\(error, default: "")".contains(#"the expression '(a)\1' cannot be used: '\1' (at character 6)"#))
  }

  /// The first alternative looks through the whole text before it fails, at every place.
  @Test func waysThatFailedAreNotTriedAgain() throws {
    let expression = try Expression("[a-c]+?x|(?:[ab]+c)+|(?:a|b|[abc])+y|.")
    let scalars = Array(String(repeating: "abd", count: 5_000).unicodeScalars)
    let long = Array(String(repeating: "ab", count: 8_000).unicodeScalars)
    var count = 0
    expression.forEachMatch(in: scalars, 0..<scalars.count) { _ in count += 1 }
    expression.forEachMatch(in: long, 0..<long.count) { _ in count += 1 }
    #expect(count == 31_000)
  }

  /// Every scanner cuts as the expression does that it stands for.
  @Test(arguments: WordScanner.known.indices)
  func scannersCutLikeTheirExpressions(index: Int) throws {
    let known = WordScanner.known[index]
    let written = Split(
      pattern: .expression(try Expression(known.pattern)), behaviour: .isolated, isInverted: false)
    let scanner = Split(pattern: .words(known.scanner), behaviour: .isolated, isInverted: false)
    let letters: [[Unicode.Scalar]] = [
      Array("aZéßŽʕ漢あ한ſ".unicodeScalars), Array("019²½Ⅷ٣".unicodeScalars),
      Array(" \t\u{a0}\u{3000}\u{b}\u{85}\u{2028}".unicodeScalars), Array("\r\n".unicodeScalars),
      Array("'.,!-_$€\u{301}\u{200d}\u{fe0f}😀\u{e000}\u{0}".unicodeScalars),
      Array("'stremvdlSTREMVDL".unicodeScalars),
    ]
    var random = SeededGenerator(seed: UInt64(index))
    for _ in 0..<2_000 {
      var scalars: [Unicode.Scalar] = []
      for _ in 0..<Int.random(in: 1...14, using: &random) {
        let kind = letters[Int.random(in: 0..<letters.count, using: &random)]
        scalars.append(kind[Int.random(in: 0..<kind.count, using: &random)])
      }
      var found: [Range<Int>] = []
      var expected: [Range<Int>] = []
      scanner.split(scalars, 0..<scalars.count, into: &found)
      written.split(scalars, 0..<scalars.count, into: &expected)
      try #require(found == expected, "\(scalars)")
    }
  }

  @Test func wordClassesAreThoseOfUnicode16() {
    for value in stride(from: UInt32(0), to: 0x2_0000, by: 7) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      if WordClass.of(scalar) != WordClass(computedFor: scalar) { Issue.record("U+\(value)") }
    }
    #expect(WordClass.of("\u{295}") == .letter && CategorySet("\u{295}") == .lowercaseLetter)
    #expect(WordClass.of("\u{10d40}") == .number)  // A digit of Unicode 16.
    #expect(WordClass.of("\u{85}") == .space && WordClass.of("\n") == .lineEnd)
  }
}
