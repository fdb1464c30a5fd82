import Corpora
import Embedding
import Engine
import Indexing
import Kernels
import Recipes

/// A collection under one recipe, ready for queries: what `search` and the plain mode work with.
struct CorpusSearch {
  /// A text that a query found.
  struct Hit {
    var rank: Int
    var text: CorpusText
    var score: Float
  }

  private let embedder: TextEmbedder
  private let recipe: Recipe
  private let vectors: CollectionVectors

  var metric: Metric { recipe.metric }

  /// Indexes what is not stored yet, with a progress line.
  ///
  /// Without a store, vectors live in memory. `warn` takes what went wrong without stopping anything.
  init(
    _ collection: TextCollection, _ recipe: Recipe, _ embedder: TextEmbedder, store: CollectionStore?,
    keptCodes: KeptCodes, warn: @escaping @Sendable (String) -> Void
  ) async throws {
    self.embedder = embedder
    self.recipe = recipe
    let (pooled, indexer) = Self.open(collection, recipe, embedder, store, warn)
    let progress = ProgressLine("indexing")
    try await indexer.fill(pooled, of: collection, recipe.documents, layer: recipe.readout.layer) { done in
      progress.show(done.done, of: done.total, unit: "texts")
    } storeFailed: { error in
      warn("\(error)")
    }
    progress.finish()
    if let truncation = pooled.truncation(recipe.documents) { warn(truncation) }
    vectors = CollectionVectors(
      pooled, of: collection, readout: recipe.readout, metric: recipe.metric, embedder: embedder,
      keptCodes: keptCodes)
  }

  /// What is stored, and what indexes the rest: without the store where that cannot be read.
  private static func open(
    _ collection: TextCollection, _ recipe: Recipe, _ embedder: TextEmbedder, _ store: CollectionStore?,
    _ warn: (String) -> Void
  ) -> (PooledCollection, Indexer) {
    let indexer = Indexer(embedder, store: store)
    do throws(StoreError) {
      return (try indexer.open(collection, recipe.documents, layer: recipe.readout.layer), indexer)
    } catch {
      warn("\(error)")
      return (
        indexer.empty(collection, recipe.documents, layer: recipe.readout.layer),
        Indexer(embedder, store: nil)
      )
    }
  }

  /// Keeps what the next search of these texts need not make again.
  func keepCodes() async { await vectors.keepCodes() }

  /// The texts nearest to a query, best first.
  func nearest(_ query: String, top: Int) async throws -> [Hit] {
    let vector = try await embedder.embed([query], recipe.queries, recipe.readout, priority: .interactive)
      .vectors.row(0)
    let collection = vectors.collection
    let top = min(top, collection.texts.count)
    let found = try await vectors.nearest(to: vector, top: top, priority: .interactive).found
    return found.enumerated().map { index, found in
      Hit(
        rank: index + 1, text: collection.texts[collection.passages[found.row].parent], score: found.score)
    }
  }
}

extension Metric {
  /// A score as a person reads it: distances positive.
  func shown(_ score: Float) -> String {
    let value = isDistance ? -score : score
    let rounded = (value * 1000).rounded() / 1000
    return String(describing: rounded == 0 ? 0 : rounded).padded(toDecimals: 3)
  }
}

extension String {
  /// The decimal number with at least so many digits behind the point.
  fileprivate func padded(toDecimals count: Int) -> String {
    guard let point = firstIndex(of: ".") else { return self }
    let decimals = distance(from: point, to: endIndex) - 1
    return self + String(repeating: "0", count: max(0, count - decimals))
  }
}
