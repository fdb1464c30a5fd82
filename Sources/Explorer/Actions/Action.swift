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
  case nextView = "view.next"
  case chooseTheme = "theme.choose"
  case openCorpus = "corpus.open"
  case openHistory = "history.open"
  case pullModel = "model.pull"
  case resetRecipe = "recipe.reset"

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
  case addQuery = "list.add-query"
  case addSelected = "list.add-selected"
  case removeText = "list.remove"
  case clearList = "list.clear"
  case pasteLines = "list.paste"
  case switchHeatmap = "heatmap.texts"
  case switchRange = "heatmap.range"
  case compareMore = "heatmap.more"
  case compareFewer = "heatmap.fewer"

  case accept = "popup.accept"
  case toggle = "popup.toggle"
  case switchSide = "popup.side"

  case suspend = "suspend"
  case interrupt = "interrupt"
  case quit = "quit"

  /// Where the keys are when an action hears them.
  enum Place: String, CaseIterable, Sendable {
    case query = "in the query"
    case neighbours = "in Neighbours"
    case heatmap = "in Heatmap"
    /// A popup with a list and nothing to type.
    case list = "in a list"
    /// A popup with a line to type in.
    case field = "in a popup's line"
    /// A popup to read.
    case page = "in a text"

    static let panes: Set<Place> = [.neighbours, .heatmap]
    static let main: Set<Place> = [.query, .neighbours, .heatmap]
    static let everywhere = Set(Place.allCases)

    /// True where printable keys write text.
    var isTyping: Bool { self == .query || self == .field }
  }
}
