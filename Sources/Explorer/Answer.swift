public import Recipes
public import Screen

/// What the engine reports; an answer to an older generation than the latest request is dropped.
public enum Answer: Equatable, Sendable {
  case model(ModelDescription, generation: Int)
  case modelFailed(Failure, generation: Int)
  case corpus(CorpusSummary, generation: Int)
  case corpusFailed(Failure, generation: Int)
  /// Several a request; the last has `done == total`.
  case indexing(IndexingProgress, generation: Int)
  case indexingFailed(Failure, generation: Int)
  /// Comes before `neighbours`, as soon as the query is tokenized.
  case tokens(QueryTokens, generation: Int)
  case neighbours(NeighbourList, generation: Int)
  /// Comes before `neighbours`, several times, where vectors must be made ready for search first.
  case searching(SearchProgress, generation: Int)
  case searchFailed(Failure, generation: Int)
  case similarities(SimilarityMatrix, generation: Int)
  case comparisonFailed(Failure, generation: Int)
  case computed(ViewRequest.Kind, ViewResult, generation: Int)
  case computing(ViewRequest.Kind, ViewProgress, generation: Int)
  case computationFailed(ViewRequest.Kind, Failure, generation: Int)
  /// The texts of a file for the user's own list, in its order.
  case texts([String], generation: Int)
  case textsFailed(Failure, generation: Int)
  case models([ModelEntry], generation: Int)
  case pulling(PullProgress, generation: Int)
  case pulled(String, generation: Int)
  case pullFailed(Failure, generation: Int)
  case themes([ThemeEntry], generation: Int)
  /// The themes as they are, and again after their files have changed.
  case themesChanged([ThemeEntry])
  case themesFailed(Failure, generation: Int)
  /// The session is in a file.
  case sessionSaved(path: String)
  /// The text as the user's editor left it.
  case edited(String, generation: Int)
  /// Why another program did not open a text.
  case openFailed(Failure, generation: Int)
  case exported(ExportOutcome, generation: Int)
  /// Something that the user should know and that stops nothing, such as a cache that cannot be written.
  case notice(Failure)
}

/// What became of a file that was to be written.
public enum ExportOutcome: Equatable, Sendable {
  /// It is there, under this path.
  case written(path: String)
  /// A file of that name is there already and was left as it is.
  case exists(path: String)
  case failed(Failure)
}

/// A finished text for the user: what failed, and what to do next.
public struct Failure: Equatable, Sendable {
  public var message: String
  public var nextStep: String?
  /// A model that could be pulled to mend it.
  public var pullable: String?

  public init(_ message: String, nextStep: String? = nil, pullable: String? = nil) {
    self.message = message
    self.nextStep = nextStep
    self.pullable = pullable
  }
}

/// What is known of the open corpus.
public struct CorpusSummary: Equatable, Sendable {
  public var name: String
  public var count: Int
  /// Rows that were left out as invalid.
  public var skipped: Int

  public init(name: String, count: Int, skipped: Int) {
    self.name = name
    self.count = count
    self.skipped = skipped
  }
}

/// How far the vectors of the corpus are.
public struct IndexingProgress: Equatable, Sendable {
  public var done: Int
  public var total: Int
  /// Estimated from the speed so far; nil while too little is known.
  public var secondsLeft: Double?

  public init(done: Int, total: Int, secondsLeft: Double?) {
    self.done = done
    self.total = total
    self.secondsLeft = secondsLeft
  }
}

/// How many vectors of the corpus are ready for search under a recipe.
public struct SearchProgress: Equatable, Sendable {
  public var done: Int
  public var total: Int

  public init(done: Int, total: Int) {
    self.done = done
    self.total = total
  }
}

/// What the model really saw of the query.
public struct QueryTokens: Equatable, Sendable {
  public struct Token: Equatable, Sendable {
    public var text: String
    public var id: Int
    /// Added by the tokenizer, not in the text.
    public var isSpecial: Bool
    public var isUnknown: Bool
    public var isPrompt: Bool

