import Recipes

/// One thing that the explorer shows.
public enum View: String, CaseIterable, Sendable {
  case neighbours
  case heatmap
  case tokens
  case attention
  case layers
  case grid = "pooling-instruction"
  case compare
  case vectors
  case map
  case dims
  case metric

  public var title: String {
    switch self {
    case .neighbours: "Neighbours"
    case .heatmap: "Heatmap"
    case .tokens: "Tokens"
    case .attention: "Attention"
    case .layers: "Layers"
    case .grid: "Pooling × instruction"
    case .compare: "Compare"
    case .vectors: "Vectors"
    case .map: "Map"
    case .dims: "Dims"
    case .metric: "Metric"
    }
  }

  /// What it shows and how to read it, in one line.
  public var help: String {
    switch self {
    case .neighbours: "The nearest texts: rank, bar, score, percentile; underlined words match"
    case .heatmap: "How near texts are to each other; the cursor reads out, m takes others"
    case .tokens: "Why a text matches: each token's share of the score, tokens × tokens"
    case .attention: "Which tokens look at which: a map for each head of each layer, one large"
    case .layers: "The nearest texts at every layer, and where the first one settles"
    case .grid:
      "What each pooling finds with each instruction; Enter takes a recipe"
    case .compare: "Two recipes or models side by side: lines join the ranks of each text"
    case .vectors: "Arithmetic: type +king -man +woman, or cheap -> dear for an axis"
    case .map: "Texts as points, near ones together where two dimensions can show it"
    case .dims: "What cutting the vector costs: how many of the ten nearest stay, by size"
    case .metric: "Cosine, dot and distance side by side: what each finds, and how long it is"
    }
  }

  /// The state, update and drawing of the view.
  var content: any PaneContent.Type {
    switch self {
    case .neighbours: NeighboursContent.self
    case .heatmap: HeatmapContent.self
    case .tokens: TokensContent.self
    case .attention: AttentionContent.self
    case .layers: LayersContent.self
    case .grid: GridContent.self
    case .compare: CompareContent.self
    case .vectors: VectorsContent.self
    case .map: MapContent.self
    case .dims: DimsContent.self
    case .metric: MetricsContent.self
    }
  }

  /// The view that stands beside Neighbours in two panes.
  var beside: View { self == .neighbours ? .heatmap : self }

  /// True for a view that has lists of its own side by side and takes the room of both panes.
  var isWide: Bool { self == .compare }

  /// Why the view has nothing to show; nil where it has.
  public func unavailable(_ state: State) -> String? { content.unavailable(state) }
}

extension State {
  /// Why no vector can be made; nil where one can.
  var modelUnavailable: String? {
    if recipe != nil { return nil }
    if requests.isOutstanding(.model) { return "\(model.wanted) is loading" }
    if requests.isOutstanding(.pull) { return "\(model.wanted) is being pulled" }
    let choose = hint(.chooseModel, "chooses one")
    guard let failure = model.failure else { return "no model is loaded; \(choose)" }
    return "no model is loaded: \(failure.message); \(choose)"
  }

  /// Why there is nothing to search in; nil where there is.
  var corpusUnavailable: String? {
    if let summary = corpus.summary {
      return summary.count == 0 ? "\(summary.name) has no texts" : nil
    }
    if requests.isOutstanding(.corpus) { return "\(corpus.wanted.joined(separator: ", ")) is opening" }
    let open = hint(.openCorpus, "opens one")
    guard let failure = corpus.failure else { return "no corpus is open; \(open)" }
    return "no corpus is open: \(failure.message); \(open)"
  }

  /// Why no text can be found yet; nil where some can.
  var indexUnavailable: String? {
    if let failure = corpus.indexingFailure, (corpus.indexing?.done ?? 0) == 0 { return failure.sentence }
    guard let progress = corpus.indexing else { return "the texts have no vectors yet" }
    guard progress.done == 0, progress.total > 0 else { return nil }
    return "none of \(Numbers.count(progress.total, "text")) has a vector yet"
  }

  /// An action as a hint: its key and what it does, or its name for the palette.
  func hint(_ action: Action, _ deed: String) -> String {
    if let key = bindings.label(for: action, in: place) { return "\(key) \(deed)" }
    let palette = bindings.label(for: .palette, in: place) ?? Action.palette.name
    return "“\(action.name)” in the palette (\(palette)) \(deed)"
  }
}
