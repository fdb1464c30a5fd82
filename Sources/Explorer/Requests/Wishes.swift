import Recipes
import Screen

/// What was asked of the engine last, to tell what the present state needs besides.
struct Wishes: Equatable, Sendable {
  struct Index: Equatable, Sendable {
    var request: IndexRequest
    var corpus: Int
  }

  struct Search: Equatable, Sendable {
    var request: SearchRequest
    var corpus: Int
    /// How many texts had vectors when it was asked.
    var indexed: Int
    /// The recipe whose background was there, so that scores have percentiles.
    var background: String?
  }

  var index: Index?
  var search: Search?
  var comparison: SimilarityRequest?
}

extension State {
  /// How many neighbours a search asks for.
  static let neighbourCount = 100

  /// Asks for whatever the present state needs and was not asked for yet.
  ///
  /// What a change costs follows from what the requests are made of: the pooling is part of the search
  /// alone, the prompt of documents part of the index and of the search.
  mutating func requestWhatIsMissing() -> [Effect] {
    guard let recipe = recipe?.recipe else { return [] }
    return requestIndex(recipe) + requestSearch(recipe) + requestComparison(recipe) + requestForViews(recipe)
  }

  private mutating func requestIndex(_ recipe: Recipe) -> [Effect] {
    guard corpus.summary != nil else { return [] }
    let wish = Wishes.Index(
      request: IndexRequest(documents: recipe.documents, layer: recipe.readout.layer),
      corpus: corpus.version)
    guard wish != wishes.index else { return [] }
    wishes.index = wish
    corpus.indexing = nil
    corpus.indexingFailure = nil
    return [.index(wish.request, generation: requests.begin(.index))]
  }

  private mutating func requestSearch(_ recipe: Recipe) -> [Effect] {
    guard !query.field.text.isEmpty else {
      wishes.search = nil
      if requests.isOutstanding(.search) { requests.abandon(.search) }
      return []
    }
    let indexed = corpus.indexing?.done ?? 0
    let wish = Wishes.Search(
      request: SearchRequest(
        query: query.field.text, recipe: recipe, top: Self.neighbourCount,
        compared: shows(.heatmap) && heatmap.mode != .list ? comparedCount : 0),
      corpus: corpus.version, indexed: indexed, background: background?.fingerprint)
    if let last = wishes.search, last.serves(wish), !hasGrown(since: last) { return [] }
    wishes.search = wish
    neighbours.progress = nil
    return [.search(wish.request, generation: requests.begin(.search))]
  }

  /// True once enough texts have come that a search is worth repeating, at most one at a time.
  private func hasGrown(since last: Wishes.Search) -> Bool {
    guard !requests.isOutstanding(.search), let progress = corpus.indexing else { return false }
    let step = last.indexed == 0 || progress.done == progress.total ? 1 : max(1, progress.total / 100)
    return progress.done >= last.indexed + step
  }

  private mutating func requestComparison(_ recipe: Recipe) -> [Effect] {
    guard heatmap.texts.count >= 2 else {
      wishes.comparison = nil
      if requests.isOutstanding(.compare) { requests.abandon(.compare) }
      return []
    }
    guard shows(.heatmap), heatmap.mode == .list else { return [] }
    let wish = SimilarityRequest(texts: heatmap.texts, recipe: recipe)
    guard wish != wishes.comparison else { return [] }
    wishes.comparison = wish
    return [.compare(wish, generation: requests.begin(.compare))]
  }
}

extension Wishes.Search {
  /// True where the answer to this request has all that another one asks for.
  fileprivate func serves(_ other: Wishes.Search) -> Bool {
    var request = other.request
    guard self.request.compared >= request.compared else { return false }
    request.compared = self.request.compared
    return corpus == other.corpus && self.request == request
      && (other.background == nil || background == other.background)
  }
}
