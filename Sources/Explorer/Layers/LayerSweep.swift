public import Recipes

/// The wish to see the query's nearest texts at every layer.
public struct LayersRequest: Equatable, Sendable {
  public var query: String
  /// Its layer does not count.
  public var recipe: Recipe
  public var corpus: CorpusStamp
  /// The id of the text whose similarity is followed through the layers; nil for the first at the last layer.
  public var followed: String?
  public var top: Int

  public init(query: String, recipe: Recipe, corpus: CorpusStamp, followed: String?, top: Int) {
    self.query = query
    self.recipe = recipe
    self.corpus = corpus
    self.followed = followed
    self.top = top
  }
}

/// The query's nearest texts at every layer.
public struct LayerSweep: Equatable, Sendable {
  public struct Layer: Equatable, Sendable {
    public var layer: Int
    /// The nearest texts, best first.
    public var nearest: [NeighbourList.Neighbour]
    /// The score of the followed text, and its rank among all.
    public var followedScore: Float?
    public var followedRank: Int?
    /// The part of the last layer's nearest texts that are among this layer's, 0…1.
    public var overlapWithLast: Double

    public init(
      layer: Int, nearest: [NeighbourList.Neighbour], followedScore: Float?, followedRank: Int?,
      overlapWithLast: Double
    ) {
      self.layer = layer
      self.nearest = nearest
      self.followedScore = followedScore
      self.followedRank = followedRank
      self.overlapWithLast = overlapWithLast
    }
  }

  /// From the embeddings (0) to the last; those that are not swept yet are absent.
  public var layers: [Layer]
  public var metric: Metric
  /// The text that is followed.
  public var followed: NeighbourList.Neighbour?
  /// From this layer on the first text stays the first; nil while that is not known.
  public var settledAt: Int?
  /// How many texts the sweep covers, of how many: memory sets a limit.
  public var swept: Int
  public var total: Int
  /// The bytes that the stored layers take, and the most they may take.
  public var bytes: Int
  public var limitBytes: Int

  public init(
    layers: [Layer], metric: Metric, followed: NeighbourList.Neighbour?, settledAt: Int?, swept: Int,
    total: Int, bytes: Int, limitBytes: Int
  ) {
    self.layers = layers
    self.metric = metric
    self.followed = followed
    self.settledAt = settledAt
    self.swept = swept
    self.total = total
    self.bytes = bytes
    self.limitBytes = limitBytes
  }
}
