public import Recipes

/// Work that takes time or touches the world, as data: the engine carries it out and answers with events.
///
/// Of each kind the latest wins: a request with a newer generation cancels the one before it.
public enum Effect: Equatable, Sendable {
  case loadModel(String, generation: Int)
  case openCorpus([String], generation: Int)
  case index(IndexRequest, generation: Int)
  case search(SearchRequest, generation: Int)
  case compare(SimilarityRequest, generation: Int)
  case listModels(generation: Int)
  case pullModel(String, generation: Int)
  case cancelPull(generation: Int)
  case listThemes(generation: Int)
  /// The wish to hear of theme files that change, until the end.
  case followThemes
  /// Asks the terminal for its background; the loop's own, as the answer is an input.
  case askBackground
  /// Keeps the user's own texts.
  case saveTexts([String])
  /// Appends a query to the history.
  case saveQuery(String)
  /// Keeps the model for the next start.
  case rememberModel(String)
  case suspend
  case quit
}

/// The wish for stored vectors of every text of the open corpus.
public struct IndexRequest: Equatable, Sendable {
  public var documents: Encoding
  public var layer: Int

  public init(documents: Encoding, layer: Int) {
    self.documents = documents
    self.layer = layer
  }
}

/// The wish for the texts nearest to a query.
public struct SearchRequest: Equatable, Sendable {
  public var query: String
  public var recipe: Recipe
  /// How many neighbours to answer with.
  public var top: Int
  /// How many of them to compare with each other and the query for the heatmap; 0 for none.
  public var compared: Int

  public init(query: String, recipe: Recipe, top: Int, compared: Int) {
    self.query = query
    self.recipe = recipe
    self.top = top
    self.compared = compared
  }
}

/// The wish for the similarities among the user's own texts.
public struct SimilarityRequest: Equatable, Sendable {
  public var texts: [String]
  public var recipe: Recipe

  public init(texts: [String], recipe: Recipe) {
    self.texts = texts
    self.recipe = recipe
  }
}
