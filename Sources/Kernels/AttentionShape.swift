/// How attention looks at a text: heads, what a query sees, and what is added to its scores.
public struct AttentionShape: Sendable {
  /// Query heads.
  public var heads: Int
  /// Heads of keys and values, of which each serves `heads / keyValueHeads` query heads in a row.
  public var keyValueHeads: Int
  public var headWidth: Int
  /// What products of queries and keys are multiplied by.
  public var scale: Float

  /// Which keys j the query i sees.
  public enum Window: Sendable, Equatable {
    case all
    /// j ≤ i.
    case causal
    /// i − left ≤ j ≤ i + right.
    case local(left: Int, right: Int)
  }
  public var window: Window
  /// ALiBi (Press et al., 2022): slope · (j − i) is added, by head; empty: none.
  public var slopes: [Float]
  public var bias: PositionBias?

  /// Without `keyValueHeads` as many as query heads, without `scale` 1 / √headWidth.
  public init(
    heads: Int, keyValueHeads: Int? = nil, headWidth: Int, scale: Float? = nil, window: Window = .all,
    slopes: [Float] = [], bias: PositionBias? = nil
  ) {
    (self.heads, self.keyValueHeads, self.headWidth) = (heads, keyValueHeads ?? heads, headWidth)
    self.scale = scale ?? 1 / Float(headWidth).squareRoot()
    (self.window, self.slopes, self.bias) = (window, slopes, bias)
  }

  var queryHeadsPerKeyHead: Int { heads / keyValueHeads }

  func check() {
    precondition(
      headWidth > 0 && keyValueHeads > 0 && heads > 0 && heads % keyValueHeads == 0,
      "\(heads) heads of \(headWidth) share \(keyValueHeads) heads of keys")
    precondition(slopes.isEmpty || slopes.count == heads, "\(slopes.count) slopes for \(heads) heads")
    if case .local(let left, let right) = window {
      precondition(left >= 0 && right >= 0, "a window from \(left) to the left to \(right) to the right")
    }
    if let bias { precondition(bias.heads == heads, "a bias of \(bias.heads) heads for \(heads)") }
  }

  /// How many keys before and after its own a query sees, of a text of `tokens`.
  func reach(_ tokens: Int) -> (left: Int, right: Int) {
    switch window {
    case .all: (tokens, tokens)
    case .causal: (tokens, 0)
    case .local(let left, let right): (min(left, tokens), min(right, tokens))
    }
  }

  /// The keys that some of the queries see, of a text of `tokens`.
  func keys(_ queries: Range<Int>, _ tokens: Int) -> Range<Int> {
    let (left, right) = reach(tokens)
    return max(0, queries.lowerBound - left)..<min(tokens, queries.upperBound + right)
  }
}

/// A learned bias of attention scores by the distance from query to key, as in T5 (Raffel et al., 2020).
public struct PositionBias: Sendable {
  public let heads: Int
  /// Distances from −(reach − 1) to reach − 1 have a value: enough for texts of `reach` tokens.
  public let reach: Int
  /// `[heads, 2 · reach − 1]`; entry (head, j − i + reach − 1) is added to the scaled score of query i and key j.
  public let values: [Float]

  public init(heads: Int, reach: Int, values: [Float]) {
    precondition(
      heads >= 0 && reach >= 1 && values.count == heads * (2 * reach - 1),
      "\(values.count) values for \(heads) heads and a reach of \(reach)")
    (self.heads, self.reach, self.values) = (heads, reach, values)
  }
}
