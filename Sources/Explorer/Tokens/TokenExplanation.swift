public import Recipes

/// The wish to know why a text matches a query, token by token.
public struct ExplanationRequest: Equatable, Sendable {
  public var query: String
  /// The text as it is embedded; empty to look at the query alone.
  public var text: String
  public var recipe: Recipe

  public init(query: String, text: String, recipe: Recipe) {
    self.query = query
    self.text = text
    self.recipe = recipe
  }
}

/// Why a text matches a query, token by token.
public struct TokenExplanation: Equatable, Sendable {
  /// How the shares were found.
  public enum Method: Equatable, Sendable {
    /// Exact: pooling and head are linear, shares + bias = score.
    case linear
    /// Each token was taken out and the text encoded again; the reason why the exact way is not valid.
    case leaveOneOut(reason: String)
  }

  public struct Token: Equatable, Sendable {
    public var text: String
    public var id: Int
    /// Added by the tokenizer, not in the text.
    public var isSpecial: Bool
    public var isUnknown: Bool
    public var isPrompt: Bool
    /// Part of the pooled vector.
    public var isPooled: Bool
    /// Other tokens' states may have taken from it; false where nothing has.
    public var isAttended: Bool
    /// Its share of the score; nil where none was computed.
    public var share: Float?

    public init(
      text: String, id: Int, isSpecial: Bool, isUnknown: Bool, isPrompt: Bool, isPooled: Bool,
      isAttended: Bool = true, share: Float?
    ) {
      self.text = text
      self.id = id
      self.isSpecial = isSpecial
      self.isUnknown = isUnknown
      self.isPrompt = isPrompt
      self.isPooled = isPooled
      self.isAttended = isAttended
      self.share = share
    }
  }

  /// One of the two texts.
  public struct Side: Equatable, Sendable {
    public var tokens: [Token]
    /// What no token has: the part of the head's biases.
    public var bias: Float
    /// Score − shares − bias.
    public var residual: Float
    /// With what truncation dropped, special tokens included.
    public var totalCount: Int
    public var limit: Int
    /// The end of the text that the model did not see.
    public var droppedText: String

    public init(
      tokens: [Token], bias: Float, residual: Float, totalCount: Int, limit: Int, droppedText: String
    ) {
      self.tokens = tokens
      self.bias = bias
      self.residual = residual
      self.totalCount = totalCount
      self.limit = limit
      self.droppedText = droppedText
    }
  }

  public var score: Float
  public var metric: Metric
  public var method: Method
  public var query: Side
  /// nil where the query was looked at alone.
  public var document: Side?
  /// `[query tokens, document tokens]`: cosine of the token states.
  public var similarities: [Float]
  /// `[query tokens, document tokens]`: the parts of the score; nil where the method is not linear.
  public var contributions: [Float]?
  /// What a reader must know besides, in sentences.
  public var notes: [String]

  public init(
    score: Float, metric: Metric, method: Method, query: Side, document: Side?, similarities: [Float],
    contributions: [Float]?, notes: [String] = []
  ) {
    let pairs = query.tokens.count * (document?.tokens.count ?? 0)
    precondition(similarities.count == pairs, "\(similarities.count) similarities for \(pairs) pairs")
    precondition(contributions.map { $0.count == pairs } ?? true, "contributions for \(pairs) pairs")
    self.score = score
    self.metric = metric
    self.method = method
    self.query = query
    self.document = document
    self.similarities = similarities
    self.contributions = contributions
    self.notes = notes
  }
}
