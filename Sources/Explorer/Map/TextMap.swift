public import Recipes

/// How many dimensions become two.
public enum MapMethod: String, CaseIterable, Sendable {
  case pca
  case umap
  case tsne

  public var title: String {
    switch self {
    case .pca: "PCA"
    case .umap: "UMAP"
    case .tsne: "t-SNE"
    }
  }
}

/// The wish for a map of the collection.
public struct MapRequest: Equatable, Sendable {
  /// The encoding of queries does not count, and is that of documents: it moves no text.
  public var recipe: Recipe
  public var corpus: CorpusStamp
  public var method: MapMethod
  public var seed: UInt64

  public init(recipe: Recipe, corpus: CorpusStamp, method: MapMethod, seed: UInt64) {
    self.recipe = recipe
    self.corpus = corpus
    self.method = method
    self.seed = seed
  }
}

/// The texts of the collection as points.
public struct TextMap: Equatable, Sendable {
  /// A field by which points can be coloured.
  public struct Field: Equatable, Sendable {
    public var name: String
    /// Its values, the most frequent first.
    public var values: [String]
    /// By text the place of its value; -1 where it has none.
    public var indices: [Int]

    public init(name: String, values: [String], indices: [Int]) {
      self.name = name
      self.values = values
      self.indices = indices
    }
  }

  /// The method of these positions: PCA until the one asked for has begun.
  public var method: MapMethod
  public var ids: [String]
  /// The beginning of each text.
  public var labels: [String]
  public var x: [Float]
  public var y: [Float]
  public var fields: [Field]
  /// The nearest texts of each in full dimensions, `[texts, neighbourCount]`; empty until they are known.
  public var neighbours: [Int32]
  public var neighbourCount: Int
  /// 0…1, how far the drawn neighbourhoods are true (Venna and Kaski 2001); nil until it is known.
  public var trustworthiness: Double?
  /// The same by text; empty until it is known.
  public var trust: [Float]
  /// The parts of the variance on both axes, for PCA.
  public var varianceShares: [Float]
  /// How many texts there are in all: more than are drawn where memory or time set a limit.
  public var total: Int

  public init(
    method: MapMethod, ids: [String], labels: [String], x: [Float], y: [Float], fields: [Field],
    neighbours: [Int32] = [], neighbourCount: Int = 0, trustworthiness: Double? = nil, trust: [Float] = [],
    varianceShares: [Float] = [], total: Int
  ) {
    self.method = method
    self.ids = ids
    self.labels = labels
    self.x = x
    self.y = y
    self.fields = fields
    self.neighbours = neighbours
    self.neighbourCount = neighbourCount
    self.trustworthiness = trustworthiness
    self.trust = trust
    self.varianceShares = varianceShares
    self.total = total
  }
}

/// The wish for the query's place on the map that was computed last.
public struct PlacementRequest: Equatable, Sendable {
  public var query: String
  /// The map that is shown.
  public var map: MapRequest
  /// Grows with every step of the layout: the place moves with the points.
  public var step: Int
  /// How the query is encoded: the recipe in force, unlike the map's, has the query's own prompt.
  public var queries: Encoding

  /// The encoding of the map's recipe where none is given.
  public init(query: String, map: MapRequest, step: Int, queries: Encoding? = nil) {
    self.query = query
    self.map = map
    self.step = step
    self.queries = queries ?? map.recipe.queries
  }
}

/// The query's place on a map.
public struct Placement: Equatable, Sendable {
  public var x: Float
  public var y: Float
  /// The places of the nearest texts among those of the map, best first.
  public var nearest: [Int]

  public init(x: Float, y: Float, nearest: [Int]) {
    self.x = x
    self.y = y
    self.nearest = nearest
  }
}
