/// How much longer a text can become before it is tokenized.
///
/// Each step of a tokenizer is harmless by itself; some, one after the other, would make any text explode.
enum TextGrowth {
  /// In real files a scalar becomes some twenty at most, where SentencePiece spells out a ligature.
  static let limit = 64

  /// Checks what a file's normaliser and pre-tokenizer do together.
  ///
  /// What Unicode says, such as decomposition, is not counted: few scalars grow by it.
  ///
  /// - Throws: `wrongValue`.
  static func check(
    _ normalizer: Normalizer?, _ preTokenizer: PreTokenizer?, file: String
  ) throws(TokenizationError) {
    let growth = (normalizer?.growth ?? 1) * (preTokenizer?.growth ?? 1)
    guard growth <= limit else {
      throw .wrongValue(
        file: file, key: "normalizer", found: "one by which a text becomes \(growth) times as long or more",
        expected: "at most \(limit) times, with the pre-tokenizer")
    }
  }

  /// The growth of some steps together, exact where it is allowed.
  fileprivate static func product(_ growths: some Sequence<Int>) -> Int {
    growths.reduce(1) { $0 > limit ? $0 : $0 * $1 }
  }

  /// A space becomes a scalar of two bytes, which become two scalars, and so on.
  fileprivate static let ofByteLevel = 2
}

extension Normalizer {
  /// How many scalars can at most stand for one.
  fileprivate var growth: Int {
    switch self {
    case .replace(let pattern, let content):
      max(1, (content.count + pattern.count - 1) / max(1, pattern.count))
    case .replaceRepeated(_, let content): max(1, content.count)
    case .replaceMatches(_, let content): content.count + 1  // A match may be empty.
    case .characterMap(let map): max(1, map.longestText)
    case .byteLevel: TextGrowth.ofByteLevel
    case .sequence(let normalizers): TextGrowth.product(normalizers.lazy.map(\.growth))
    default: 1
    }
  }
}

extension PreTokenizer {
  /// How many scalars can at most stand for one.
  fileprivate var growth: Int {
    switch self {
    case .byteLevel: TextGrowth.ofByteLevel
    case .sequence(let preTokenizers): TextGrowth.product(preTokenizers.lazy.map(\.growth))
    default: 1
    }
  }
}
