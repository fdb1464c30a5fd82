import Recipes
import Screen

/// What a view asked for last, and what is there to show.
struct Inquiry: Equatable, Sendable {
  struct Shown: Equatable, Sendable {
    var request: ViewRequest
    var result: ViewResult
  }

  /// The latest request.
  var asked: ViewRequest?
  /// The latest answer, maybe to an earlier request, maybe not yet whole.
  var shown: Shown?
  var progress: ViewProgress?
  /// Why the latest request has no answer.
  var failure: Failure?
}

/// The inquiries of all views.
struct Inquiries: Equatable, Sendable {
  private var inquiries = [Inquiry](repeating: Inquiry(), count: ViewRequest.Kind.allCases.count)

  subscript(kind: ViewRequest.Kind) -> Inquiry {
    get { inquiries[kind.rawValue] }
    set { inquiries[kind.rawValue] = newValue }
  }
}

extension State {
  /// Asks for what the views on the screen need and have not asked for yet.
  mutating func requestForViews(_ recipe: Recipe) -> [Effect] {
    var wanted = standingRequests(recipe)
    for pane in layout.panes where modelUnavailable == nil {
      wanted += pane.view.content.requests(self, recipe)
    }
    return wanted.compactMap { ask($0) }
  }

  /// What is needed whatever the screen shows.
  private func standingRequests(_ recipe: Recipe) -> [ViewRequest] {
    [backgroundRequest(recipe), frozenRequest(recipe)].compactMap(\.self)
  }

  private mutating func ask(_ request: ViewRequest) -> Effect? {
    guard inquiries[request.kind].asked != request else { return nil }
    inquiries[request.kind].asked = request
    inquiries[request.kind].failure = nil
    inquiries[request.kind].progress = nil
    return .compute(request, generation: requests.begin(.view(request.kind)))
  }

  /// Takes what the engine says about a view's request.
  mutating func takeForViews(_ answer: Answer) {
    switch answer {
    case .computed(let kind, let result, let generation):
      guard requests.accept(.view(kind), generation: generation), let request = inquiries[kind].asked else {
        return
      }
      inquiries[kind].shown = .init(request: request, result: result)
      inquiries[kind].progress = nil
    case .computing(let kind, let progress, let generation):
      guard requests.accept(.view(kind), generation: generation, isLast: false) else { return }
      inquiries[kind].progress = progress
      if let partial = progress.partial, let request = inquiries[kind].asked {
        inquiries[kind].shown = .init(request: request, result: partial)
      }
    case .computationFailed(let kind, let failure, let generation):
      guard requests.accept(.view(kind), generation: generation) else { return }
      inquiries[kind].failure = failure
      inquiries[kind].progress = nil
    default: break
    }
  }

  /// Stops work for a view; the same request is not made again until it differs, or `forget` is called.
  mutating func stop(_ kind: ViewRequest.Kind) -> [Effect] {
    guard requests.isOutstanding(.view(kind)) else { return [] }
    requests.abandon(.view(kind))
    inquiries[kind].progress = nil
    return [.cancelComputation(kind)]
  }

  /// True where what is shown answers the latest request, whole.
  func isCurrent(_ kind: ViewRequest.Kind) -> Bool {
    guard let shown = inquiries[kind].shown else { return false }
    return shown.request == inquiries[kind].asked && !requests.isOutstanding(.view(kind))
  }

  /// True once what is shown has been out of date for longer than a moment.
  func isMarked(_ kind: ViewRequest.Kind) -> Bool {
    guard let shown = inquiries[kind].shown, shown.request != inquiries[kind].asked else { return false }
    return !requests.isOutstanding(.view(kind)) || requests.isSlow(.view(kind))
  }

  /// Why a view that lives of one kind of answer has nothing to show; nil where it has an answer.
  func unavailable(_ kind: ViewRequest.Kind, needsCorpus: Bool = true, needsQuery: Bool = true) -> String? {
    if let reason = modelUnavailable { return reason }
    if needsCorpus, let reason = corpusUnavailable { return reason }
    if needsQuery, query.field.isEmpty { return "the query is empty" }
    if inquiries[kind].shown != nil { return nil }
    if let failure = inquiries[kind].failure { return failure.sentence }
    if needsCorpus, let reason = indexUnavailable { return reason }
    return "it is being computed: \(kind.work)"
  }

  /// The state of the corpus that results belong to; while it is indexed it changes in steps of a tenth.
  var corpusStamp: CorpusStamp {
    guard let progress = corpus.indexing else { return CorpusStamp(version: corpus.version, indexed: 0) }
    let step = max(1, progress.total / 10)
    let indexed = progress.done >= progress.total ? progress.done : progress.done / step * step
    return CorpusStamp(version: corpus.version, indexed: indexed)
  }
}
