public import Recipes

/// What pooled vectors hold of a text: a row of `hidden` numbers in each plane.
///
/// A plane for each kept pooling; where the encoding has a prompt, another for each with the prompt's tokens left out;
/// where the model has a decoder, one for its first output.
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
  public var width: Int { hidden * planeCount }

  public var planeCount: Int { Self.kept.count * variants + (hasDecoder ? 1 : 0) }

  /// What each plane is called where it is stored.
  public var planeNames: [String] {
    let kept = Self.kept.map(\.rawValue)
    return kept + (promptLength > 0 ? kept.map { $0 + "-promptless" } : [])
      + (hasDecoder ? [Pooling.decoderFirst.rawValue] : [])
  }

  /// Where a text's rows in all planes, one after another, have that of one plane.
  func columns(of plane: Int) -> Range<Int> { plane * hidden..<(plane + 1) * hidden }

  private var variants: Int { promptLength > 0 ? 2 : 1 }

  /// The plane that a pooling is made from; nil for a pooling that is not kept.
  func plane(of pooling: Pooling, poolsPrompt: Bool) -> Int? {
    if pooling == .decoderFirst { return hasDecoder ? Self.kept.count * variants : nil }
    guard let index = Self.kept.firstIndex(of: pooling == .meanSqrtLen ? .mean : pooling) else {
      return nil
    }
    return index + (poolsPrompt ? 0 : Self.kept.count * (variants - 1))
  }
}
