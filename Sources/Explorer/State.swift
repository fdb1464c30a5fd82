import Recipes
public import Screen

/// Everything that the explorer knows: what the screen shows follows from it alone.
public struct State: Equatable, Sendable {
  public internal(set) var size: Size
  var depth: ColorDepth
  var look: ThemeState
  var reducesMotion: Bool
  var bindings: KeyBindings
  /// The columns that Neighbours shows besides its own: names of fields, or `id`, `length`, `tokens`, `norm`.
  var columns: [String]

  var model: ModelState
  var corpus: CorpusState
  /// What the user chose instead of what the model declares.
  var overrides: RecipeOverrides
  /// The model's recipe under `overrides`; nil without a model.
  var recipe: ResolvedRecipe?

  var requests = Requests()
  var wishes = Wishes()

  /// What the views have asked for and what they show.
  var inquiries = Inquiries()
  /// Side B of comparisons; nil while nothing is frozen.
  var frozen: ComparedRecipe?

  var focus = Focus.query
  public internal(set) var view: View
  /// True where the view takes the room of both panes.
  var isZoomed = false
  var query: QueryState
  var neighbours = NeighboursState()
  var heatmap: HeatmapState
  var tokens = TokensState()
  var attention = AttentionState()
  var layers = LayersState()
  var grid = GridState()
  var compare = CompareState()
  var vectors = VectorsState()
  var map = MapState()
  var metrics = MetricsState()
  var popup: Popup?
  var notice: Notice?
  /// What can be taken back.
  var undo = UndoHistory()
  /// True while letters stand on the screen, one of which is waited for.
  var isJumping = false
  var mouse = MouseState()
  /// The text that is open in another program.
  var editing: EditedText?
  /// How many texts were opened in other programs: the generation of the latest.
  var openedCount = 0
  var annotations: AnnotationState
  /// True after the first Ctrl-C: a second one quits.
  var isAboutToQuit = false

  public init(_ options: LaunchOptions) {
    size = options.size
    depth = options.depth
    look = ThemeState(entry: options.theme, follows: options.followsThemes)
    reducesMotion = options.reducesMotion
    bindings = options.bindings
    columns = options.columns
    model = ModelState(wanted: options.model)
    corpus = CorpusState(wanted: options.corpora)
    overrides = options.overrides
    view = options.view
    query = QueryState(history: options.history)
    heatmap = HeatmapState(texts: options.texts)
    annotations = AnnotationState(all: options.annotations)
  }

  /// Where keys go while no popup is open.
  enum Focus: Equatable, Sendable {
    case query
    case pane(View)
  }

  /// The view whose pane hears the keys; nil while the query does.
  var focusedView: View? {
    if case .pane(let view) = focus { view } else { nil }
  }

  /// True while something may move on the screen without an event: the loop sends ticks.
  public var isAnimating: Bool { tickMilliseconds != nil }

  /// True while an answer is outstanding.
  public var isWaiting: Bool { requests.isWaiting }

  /// True while the nearest texts of the query are awaited, whatever else is under way.
  public var isSearching: Bool { requests.isOutstanding(.search) }

  /// True until model, corpus and the vectors of all its texts are there.
  public var isPreparing: Bool {
    requests.isOutstanding(.model) || requests.isOutstanding(.corpus) || requests.isOutstanding(.index)
  }

  /// True while the texts that are shown are those nearest to the query as it is, among all that have vectors.
  public var showsNeighbours: Bool { neighboursAreCurrent && neighbours.list?.neighbours.isEmpty == false }

  /// After how many milliseconds the screen changes by itself; nil where it never does.
  public var tickMilliseconds: Int? {
    guard let wait = requests.longestWait else { return nil }
    let firstMoments = Requests.Kind.allCases
      .filter { requests.isOutstanding($0) && !requests.isSlow($0) }
      .map { Requests.patienceMilliseconds - requests[$0].waitedMilliseconds }
    if reducesMotion { return firstMoments.min() }
    let spinner = Requests.spinnerMilliseconds - wait % Requests.spinnerMilliseconds
    return (firstMoments + [spinner]).min()
  }
}

/// What is known of the model.
struct ModelState: Equatable, Sendable {
  /// The name that was asked for last.
  var wanted: String
  /// The model in use; while another is loading, still the old one.
  var description: ModelDescription?
  /// Why the last one asked for is not in use.
  var failure: Failure?
  /// The choices to come into force with the model that is loading; nil where those in force stay.
  var overrides: RecipeOverrides?
  /// The offer to fetch a model that is not on this machine.
  var offer: PullOffer?
}

/// What is known of the corpus.
struct CorpusState: Equatable, Sendable {
  var wanted: [String]
  /// The corpus in use; while another is opening, still the old one.
  var summary: CorpusSummary?
  var failure: Failure?
  /// Grows with each corpus that is opened: results belong to one of them.
  var version = 0
  /// How far its vectors are under the present recipe; nil while nothing is known.
  var indexing: IndexingProgress?
  var indexingFailure: Failure?
}

/// A line for the user in the status line.
struct Notice: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    /// Gone with the next key.
    case hint
    /// Stays until Esc or another notice.
    case failure
  }

  var kind: Kind
  var text: String

  static func hint(_ text: String) -> Notice { Notice(kind: .hint, text: text) }

  static func failure(_ failure: Failure) -> Notice {
    Notice(kind: .failure, text: failure.sentence)
  }
}

extension Failure {
  /// What failed and what to do, on one line.
  var sentence: String { message + (nextStep.map { " · " + $0 } ?? "") }
}
