public import Recipes

/// The wish to try every pooling with every instruction on one query.
public struct GridRequest: Equatable, Sendable {
  /// An instruction of the grid.
  public struct Instruction: Equatable, Sendable {
    /// How the grid names it: its name, `none`, or the words typed.
    public var name: String
    public var choice: PromptChoice
    public var recipe: Recipe

    public init(name: String, choice: PromptChoice, recipe: Recipe) {
      self.name = name
      self.choice = choice
      self.recipe = recipe
    }
  }

  public var query: String
  public var corpus: CorpusStamp
  /// Rows; each recipe has the row's instruction on the query side, and its pooling gives way to a column's.
  public var instructions: [Instruction]
  /// Columns.
  public var poolings: [[Pooling]]
  /// The recipe that overlaps are counted against: the declared one.
  public var declared: Recipe
  /// How deep overlaps are counted.
  public var depth: Int

  public init(
    query: String, corpus: CorpusStamp, instructions: [Instruction], poolings: [[Pooling]], declared: Recipe,
    depth: Int
  ) {
    self.query = query
    self.corpus = corpus
    self.instructions = instructions
    self.poolings = poolings
    self.declared = declared
    self.depth = depth
  }
}

/// What every pooling finds with every instruction.
public struct RecipeGrid: Equatable, Sendable {
  public struct Cell: Equatable, Sendable {
    /// The first text.
    public var id: String
    public var text: String
    public var score: Float
    /// By how much it is before the second; nil where there is no second.
    public var margin: Float?
    /// The part of the declared recipe's nearest texts that are found too, 0…1.
    public var overlap: Double
    /// The nearest texts, best first, as many as the request's depth: how cells overlap with each other.
    public var ids: [String]

    public init(
      id: String, text: String, score: Float, margin: Float?, overlap: Double, ids: [String] = []
    ) {
      self.id = id
      self.text = text
      self.score = score
      self.margin = margin
      self.overlap = overlap
      self.ids = ids
    }
  }

  /// `[instructions][poolings]`; nil where the model cannot pool so.
  public var cells: [[Cell?]]
  public var metric: Metric

  public init(cells: [[Cell?]], metric: Metric) {
    self.cells = cells
    self.metric = metric
  }
}
