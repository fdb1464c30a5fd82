import Tokenization
import Corpora
import Embedding
import Explorer
import Kernels
import Recipes
import Retrieval

extension Engine {
  /// How many words of a text are lit at most.
  private static let wordLimit = 6
  /// The tokens of a text that are looked at.
  private static let tokenLimit = 512

  /// The words of some texts that are nearest to the query, each text as soon as it is looked at.
  func highlights(_ request: HighlightsRequest, _ report: ReportProgress) async throws -> Highlights {
    let recipe = request.recipe
    let embedder = try await embedder(of: recipe.documents)
    guard let collection = corpus?.collection else { throw EngineError.noCorpus }
    let query = try await queryVector(request.query, recipe)
    let texts = try await texts(request.ids, of: collection)
    var highlights = Highlights(spans: [:])
    for (done, id) in request.ids.enumerated() {
      guard let text = texts[id] else { continue }
      highlights.spans[id] = try await spans(of: text, near: query, recipe, embedder)
      report(
        ViewProgress(done: done + 1, total: request.ids.count, partial: .highlights(highlights)))
    }
    return highlights
  }

  /// The texts of some ids; those that a search has just found need not be looked for.
  private func texts(_ ids: [String], of collection: TextCollection) async throws -> [String: String] {
    let found = corpus?.found ?? [:]
    var texts: [String: String] = [:]
    var others: Set<String> = []
    for id in ids {
      if let place = found[id] {
        texts[id] = collection.texts[place].embeddedText
      } else {
        others.insert(id)
      }
    }
    guard !others.isEmpty else { return texts }
    let wanted = others
    let rest = try await settings.team.perform(.bulk) { _ in
      Dictionary(
        collection.texts.lazy.filter { wanted.contains($0.id) }.map { ($0.id, $0.embeddedText) },
        uniquingKeysWith: { first, _ in first })
    }
    return texts.merging(rest) { first, _ in first }
  }

  private func spans(
    of text: String, near query: [Float], _ recipe: Recipe, _ embedder: TextEmbedder
  ) async throws -> [Highlights.Span] {
    let trace = try await documentTrace(text, recipe, embedder)
    // As far as the score is a sum over tokens, a token's product with the query is its share of it.
    var readout = recipe.readout
    readout.normalizes = false
    guard
      let tokens = try await embedder.tokenVectors(trace, readout, limit: Self.tokenLimit, priority: .bulk)
    else { return [] }
    let scores = similarities(
      Matrix(rows: 1, columns: query.count, values: query), tokens, metric: .dot, kernels: embedder.kernels
    ).row(0)
    let prompt = trace.text.string.unicodeScalars.count - text.unicodeScalars.count
    guard prompt >= 0, trace.text.string.hasSuffix(text) else { return [] }
    var words: [(range: Range<Int>, score: Float)] = []
    for (index, score) in scores.enumerated() where !trace.text.tokens.special[index] {
      let offsets = trace.text.tokens.offsets[index]
      guard offsets.lowerBound >= prompt, !offsets.isEmpty, score.isFinite else { continue }
      let range = offsets.lowerBound - prompt..<offsets.upperBound - prompt
      // Pieces of one word have no space between them.
      if let last = words.last, last.range.upperBound == range.lowerBound {
        words[words.count - 1] = (last.range.lowerBound..<range.upperBound, max(last.score, score))
      } else {
        words.append((range, score))
      }
    }
    return strongest(words)
  }

  /// The words that stand out: above the mean of the text by half of the way to its best.
  private func strongest(_ words: [(range: Range<Int>, score: Float)]) -> [Highlights.Span] {
    guard let best = words.map(\.score).max(), words.count > 1 else { return [] }
    let mean = words.reduce(0) { $0 + $1.score } / Float(words.count)
    guard best > mean else { return [] }
    let lit = words.map { ($0.range, strength: ($0.score - mean) / (best - mean)) }.filter {
      $0.strength >= 0.5
    }
    return lit.sorted { $0.strength > $1.strength }.prefix(Self.wordLimit)
      .sorted { $0.0.lowerBound < $1.0.lowerBound }
      .map { Highlights.Span(range: $0.0, strength: $0.strength) }
  }

  /// The states of a text that the readout needs; those of shown texts are kept.
  func documentTrace(_ text: String, _ recipe: Recipe, _ embedder: TextEmbedder) async throws -> Trace {
    if let trace = documentTraces.find(text, recipe.documents),
      trace.hiddenStates[recipe.readout.layer] != nil
    {
      return trace
    }
    let trace = try await embedder.trace(
      embedder.prepare(text, recipe.documents), precision: recipe.documents.precision, for: recipe.readout,
      priority: .bulk)
    documentTraces.add(trace, of: text, recipe.documents)
    return trace
  }
}
