public import Kernels
public import Recipes

/// Why two texts have the score that they have: what each token of either side adds to it.
public struct Explanation: Sendable {
  /// How the shares were found.
  public enum Method: Equatable, Sendable {
    /// The score is a sum over tokens, and a share is its token's summand: exact.
    ///
    /// The lengths by which vectors are divided are held fixed.
    case linear
    /// A share is what the score loses when its token is taken out of the text and the rest is encoded again.
    ///
    /// Such shares need not add up to the score. The reason says in words why the score is no sum over tokens.
    case leaveOneOut(reason: String)
  }

  /// What became of a token's own state.
  public enum Use: String, CaseIterable, Equatable, Sendable {
    /// It is pooled.
    case pooled
    /// It is not, but other tokens' states may have taken from it by attention.
    case attended
    /// It is not, and nothing else can have taken from it.
    case neither
  }

  /// A token of one side, as the model saw it.
  public struct Token: Equatable, Sendable {
    /// As the vocabulary writes it.
    public var text: String
    public var id: Int32
    /// The part of the final string behind it, in Unicode scalars; empty for tokens that were added.
    public var offsets: Range<Int>
    /// Whether it was added to the text: a special token or a marker.
    public var isSpecial: Bool
    /// Whether it stands for what the vocabulary lacks.
    public var isUnknown: Bool
    /// Whether it belongs to the prompt; special tokens do not.
    public var isPrompt: Bool
    public var use: Use
    /// Whether it has a share.
    ///
    /// Linear: every pooled token. Leave-one-out: the text's own tokens up to the limit; special tokens, markers and the
    /// prompt stay in place while others are taken out.
    public var hasShare: Bool
  }

  /// One of the two texts.
  public struct Side: Sendable {
    /// Prompt and text, as they were tokenized.
    public var string: String
    public var tokens: [Token]
    /// What each token of this side adds to the score, the other side held whole; 0 for a token without a share.
    ///
    /// By a distance the score is the negated distance: a token with a positive share brings the texts nearer.
    public var shares: [Float]
    /// What the head's biases on this side add to the score; 0 by leave-one-out.
    public var bias: Float
    /// The score less the shares and the bias: rounding error where the method is linear.
    public var residual: Float
    /// The most tokens that the encoding allows.
    public var limit: Int
    /// The number of tokens before the text was cut.
    public var totalCount: Int
    /// The part of the final string that was cut off; nil where nothing was.
    public var droppedText: String?
  }

  /// The score that a search gives: higher is nearer, distances are negated.
  public var score: Float
  public var metric: Metric
  public var method: Method
  public var query: Side
  public var document: Side
  /// `[query tokens, document tokens]`: the cosine of the vectors that the recipe makes of each token's state alone.
  ///
  /// The states are those of the recipe's layer; they pass through the head and are cut as pooled vectors are. By BERTScore's
  /// reading (Zhang et al. 2020), without its greedy matching.
  public var similarities: Matrix
  /// `[query tokens, document tokens]`: what each pair of tokens adds to the score; nil unless the method is linear.
  ///
  /// All of them add up to `score − query.bias − document.bias + biasOfBoth`. A row's sum is that token's share less what
  /// it has with the document's bias.
  public var contributions: Matrix?
  /// What the two sides' biases have with one another: it is in both sides' `bias`; 0 by leave-one-out.
  public var biasOfBoth: Float
  /// What a reader must know: vectors of zeros, matrices or shares of a part of the tokens only.
  public var notes: [String]
}