    public init(text: String, id: Int, isSpecial: Bool, isUnknown: Bool, isPrompt: Bool) {
      self.text = text
      self.id = id
      self.isSpecial = isSpecial
      self.isUnknown = isUnknown
      self.isPrompt = isPrompt
    }
  }

  public var tokens: [Token]
  /// With what truncation dropped, special tokens included.
  public var totalCount: Int
  public var limit: Int
  /// The end of the text that the model did not see.
  public var droppedText: String

  public init(tokens: [Token], totalCount: Int, limit: Int, droppedText: String) {
    self.tokens = tokens
    self.totalCount = totalCount
    self.limit = limit
    self.droppedText = droppedText
  }
}

/// The texts nearest to a query, best first.
public struct NeighbourList: Equatable, Sendable {
  public struct Neighbour: Equatable, Sendable {
    public var id: String
    public var text: String
    /// In the corpus's own order.
    public var fields: [Field]
    public var score: Float
    /// 0–100, the score's position in the background; nil until there is one.
    public var percentile: Float?
    /// How many tokens the model saw of it; nil where that is not known.
    public var tokens: Int?
    /// The length of its vector before it is normalised; nil where that is not known.
    public var norm: Float?
    /// The rank, from 0, of an earlier text of the list that says nearly the same.
    public var duplicateOf: Int?
    /// Of how many of the background's texts it is among the ten nearest, where that marks a hub: a text that
    /// is near to everything.
    public var hubCount: Int?

    public init(
      id: String, text: String, fields: [Field], score: Float, percentile: Float?, tokens: Int? = nil,
      norm: Float? = nil, duplicateOf: Int? = nil, hubCount: Int? = nil
    ) {
      self.id = id
      self.text = text
      self.fields = fields
      self.score = score
      self.percentile = percentile
      self.tokens = tokens
      self.norm = norm
      self.duplicateOf = duplicateOf
      self.hubCount = hubCount
    }
  }

  public struct Field: Equatable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public var neighbours: [Neighbour]
  public var metric: Metric
  /// The recipe that these scores belong to.
  public var fingerprint: String
  /// How many texts had vectors, of how many.
  public var searched: Int
  public var total: Int
  /// The query first, then the nearest texts, against each other; nil when it was not asked for.
  public var similarities: SimilarityMatrix?
  /// nil when the states of this query were at hand, so that no encoder was called.
  public var encodeMilliseconds: Double?
  public var rankMilliseconds: Double

  public init(
    neighbours: [Neighbour], metric: Metric, fingerprint: String, searched: Int, total: Int,
    similarities: SimilarityMatrix?, encodeMilliseconds: Double?, rankMilliseconds: Double
  ) {
    self.neighbours = neighbours
    self.metric = metric
    self.fingerprint = fingerprint
    self.searched = searched
    self.total = total
    self.similarities = similarities
    self.encodeMilliseconds = encodeMilliseconds
    self.rankMilliseconds = rankMilliseconds
  }
}

/// Similarities of texts with each other.
public struct SimilarityMatrix: Equatable, Sendable {
  public var texts: [String]
  public var metric: Metric
  /// `[texts, texts]`, row by row; scores as `Metric` defines them.
  public var values: [Float]
  /// The places of the texts in an order that puts near ones together; empty where none was computed.
  public var order: [Int]

  public init(texts: [String], metric: Metric, values: [Float], order: [Int] = []) {
    precondition(values.count == texts.count * texts.count, "\(values.count) values for \(texts.count) texts")
    self.texts = texts
    self.metric = metric
    self.values = values
    self.order = order
  }
}

/// A model that this machine has, or that can be pulled.
public struct ModelEntry: Equatable, Sendable {
  /// What `loadModel` takes.
  public var name: String
  /// Where it is and how large, in words.
  public var detail: String

  public init(name: String, detail: String) {
    self.name = name
    self.detail = detail
  }
}

/// How far a download is.
public struct PullProgress: Equatable, Sendable {
  public var name: String
  public var file: String
  public var bytesDone: Int
  /// nil while unknown.
  public var bytesTotal: Int?

  public init(name: String, file: String, bytesDone: Int, bytesTotal: Int?) {
    self.name = name
    self.file = file
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
  }
}
