import TestSupport
import Testing

@testable import Tokenization

/// One walk over a text gives what BERT's steps give one after the other.
struct BertWalkTests {
  /// A tokenizer that walks, and the same made to take the steps.
  ///
  /// An added token that is looked for in the normalised text, and is in none, keeps it from walking.
  struct Pair: Sendable {
    let walking: Tokenizer
    let stepping: Tokenizer

    init(_ normalizer: String) throws {
      var file = TokenizerFile(normalizer: normalizer, maximumWordLength: 6)
      file.vocabulary += [
        "é", "##é", "É", "ss", "##ß", "α", "##σ", "\u{302e}", "##\u{302e}", "カ\u{3099}", "豈",
      ]
      walking = try file.tokenizer()
      let id = file.vocabulary.count
      file.addedTokens.append(TokenizerFile.added("zqzqzqzq", id: id, normalized: true, special: false))
      stepping = try file.tokenizer()
    }

    func expectTheSame(_ text: String) {
      for length in [nil, 4] {
        let (walked, stepped) = (
          walking.encode(text, maximumLength: length), stepping.encode(text, maximumLength: length)
        )
        #expect(walked == stepped, "\(text.scalarsInHex)")
        #expect(walked.tokens.map(\.scalarsInHex) == stepped.tokens.map(\.scalarsInHex))
      }
    }
  }

  static let normalizers = [
    TokenizerFile.bert(), TokenizerFile.bert(lowercase: false),
    TokenizerFile.bert(accents: "false", lowercase: true),
    TokenizerFile.bert(accents: "true", lowercase: false),
    TokenizerFile.bert(clean: false), TokenizerFile.bert(chinese: false),
  ]

  /// Scalars of every kind that the walk tells apart.
  ///
  /// Plain, cased, spaces, punctuation, removed, marks that go and that stay, Chinese, what decomposes into one or
  /// several or into punctuation, what grows when it is lower-cased.
  static let scalars: [Unicode.Scalar] = [
    "a", "B", " ", ".", "[", "\u{1}", "\u{200b}", "\u{a0}", "é", "\u{301}", "\u{323}", "\u{302e}", "\u{302f}",
    "我",
    "豈", "한", "İ", "Σ", "\u{37e}", "\u{2b820}", "\u{1d15e}", "\u{1f469}", "\u{85}", "，",
  ]

  /// All texts of so many of the scalars.
  private static func texts(of count: Int) -> [String] {
    guard count > 0 else { return [""] }
    return texts(of: count - 1).flatMap { text in scalars.map { text + String(Character($0)) } }
  }

  @Test(arguments: normalizers)
  func allTextsOfTwoScalarsAreTheSame(normalizer: String) throws {
    let pair = try Pair(normalizer)
    for text in Self.texts(of: 2) where pair.walking.encode(text) != pair.stepping.encode(text) {
      Issue.record("\(text.scalarsInHex)")
    }
  }

  @Test func allTextsOfThreeScalarsAreTheSame() throws {
    let pair = try Pair(TokenizerFile.bert())
    for text in Self.texts(of: 3) where pair.walking.encode(text) != pair.stepping.encode(text) {
      Issue.record("\(text.scalarsInHex)")
    }
  }

  @Test(arguments: normalizers)
  func randomTextsAreTheSame(normalizer: String) throws {
    let pair = try Pair(normalizer)
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      var view = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        guard Int.random(in: 0..<8, using: &random) > 0 else {
          view.append(Unicode.Scalar(UInt32.random(in: 1...0x2fff, using: &random)) ?? "x")
          continue
        }
        view.append(Self.scalars.randomElement(using: &random) ?? "x")
      }
      pair.expectTheSame(String(view))
    }
  }

  @Test(arguments: ["[MASK]", "the [CLS]ok", "[MASK", "[é", "[[SEP]", "[ MASK ]", "ok [\u{302e}"])
  func textsThatHoldOrBeginAddedTokensAreTheSame(text: String) throws {
    try Pair(TokenizerFile.bert()).expectTheSame(text)
  }

  @Test(arguments: 4...9)
  func wordsNearTheLongestLengthAreTheSame(length: Int) throws {
    let pair = try Pair(TokenizerFile.bert())
    for end in ["", "é", "\u{302e}", "\u{1}", "\u{1}b", "b\u{302e}b"] {
      pair.expectTheSame("ok " + String(repeating: "a", count: length) + end + " ok")
    }
  }
}
