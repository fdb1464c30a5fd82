/// Something that the user can do: one row of the table that drives keys, hints, palette, help and README.
///
/// The raw value is the action's id in key maps and sessions.
public enum Action: String, CaseIterable, Sendable {
  case help = "help.open"
  case palette = "palette.open"
  case chooseInstruction = "instruction.choose"
  case choosePooling = "pooling.choose"
  case chooseMetric = "metric.choose"
  case chooseModel = "model.choose"
  case chooseView = "view.choose"
  case zoom = "view.zoom"
  case chooseDimensions = "dimensions.choose"
  case chooseLayer = "layer.choose"
  case choosePrecision = "precision.choose"
  case freeze = "compare.freeze"
  case chooseTheme = "theme.choose"
  case openCorpus = "corpus.open"
  case openHistory = "history.open"
  case pullModel = "model.pull"
  case resetRecipe = "recipe.reset"

  case undo = "undo"
  case redo = "redo"
  case jump = "focus.jump"
  case copyText = "text.copy"
  case copyTable = "view.copy-table"
  case openEditor = "text.edit"
  case exportView = "view.export"
  case nextAnnotation = "annotation.next"
  case previousAnnotation = "annotation.previous"
  case closeAnnotation = "annotation.close"

  case showNeighbours = "view.neighbours"
  case showHeatmap = "view.heatmap"
  case showTokens = "view.tokens"
  case showAttention = "view.attention"
  case showLayers = "view.layers"
  case showGrid = "view.pooling-instruction"
  case showCompare = "view.compare"
  case showVectors = "view.vectors"
  case showMap = "view.map"
  case showDims = "view.dims"
  case showMetric = "view.metric"

  case focusNext = "focus.next"
  case focusPrevious = "focus.previous"
  case back = "back"
  case moveUp = "move.up"
  case moveDown = "move.down"
  case moveLeft = "move.left"
  case moveRight = "move.right"
  case pageUp = "move.page-up"
  case pageDown = "move.page-down"
  case moveToFirst = "move.first"
  case moveToLast = "move.last"

  case acceptQuery = "query.accept"
  case openText = "text.open"
  case nextText = "text.next"
  case previousText = "text.previous"
  case addQuery = "list.add-query"
  case addSelected = "list.add-selected"
  case removeText = "list.remove"
  case clearList = "list.clear"
  case pasteLines = "list.paste"

  case markText = "neighbours.mark"
  case chooseColumns = "neighbours.columns"

  case switchHeatmap = "heatmap.texts"
  case switchRange = "heatmap.range"
  case compareMore = "heatmap.more"
  case compareFewer = "heatmap.fewer"
  case switchRamp = "heatmap.ramp"
  case switchOrder = "heatmap.order"
  case editText = "list.edit"
  case loadTexts = "list.load"

  case tokensPanel = "tokens.panel"
  case tokensSide = "tokens.side"
  case tokensOrder = "tokens.order"
  case tokensValues = "tokens.values"

  case openHead = "attention.head"
  case attentionSide = "attention.side"
  case nextHead = "attention.next"
  case previousHead = "attention.previous"

  case takeLayer = "layers.take"
  case followText = "layers.follow"

  case openGridRecipe = "grid.open"
  case editInstruction = "grid.edit"
  case addInstruction = "grid.add"
  case removeInstruction = "grid.remove"

  case readCompared = "compare.read"
  case swapSides = "compare.swap"
  case letGo = "compare.let-go"
  case compareDeeper = "compare.deeper"
  case compareShallower = "compare.shallower"
  case openQueryFile = "compare.file"
  case switchComparison = "compare.queries"

  case readFound = "vectors.read"
  case weighMore = "vectors.more"
  case weighLess = "vectors.less"

  case switchMapMethod = "map.method"
  case colorMap = "map.color"
  case zoomMapIn = "map.zoom-in"
  case zoomMapOut = "map.zoom-out"
  case showWholeMap = "map.whole"
  case panMapLeft = "map.pan-left"
  case panMapRight = "map.pan-right"
  case panMapUp = "map.pan-up"
  case panMapDown = "map.pan-down"
  case goToNearest = "map.nearest"
  case switchMapLinks = "map.links"
  case switchMapTrust = "map.trust"
  case switchMapLetters = "map.letters"
  case stopMap = "map.stop"

  case takeMetric = "metric.take"

  case accept = "popup.accept"
  case toggle = "popup.toggle"
  case switchSide = "popup.side"

  case saveSession = "session.save"
  case assertTop = "session.assert-top"

  case suspend = "suspend"
  case interrupt = "interrupt"
  case quit = "quit"

  /// Where the keys are when an action hears them.
  enum Place: Hashable, CaseIterable, Sendable {
    case query
    /// The pane of a view.
    case view(View)
    /// A popup with a list and nothing to type.
    case list
    /// A popup with a line to type in.
    case field
    /// A popup to read.
    case page

    static let allCases: [Place] = [.query] + View.allCases.map { .view($0) } + [.list, .field, .page]
    static let panes = Set(View.allCases.map { Place.view($0) })
    static let main = panes.union([.query])
    static let everywhere = Set(allCases)

    /// True where printable keys write text.
    var isTyping: Bool { self == .query || self == .field }

    /// How the table of keys names it.
    var name: String {
      switch self {
      case .query: "in the query"
      case .view(let view): "in \(view.title)"
      case .list: "in a list"
      case .field: "in a popup's line"
      case .page: "in a text"
      }
    }
  }

  /// The view that the action brings on the screen; nil for other actions.
  var shownView: View? {
    switch self {
    case .showNeighbours: .neighbours
    case .showHeatmap: .heatmap
    case .showTokens: .tokens
    case .showAttention: .attention
    case .showLayers: .layers
    case .showGrid: .grid
    case .showCompare: .compare
    case .showVectors: .vectors
    case .showMap: .map
    case .showDims: .dims
    case .showMetric: .metric
    default: nil
    }
  }

  /// The view whose own action it is; nil for those of the whole explorer.
  var view: View? { Self.owners[self] }

  private static let owners: [Action: View] = allCases.reduce(into: [:]) { owners, action in
    owners[action] = View.allCases.first { $0.content.row(of: action) != nil }
  }
}
