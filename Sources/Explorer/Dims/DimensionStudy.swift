public import Recipes

/// The wish to know what cutting vectors costs.
public struct DimensionsRequest: Equatable, Sendable {
  public var query: String
  /// Its dimensions do not count.
  public var recipe: Recipe
  public var corpus: CorpusStamp
  /// The sizes to try, rising; the last is the whole vector.
  public var sizes: [Int]
  public var depth: Int
  /// Whether the background's texts are encoded as queries: the average is over them.
  public var hasBackground: Bool

  public init(
    query: String, recipe: Recipe, corpus: CorpusStamp, sizes: [Int], depth: Int, hasBackground: Bool = false
  ) {
    self.query = query
    self.recipe = recipe
    self.corpus = corpus
    self.sizes = sizes
    self.depth = depth
    self.hasBackground = hasBackground
  }
}

/// What cutting vectors costs.
public struct DimensionStudy: Equatable, Sendable {
  public struct Point: Equatable, Sendable {
    public var size: Int
    /// Of the query's nearest texts with the whole vector, the part that is found too.
    public var overlap: Double
    /// The same on average over the background's texts as queries: one query is an anecdote.
    public var averageOverlap: Double?
    public var margin: Float?
    /// The first text.
    public var top: String
    public var bytes: Int

    public init(
      size: Int, overlap: Double, averageOverlap: Double?, margin: Float?, top: String, bytes: Int
    ) {
      self.size = size
      self.overlap = overlap
      self.averageOverlap = averageOverlap
      self.margin = margin
      self.top = top
      self.bytes = bytes
    }
  }

  public var points: [Point]
  /// The whole vector as 8-bit integers, and as signs.
  public var int8: Point
  public var binary: Point
  public var depth: Int
  public var metric: Metric

  public init(points: [Point], int8: Point, binary: Point, depth: Int, metric: Metric) {
    self.points = points
    self.int8 = int8
    self.binary = binary
    self.depth = depth
    self.metric = metric
  }
}
