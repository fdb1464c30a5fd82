public import Recipes

/// What a row of pooled vectors holds.
///
/// The kept poolings one after another; where the encoding has a prompt, the same with the prompt's tokens left
/// out; where the model has a decoder, its first output.
public struct PooledLayout: Hashable, Sendable {
  /// What is kept, in this order; `mean_sqrt_len` follows from the mean and the number of tokens.
  public static let kept: [Pooling] = [.cls, .max, .mean, .weightedMean, .lastToken]

  /// The width of a state.
  public var hidden: Int
  /// How many leading tokens are the prompt's; 0 without a prompt.
  public var promptLength: Int
  public var hasDecoder: Bool
  /// Which of the model's encoders the states come from, where it has several.
  public var route: String?

  public init(hidden: Int, promptLength: Int = 0, hasDecoder: Bool = false, route: String? = nil) {
    self.hidden = hidden
    self.promptLength = promptLength
    self.hasDecoder = hasDecoder
    self.route = route
  }

  /// The numbers that are kept for one text.
  public var width: Int { hidden * (Self.kept.count * variants + (hasDecoder ? 1 : 0)) }

  private var variants: Int { promptLength > 0 ? 2 : 1 }

  /// Where a row has what a pooling is made from; nil for a pooling that is not kept.
  func columns(of pooling: Pooling, poolsPrompt: Bool) -> Range<Int>? {
    let place: Int
    if pooling == .decoderFirst {
      guard hasDecoder else { return nil }
      place = Self.kept.count * variants
    } else {
      guard let index = Self.kept.firstIndex(of: pooling == .meanSqrtLen ? .mean : pooling) else {
        return nil
      }
      place = index + (poolsPrompt ? 0 : Self.kept.count * (variants - 1))
    }
    return place * hidden..<(place + 1) * hidden
  }
}
