public import Recipes

/// The wish to see what each metric finds.
public struct MetricsRequest: Equatable, Sendable {
  public var query: String
  /// Its metric and normalisation do not count: vectors are compared as they leave the head.
  public var recipe: Recipe
  public var corpus: CorpusStamp
  public var top: Int

  public init(query: String, recipe: Recipe, corpus: CorpusStamp, top: Int) {
    self.query = query
    self.recipe = recipe
    self.corpus = corpus
    self.top = top
  }
}

/// What each metric finds, and how long the texts are that it finds.
public struct MetricStudy: Equatable, Sendable {
  public struct Found: Equatable, Sendable {
    public var neighbour: NeighbourList.Neighbour
    public var tokens: Int
    public var norm: Float

    public init(neighbour: NeighbourList.Neighbour, tokens: Int, norm: Float) {
      self.neighbour = neighbour
      self.tokens = tokens
      self.norm = norm
    }
  }

  public struct Side: Equatable, Sendable {
    public var metric: Metric
    public var found: [Found]
    /// How many of the found texts fall in each bin of `bins`.
    public var histogram: [Int]
    public var meanTokens: Double

    public init(metric: Metric, found: [Found], histogram: [Int], meanTokens: Double) {
      self.metric = metric
      self.found = found
      self.histogram = histogram
      self.meanTokens = meanTokens
    }
  }

  public var sides: [Side]
  /// The bounds of the bins of token counts, one more than there are bins.
  public var bins: [Int]
  /// The same of all texts of the collection.
  public var histogram: [Int]
  public var meanTokens: Double
  public var queryNorm: Float
  public var leastNorm: Float
  public var greatestNorm: Float
  /// How norms go with lengths: Spearman's rank correlation; nil where one of them does not vary.
  public var lengthCorrelation: Double?
  /// True where the model's own head normalises, so that every norm is 1 and the metrics rank alike.
  public var isNormalized: Bool

  public init(
    sides: [Side], bins: [Int], histogram: [Int], meanTokens: Double, queryNorm: Float, leastNorm: Float,
    greatestNorm: Float, lengthCorrelation: Double?, isNormalized: Bool
  ) {
    self.sides = sides
    self.bins = bins
    self.histogram = histogram
    self.meanTokens = meanTokens
    self.queryNorm = queryNorm
    self.leastNorm = leastNorm
    self.greatestNorm = greatestNorm
    self.lengthCorrelation = lengthCorrelation
    self.isNormalized = isNormalized
  }
}
