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
  case palette(ActionPopup)
  case help(ActionPopup)
  case text(TextPopup)

  /// Where keys are while it is open.
  var place: Action.Place {
    switch self {
    case .recipe(let popup): popup.isTyping ? .field : .list
    case .model, .corpus, .history, .palette, .help: .field
    case .theme: .list
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
    case .palette: .palette
    case .help: .help
    case .text: .openText
    }
  }

  /// What Enter does, in a word.
  var deed: String {
    switch self {
    case .recipe, .theme: "Keep"
    case .model: "Load"
    case .corpus: "Open"
    case .pull: "Fetch"
    case .history: "Take"
    case .palette, .help: "Run"
    case .text: "Close"
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
      case .palette(let popup), .help(let popup): popup.list
      case .corpus, .pull, .text: nil
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
      case .palette(var popup):
        popup.list = newValue
        self = .palette(popup)
      case .help(var popup):
        popup.list = newValue
        self = .help(popup)
      case .corpus, .pull, .text: break
      }
    }
  }
}

/// A line for the path of a corpus.
struct CorpusPopup: Equatable, Sendable {
  var field = TextField()
  var failure: Failure?
}

/// The whole of one text, to read.
struct TextPopup: Equatable, Sendable {
  var neighbour: NeighbourList.Neighbour
  var metric: Metric
  var rank: Int
  /// The text and its fields, wrapped to `columns`.
  private(set) var lines: [String] = []
  private(set) var columns = 0
  var scroll = ScrollList()

  /// More is not shown: a text of megabytes would take seconds to wrap.
  private static let characterLimit = 100_000

  init(neighbour: NeighbourList.Neighbour, metric: Metric, rank: Int) {
    self.neighbour = neighbour
    self.metric = metric
    self.rank = rank
  }

  /// Wraps the text to a size.
  mutating func fit(_ size: Size) {
    if size.columns != columns {
      columns = size.columns
      lines = shownText.wrapped(to: columns)
    }
    scroll.fit(count: lines.count, height: size.rows)
  }

  private var shownText: String {
    let start = neighbour.text.prefix(Self.characterLimit)
    let isCut = start.endIndex < neighbour.text.endIndex
    let body =
      String(start) + (isCut ? "… (the first \(Numbers.grouped(Self.characterLimit)) characters)" : "")
    let fields = neighbour.fields.map { "\($0.name): \($0.value.prefix(Self.characterLimit))" }
    return body + (fields.isEmpty ? "" : "\n\n" + fields.joined(separator: "\n"))
  }

  var title: String {
    let measure = metric.isDistance ? "distance" : "score"
    let percentile = neighbour.percentile.map { " · " + Numbers.percentile($0) } ?? ""
    return
      "\(neighbour.id) · rank \(rank) · \(measure) \(Numbers.score(neighbour.score, metric))\(percentile)"
  }
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
