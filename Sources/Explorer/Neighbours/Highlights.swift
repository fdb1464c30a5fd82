public import Recipes

/// The wish for the words by which texts match a query.
public struct HighlightsRequest: Equatable, Sendable {
  public var query: String
  public var recipe: Recipe
  public var corpus: CorpusStamp
  /// The ids of the texts, those on the screen.
  public var ids: [String]

  public init(query: String, recipe: Recipe, corpus: CorpusStamp, ids: [String]) {
    self.query = query
    self.recipe = recipe
    self.corpus = corpus
    self.ids = ids
  }
}

/// The words by which texts match a query.
public struct Highlights: Equatable, Sendable {
  public struct Span: Equatable, Sendable {
    /// Unicode scalars of the text.
    public var range: Range<Int>
    /// 0…1, relative to the strongest of the text.
    public var strength: Float

    public init(range: Range<Int>, strength: Float) {
      self.range = range
      self.strength = strength
    }
  }

  /// By id, the strongest words of each text in the order of the text.
  public var spans: [String: [Span]]

  public init(spans: [String: [Span]]) { self.spans = spans }
}
