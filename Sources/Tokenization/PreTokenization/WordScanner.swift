/// The splitting expressions of the best known byte-level tokenizers, written out: each text falls apart into
/// matches that cover it from end to end.
///
/// The work is linear in the length of the text. Tests hold every scanner against `Expression`, which reads
/// the pattern itself.
struct WordScanner: Sendable, Equatable {
  /// Whether `'S` counts as a contraction like `'s`.
  private let ignoresCase: Bool
  /// Whether a mark or a space that is no line end goes with the letters behind it, and line ends with the
  /// symbols before them; otherwise only a space goes with what follows.
  private let joinsMarks: Bool
  /// The most digits in one piece.
  private let digitLimit: Int

  /// GPT-2, RoBERTa, BART, GPT-Neo, ModernBERT: what `ByteLevel` does by itself.
  static let gpt2 = WordScanner(ignoresCase: false, joinsMarks: false, digitLimit: .max)

  static let gpt2Pattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// The pattern of Qwen2 (one digit a piece) and of Llama 3 and cl100k (three).
  private static func pattern(digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  static let qwen2Pattern = pattern(digits: #"\p{N}"#)

  /// The scanners by the pattern they stand for.
  static let known: [(pattern: String, scanner: WordScanner)] = [
    (gpt2Pattern, gpt2),
    (#"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, gpt2),
    (qwen2Pattern, WordScanner(ignoresCase: true, joinsMarks: true, digitLimit: 1)),
    (
      pattern(digits: #"\p{N}{1,3}"#),
      WordScanner(ignoresCase: true, joinsMarks: true, digitLimit: 3)
    ),
  ]

  /// Cuts `scalars[piece]` into matches.
  func split(_ scalars: [Unicode.Scalar], _ piece: Range<Int>, into pieces: inout [Range<Int>]) {
    var start = piece.lowerBound
    while start < piece.upperBound {
      let end = end(of: scalars, from: start, limit: piece.upperBound)
      pieces.append(start..<end)
      start = end
    }
  }

  /// Where the match that begins at `start` ends: always behind `start`.
  @inline(__always)
  private func end(of scalars: [Unicode.Scalar], from start: Int, limit: Int) -> Int {
    let first = scalars[start]
    if first == "'", let end = contraction(scalars, start + 1, limit) { return end }
    let firstClass = WordClass.of(first)
    let next = start + 1 < limit ? WordClass.of(scalars[start + 1]) : nil
    switch firstClass {
    case .letter: return run(of: .letter, scalars, start, limit)
    case .number: return run(of: .number, scalars, start, min(limit, start + min(digitLimit, limit - start)))
    case .other:
      if joinsMarks, next == .letter { return run(of: .letter, scalars, start + 1, limit) }
      return symbols(scalars, start, limit)
    case .space:
      if next == .letter, joinsMarks || first == " " { return run(of: .letter, scalars, start + 1, limit) }
      if first == " ", next == .number, !joinsMarks { return run(of: .number, scalars, start + 1, limit) }
      if first == " ", next == .other { return symbols(scalars, start + 1, limit) }
      return whiteSpace(scalars, start, limit)
    case .lineEnd: return whiteSpace(scalars, start, limit)
    }
  }

  /// The end of a contraction whose apostrophe stands before `start`; nil where there is none.
  private func contraction(_ scalars: [Unicode.Scalar], _ start: Int, _ limit: Int) -> Int? {
    func letter(_ index: Int) -> Unicode.Scalar? {
      guard index < limit else { return nil }
      let scalar = scalars[index]
      guard ignoresCase else { return scalar }
      // The long s is a kind of s where case does not count.
      return scalar.value == 0x17f ? "s" : scalar.properties.lowercaseMapping.unicodeScalars.first
    }
    switch letter(start) {
    case "s", "t", "m", "d": return start + 1
    case "r", "v": return letter(start + 1) == "e" ? start + 2 : nil
    case "l": return letter(start + 1) == "l" ? start + 2 : nil
    default: return nil
    }
  }

  @inline(__always)
  private func run(of wanted: WordClass, _ scalars: [Unicode.Scalar], _ start: Int, _ limit: Int) -> Int {
    var end = start
    while end < limit, WordClass.of(scalars[end]) == wanted { end += 1 }
    return end
  }

  private func symbols(_ scalars: [Unicode.Scalar], _ start: Int, _ limit: Int) -> Int {
    let end = run(of: .other, scalars, start, limit)
    return joinsMarks ? run(of: .lineEnd, scalars, end, limit) : end
  }

  /// White space up to its last line end, where those count; else all of it at the end of the text, and all
  /// but the last before a word.
  private func whiteSpace(_ scalars: [Unicode.Scalar], _ start: Int, _ limit: Int) -> Int {
    var end = start
    var lastLineEnd: Int?
    loop: while end < limit {
      switch WordClass.of(scalars[end]) {
      case .lineEnd: lastLineEnd = end
      case .space: break
      default: break loop
      }
      end += 1
    }
    if joinsMarks, let lastLineEnd { return lastLineEnd + 1 }
    return end < limit && end - start > 1 ? end - 1 : end
  }
}
