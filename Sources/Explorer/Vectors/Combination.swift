public import Recipes

/// The wish for the texts nearest to a weighted sum of vectors.
public struct CombinationRequest: Equatable, Sendable {
  public struct Term: Equatable, Sendable {
    public var weight: Float
    public var text: String

    public init(weight: Float, text: String) {
      self.weight = weight
      self.text = text
    }
  }

  public var terms: [Term]
  /// Two texts whose difference is an axis to read the found texts along; nil for none.
  public var from: String?
  public var to: String?
  public var recipe: Recipe
  public var corpus: CorpusStamp
  public var top: Int

  public init(
    terms: [Term], from: String?, to: String?, recipe: Recipe, corpus: CorpusStamp, top: Int
  ) {
    self.terms = terms
    self.from = from
    self.to = to
    self.recipe = recipe
    self.corpus = corpus
    self.top = top
  }
}

/// The texts nearest to a weighted sum of vectors.
public struct Combination: Equatable, Sendable {
  public var list: NeighbourList
  /// The length of each term's vector, and the score of the sum with each term alone.
  public var termNorms: [Float]
  public var termScores: [Float]
  public var norm: Float
  /// Where each found text is on the axis: 0 at `from`, 1 at `to`; empty without an axis.
  public var positions: [Float]
  /// The texts of the collection at the ends of the axis, the least first; empty without an axis.
  public var lowest: [NeighbourList.Neighbour]
  public var highest: [NeighbourList.Neighbour]

  public init(
    list: NeighbourList, termNorms: [Float], termScores: [Float], norm: Float, positions: [Float] = [],
    lowest: [NeighbourList.Neighbour] = [], highest: [NeighbourList.Neighbour] = []
  ) {
    self.list = list
    self.termNorms = termNorms
    self.termScores = termScores
    self.norm = norm
    self.positions = positions
    self.lowest = lowest
    self.highest = highest
  }
}
