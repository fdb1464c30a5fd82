public import Recipes

/// A model and a recipe of it, as one of two that are compared.
public struct ComparedRecipe: Equatable, Sendable {
  /// What `loadModel` takes.
  public var model: String
  public var recipe: Recipe
  /// The choices that made it, to go back to them.
  public var overrides: RecipeOverrides
  /// What the header said of it.
  public var summary: String

  public init(model: String, recipe: Recipe, overrides: RecipeOverrides, summary: String) {
    self.model = model
    self.recipe = recipe
    self.overrides = overrides
    self.summary = summary
  }
}

/// The wish to compare two recipes on queries.
public struct ComparisonRequest: Equatable, Sendable {
  public var a: ComparedRecipe
  public var b: ComparedRecipe
  public var query: String
  /// A file of queries to compare on besides; nil for the query alone.
  public var queryFile: String?
  public var corpus: CorpusStamp
  /// How many of the nearest texts of each are answered with.
  public var top: Int
  /// How deep overlap and tau are counted.
  public var depth: Int

  public init(
    a: ComparedRecipe, b: ComparedRecipe, query: String, queryFile: String?, corpus: CorpusStamp, top: Int,
    depth: Int
  ) {
    self.a = a
    self.b = b
    self.query = query
    self.queryFile = queryFile
    self.corpus = corpus
    self.top = top
    self.depth = depth
  }
}

/// What two recipes find.
public struct RecipeComparison: Equatable, Sendable {
  /// How two rankings agree on one query.
  public struct Agreement: Equatable, Sendable {
    public var query: String
    /// The part of the nearest texts that both have, 0…1.
    public var overlap: Double
    /// Kendall's tau over the texts that both have; nil for fewer than two.
    public var tau: Double?
    /// By how much each side's first text is before its second.
    public var marginA: Float?
    public var marginB: Float?
    /// The first text of each side.
    public var topA: String
    public var topB: String

    public init(
      query: String, overlap: Double, tau: Double?, marginA: Float?, marginB: Float?, topA: String,
      topB: String
    ) {
      self.query = query
      self.overlap = overlap
      self.tau = tau
      self.marginA = marginA
      self.marginB = marginB
      self.topA = topA
      self.topB = topB
    }
  }

  public var a: NeighbourList
  public var b: NeighbourList
  public var agreement: Agreement
  /// One for each query of the file; empty without a file.
  public var byQuery: [Agreement]
  public var depth: Int

  public init(
    a: NeighbourList, b: NeighbourList, agreement: Agreement, byQuery: [Agreement], depth: Int
  ) {
    self.a = a
    self.b = b
    self.agreement = agreement
    self.byQuery = byQuery
    self.depth = depth
  }
}
