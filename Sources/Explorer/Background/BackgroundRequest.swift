public import Recipes

/// The wish for the yardstick of scores: those of random pairs of texts under a recipe.
public struct BackgroundRequest: Equatable, Sendable {
  public var recipe: Recipe
  public var corpus: CorpusStamp

  public init(recipe: Recipe, corpus: CorpusStamp) {
    self.recipe = recipe
    self.corpus = corpus
  }
}

/// The background in few numbers; the engine keeps the scores and gives every neighbour its percentile.
public struct BackgroundSummary: Equatable, Sendable {
  /// The recipe that the scores belong to.
  public var fingerprint: String
  /// How many texts were drawn, and how many scores they gave.
  public var texts: Int
  public var scores: Int
  /// True where the texts are bundled ones, because the collection has fewer than are drawn.
  public var isBundled: Bool
  public var mean: Float
  public var standardDeviation: Float
  /// The scores at 0, 1, … 100 percent.
  public var quantiles: [Float]
  /// What the precision of the documents loses, measured on some of the texts; nil for f32.
  public var loss: PrecisionLoss?

  public init(
    fingerprint: String, texts: Int, scores: Int, isBundled: Bool, mean: Float, standardDeviation: Float,
    quantiles: [Float], loss: PrecisionLoss? = nil
  ) {
    self.fingerprint = fingerprint
    self.texts = texts
    self.scores = scores
    self.isBundled = isBundled
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.quantiles = quantiles
    self.loss = loss
  }
}

extension State {
  /// The background of the present recipe, once the whole collection has vectors.
  func backgroundRequest(_ recipe: Recipe) -> ViewRequest? {
    guard let indexing = corpus.indexing, indexing.total > 0, indexing.done >= indexing.total else {
      return nil
    }
    return .background(BackgroundRequest(recipe: recipe, corpus: corpusStamp))
  }

  /// The background in force; nil while it is computed.
  var background: BackgroundSummary? {
    guard case .background(let summary)? = inquiries[.background].shown?.result,
      summary.fingerprint == recipe?.recipe.fingerprint
    else { return nil }
    return summary
  }
}
