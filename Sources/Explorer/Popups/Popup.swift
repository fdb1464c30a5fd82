import Recipes
import Screen

/// What lies over the screen and hears the keys first.
enum Popup: Equatable, Sendable {
  /// Instruction, pooling or metric.
  case recipe(RecipePopup)
  case model(ModelPopup)
  case corpus(CorpusPopup)
  /// The state's offer to fetch a model.
  case pull
  case history(HistoryPopup)
  case theme(ThemePopup)
  case view(ViewPopup)
  case palette(ActionPopup)
  case help(ActionPopup)
  case text(TextPopup)
  case columns(ColumnsPopup)
  case line(LinePopup)
  case export(ExportPopup)

  /// Where keys are while it is open.
  var place: Action.Place {
    switch self {
    case .recipe(let popup): popup.isTyping ? .field : .list
    case .model, .corpus, .history, .palette, .help, .line, .export: .field
    case .theme, .view, .columns: .list
    case .pull, .text: .page
    }
  }

  /// The action that opens it.
  var opener: Action {
    switch self {
    case .recipe(let popup): popup.subject.opener
    case .model: .chooseModel
    case .corpus: .openCorpus
    case .pull: .pullModel
    case .history: .openHistory
    case .theme: .chooseTheme
    case .view: .chooseView
    case .palette: .palette
    case .help: .help
    case .text: .openText
    case .columns: .chooseColumns
    case .line(let popup): popup.opener
    case .export: .exportView
    }
  }

  /// What Enter does, in a word.
  var deed: String {
    switch self {
    case .recipe, .theme, .view, .columns: "Keep"
    case .model: "Load"
    case .corpus: "Open"
    case .pull: "Fetch"
    case .history: "Take"
    case .palette, .help: "Run"
    case .text: "Close"
    case .line(let popup): popup.deed
    case .export: "Write"
    }
  }

  /// The list that the keys move in; nil where there is none.
  var list: PopupList? {
    get {
      switch self {
      case .recipe(let popup): popup.list
      case .model(let popup): popup.list
      case .history(let popup): popup.list
      case .theme(let popup): popup.list
      case .view(let popup): popup.list
      case .palette(let popup), .help(let popup): popup.list
      case .columns(let popup): popup.list
      case .export(let popup): popup.list
      case .corpus, .pull, .text, .line: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .recipe(var popup):
        popup.list = newValue
        self = .recipe(popup)
      case .model(var popup):
        popup.list = newValue
        self = .model(popup)
      case .history(var popup):
        popup.list = newValue
        self = .history(popup)
      case .theme(var popup):
        popup.list = newValue
        self = .theme(popup)
      case .view(var popup):
        popup.list = newValue
        self = .view(popup)
      case .palette(var popup):
        popup.list = newValue
        self = .palette(popup)
      case .help(var popup):
        popup.list = newValue
        self = .help(popup)
      case .columns(var popup):
        popup.list = newValue
        self = .columns(popup)
      case .export(var popup):
        popup.list = newValue
        self = .export(popup)
      case .corpus, .pull, .text, .line: break
      }
    }
  }
}

/// A line for the path of a corpus.
struct CorpusPopup: Equatable, Sendable {
  var field = TextField()
  var failure: Failure?
}

/// The offer to fetch a model that is not on this machine, and how far that is.
struct PullOffer: Equatable, Sendable {
  enum Phase: Equatable, Sendable {
    case offered
    case running(PullProgress?)
    case failed(Failure)
  }

  var name: String
  /// Why the model is not there.
  var reason: String
  var phase = Phase.offered

  var isRunning: Bool {
    if case .running = phase { true } else { false }
  }
}
