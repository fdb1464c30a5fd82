/// Learned vectors that are added to the tokens by position.
public struct PositionTable: Equatable, Sendable {
  /// The rows of the table.
  public var rows: Int
  /// The id that positions skip: a token's row is this id plus the number of other ids up to it, as in RoBERTa.
  ///
  /// Nil where the first token has row 0, the second row 1, and so on.
  public var skippedID: Int?

  /// How many tokens a text may have.
  public var positions: Int { skippedID.map { rows - $0 - 1 } ?? rows }
}

/// A learned number by head and distance, added to the scores of attention (T5, section 2.1 of Raffel and others, 2020).
public struct RelativeBias: Equatable, Sendable {
  /// How many distances are told apart, both directions together.
  public var buckets: Int
  /// From this distance on all are in the last bucket.
  public var maximumDistance: Int

  public init(buckets: Int, maximumDistance: Int) {
    (self.buckets, self.maximumDistance) = (buckets, maximumDistance)
  }
}

/// The rotation of queries and keys by position (RoPE, Su and others, 2021).
public struct Rotation: Hashable, Sendable {
  /// How a rotation was stretched for longer texts than it was trained on.
  public enum Scaling: Hashable, Sendable {
    case none
    /// All positions are divided by a factor.
    case linear(factor: Double)
    /// Llama 3.1: pairs that turn less than `low` times in `length` positions are slowed by the factor, those that turn
    /// more than `high` times are not, those between in part.
    case llama3(factor: Double, low: Double, high: Double, length: Double)
  }

  /// How many leading values of a head are rotated; even.
  public var width: Int
  public var base: Double
  public var scaling: Scaling
  /// Whether neighbours are turned together; else a value and the one half the width after it.
  public var isInterleaved: Bool

  public init(width: Int, base: Double, scaling: Scaling = .none, isInterleaved: Bool = false) {
    (self.width, self.base, self.scaling, self.isInterleaved) = (width, base, scaling, isInterleaved)
  }
}

/// The tokens that a token attends to.
public enum AttentionWindow: Equatable, Sendable {
  case all
  /// Itself and those before it.
  case causal
  /// Those at most `left` before and `right` after it.
  case local(left: Int, right: Int)
}

/// What differs from layer to layer.
public struct LayerAttention: Equatable, Sendable {
  public var window: AttentionWindow
  public var rotation: Rotation?

  public init(window: AttentionWindow, rotation: Rotation? = nil) {
    (self.window, self.rotation) = (window, rotation)
  }
}

/// How states are normalised.
public enum NormKind: Equatable, Sendable {
  /// Layer norm, with a weight and perhaps a bias.
  case layer(hasBias: Bool)
  /// Root mean square, with a weight alone; `addsOne` where the weight is stored less one.
  case rms(addsOne: Bool)
}

/// Where the norms of a layer stand.
public enum NormPlacement: Equatable, Sendable {
  /// After each residual sum (BERT).
  case post
  /// Before attention and before the feed-forward part (GPT-2).
  case pre
  /// Before and after each part (Gemma).
  case sandwich
  /// One norm before both parts, which are added up (GPT-J).
  case parallel
}

/// Which linear layers have a bias.
public struct LayerBiases: Equatable, Sendable {
  /// Queries, keys and values.
  public var projections: Bool
  public var attentionOutput: Bool
  public var feedForward: Bool

  public static let all = LayerBiases(projections: true, attentionOutput: true, feedForward: true)
  public static let none = LayerBiases(projections: false, attentionOutput: false, feedForward: false)
}

/// What is known of a decoder beside the encoder.
public struct DecoderFacts: Equatable, Sendable {
  public var layers: Int
  /// The token that the decoder starts with.
  public var startTokenID: Int

  public init(layers: Int, startTokenID: Int) {
    (self.layers, self.startTokenID) = (layers, startTokenID)
  }
}
