/// How token states become one vector.
///
/// Several poolings concatenate in the order of `allCases`, which is that of sentence-transformers'
/// `Pooling` module.
public enum Pooling: String, CaseIterable, Codable, Hashable, Sendable {
  /// The state of the first token.
  case cls
  case max
  case mean
  /// Sum of the states divided by the square root of their count.
  case meanSqrtLen = "mean_sqrt_len"
  /// Mean with weights 1, 2, 3, … by position.
  case weightedMean = "weightedmean"
  /// The state of the last token.
  case lastToken = "lasttoken"
  /// The first output of a decoder that attends to the encoder (Sentence-T5).
  case decoderFirst = "decoder_first"

  /// The poolings that an encoder's token states alone decide.
  public static let ofTokenStates: [Pooling] = [.cls, .max, .mean, .meanSqrtLen, .weightedMean, .lastToken]

  /// Reads names joined by `+`.
  ///
  /// The result is in reference order; nil for an unknown or repeated name.
  public static func parse(_ text: String) -> [Pooling]? {
    var poolings: [Pooling] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      guard let pooling = Pooling(rawValue: String(part)), !poolings.contains(pooling) else { return nil }
      poolings.append(pooling)
    }
    return allCases.filter(poolings.contains)
  }

  /// `cls+mean`, as `parse` reads it.
  public static func describe(_ poolings: [Pooling]) -> String {
    poolings.map(\.rawValue).joined(separator: "+")
  }
}
