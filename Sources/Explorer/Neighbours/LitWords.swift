import Recipes
import Screen

/// The matching words of the texts that have been on the screen, as they come in.
struct LitWords: Equatable, Sendable {
  /// What words belong to: they do not change while more of the corpus is indexed.
  private struct Key: Equatable, Sendable {
    var query: String
    var fingerprint: String
    var corpus: Int
  }

  private var key: Key?
  private var taken: Inquiry.Shown?
  private var isWhole = false
  /// By id; empty for a text without any.
  private var spans: [String: [Highlights.Span]] = [:]

  /// Adds the words of an answer, whole or so far; those of another query or recipe go.
  mutating func take(_ shown: Inquiry.Shown, isWhole: Bool) {
    guard shown != taken || isWhole != self.isWhole, case .highlights(let request) = shown.request,
      case .highlights(let highlights) = shown.result
    else { return }
    taken = shown
    self.isWhole = isWhole
    let key = Key(
      query: request.query, fingerprint: request.recipe.fingerprint, corpus: request.corpus.version)
    if key != self.key {
      self.key = key
      spans = [:]
    }
    for id in request.ids {
      if let found = highlights.spans[id] {
        spans[id] = found
      } else if isWhole, spans[id] == nil {
        spans[id] = []
      }
    }
  }

  /// The words of a text of a list; nil while they are not known.
  func spans(of id: String, in shown: NeighboursState.Shown) -> [Highlights.Span]? {
    guard let key, key.query == shown.query, key.fingerprint == shown.list.fingerprint,
      key.corpus == shown.corpus
    else { return nil }
    return spans[id]
  }
}

extension State {
  /// The words of texts on the screen that are not known yet, once the list is current.
  ///
  /// Moving through the choices of a popup asks for none: texts that come up would have to be encoded for them.
  func highlightsRequest(_ recipe: Recipe) -> ViewRequest? {
    if case .recipe = popup { return nil }
    guard neighboursAreCurrent, !requests.isOutstanding(.search), let shown = neighbours.shown else {
      return nil
    }
    let texts = shown.list.neighbours
    let ids = neighbours.rows.visible.filter(texts.indices.contains).map { texts[$0].id }.filter {
      neighbours.lit.spans(of: $0, in: shown) == nil
    }
    guard !ids.isEmpty else { return nil }
    var request = HighlightsRequest(query: shown.query, recipe: recipe, corpus: corpusStamp, ids: ids)
    // The words come text by text: a request under way that has these too goes on.
    if requests.isOutstanding(.view(.highlights)),
      case .highlights(let asked)? = inquiries[.highlights].asked,
      Set(ids).isSubset(of: asked.ids)
    {
      request.ids = asked.ids
    }
    return .highlights(request)
  }

  /// Takes what has come.
  mutating func settleLitWords() {
    guard let shown = inquiries[.highlights].shown else { return }
    neighbours.lit.take(shown, isWhole: isCurrent(.highlights))
  }

  /// The matching words of a text of the list; none while they are not known.
  func litSpans(of id: String) -> [Highlights.Span] {
    neighbours.shown.flatMap { neighbours.lit.spans(of: id, in: $0) } ?? []
  }
}
