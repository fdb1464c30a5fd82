import Recipes

/// What poolings take from each token of a text of which the first `skipping` tokens are left out.
extension Pooling {
  /// The weight of each token's state; nil for a pooling that is not a weighted sum over tokens.
  func weights(tokens: Int, skipping: Int) -> [Float]? {
    let count = Float(tokens - skipping)
    switch self {
    case .mean: return Self.weights(tokens, skipping) { _ in 1 / count }
    case .meanSqrtLen: return Self.weights(tokens, skipping) { _ in 1 / count.squareRoot() }
    case .weightedMean:
      let sum = Self.sumOfWeights(tokens: tokens, skipping: skipping)
      return Self.weights(tokens, skipping) { Float($0 + 1) / sum }
    case .cls, .max, .lastToken, .decoderFirst: return nil
    }
  }

  private static func weights(_ tokens: Int, _ skipping: Int, _ weight: (Int) -> Float) -> [Float] {
    (0..<tokens).map { $0 < skipping ? 0 : weight($0) }
  }

  /// skipping + 1, …, tokens: the weights of the weighted mean count from the text's first token.
  static func sumOfWeights(tokens: Int, skipping: Int) -> Float {
    Float((skipping + 1 + tokens) * (tokens - skipping)) / 2
  }

  /// Whether each token's own state is pooled.
  func takes(tokens: Int, skipping: Int) -> [Bool] {
    (0..<tokens).map { token in
      switch self {
      case .cls: token == skipping
      case .lastToken: token >= skipping && token == tokens - 1
      case .max, .mean, .meanSqrtLen, .weightedMean: token >= skipping
      case .decoderFirst: false
      }
    }
  }

  /// Why a vector of this pooling is not a sum over tokens; nil where it is.
  var nonlinearity: String? {
    switch self {
    case .mean, .meanSqrtLen, .weightedMean: nil
    case .cls, .lastToken: "pooling \(rawValue) takes one token's state"
    case .max: "pooling max takes each value from another token"
    case .decoderFirst: "pooling decoder_first takes the decoder's output"
    }
  }
}
