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
  /// Computes what a view shows.
  case compute(ViewRequest, generation: Int)
  case cancelComputation(ViewRequest.Kind)
  case listModels(generation: Int)
  case pullModel(String, generation: Int)
  case cancelPull(generation: Int)
  case listThemes(generation: Int)
  /// The wish to hear of theme files that change, until the end.
  case followThemes
  /// Asks the terminal for its background; the loop's own, as the answer is an input.
  case askBackground
  /// Reads the texts of a file for the user's own list; a path may begin with `~`.
  case loadTexts(String, generation: Int)
  /// Keeps the user's own texts.
  case saveTexts([String])
  /// Appends a query to the history.
  case saveQuery(String)
  /// Keeps the model for the next start.
  case rememberModel(String)
  /// Notes an assertion in the session; the recorder's own.
  case assert(Assertion)
  /// Writes the session into a file of its own; the recorder puts in what it has.
  case saveSession(SessionRecording?)
  /// Puts a text into the terminal's clipboard; the loop's own.
  case copy(String)
  /// Opens a text in another program, which has the terminal for so long; the loop's own.
  case open(String, in: ExternalProgram, generation: Int)
  /// Writes a file.
  case export(ExportRequest, generation: Int)
  case suspend
  case quit
}

/// A program of the user's that takes over the terminal.
public enum ExternalProgram: Equatable, Sendable {
  /// `$VISUAL` or `$EDITOR`; what it leaves in the file is answered with `.edited`.
  case editor
  /// `$PAGER`; it only reads.
  case pager
}

/// The wish for a file.
public struct ExportRequest: Equatable, Sendable {
  /// As the user wrote it: `~` is to be resolved, a relative path starts where the program was started.
  public var path: String
  public var contents: String
  /// False where a file that is there already is to be left alone and reported.
  public var overwrites: Bool

  public init(path: String, contents: String, overwrites: Bool) {
    self.path = path
    self.contents = contents
    self.overwrites = overwrites
  }
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

extension Effect {
  /// Whether it writes what the user made or chose.
  public var keeps: Bool {
    switch self {
    case .saveTexts, .saveQuery, .rememberModel, .saveSession, .export: true
    default: false
    }
  }
}
