import Recipes

/// One thing that the explorer shows.
public enum View: String, CaseIterable, Sendable {
  case neighbours
  case heatmap

  public var title: String {
    switch self {
    case .neighbours: "Neighbours"
    case .heatmap: "Heatmap"
    }
  }

  /// What it shows and how to read it, in one line.
  public var help: String {
    switch self {
    case .neighbours:
      "The texts nearest to the query: rank, bar, score, percentile, text"
    case .heatmap:
      "How near texts are to each other: lighter is nearer; arrows read out"
    }
  }

  /// The view that stands beside Neighbours in two panes.
  var beside: View { self == .neighbours ? .heatmap : self }

  var next: View {
    let all = Self.allCases
    let index = all.firstIndex(of: self) ?? 0
    return all[(index + 1) % all.count]
  }

  /// Where keys are when the view has the focus.
  var place: Action.Place {
    switch self {
    case .neighbours: .neighbours
    case .heatmap: .heatmap
    }
  }

  /// Why the view has nothing to show; nil where it has.
  public func unavailable(_ state: State) -> String? {
    switch self {
    case .neighbours: state.neighboursUnavailable
    case .heatmap: state.heatmapUnavailable
    }
  }
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
