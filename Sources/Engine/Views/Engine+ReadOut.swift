import Retrieval
import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Recipes

extension Engine {
  /// The open corpus read out for a recipe; what has no vectors under its encoding is encoded first.
  ///
  /// The encoding in use is never filled here: its own work does that, and what has come so far is searched.
  func readOut(
    _ recipe: Recipe, encoding: (@Sendable (Indexer.Progress) -> Void)? = nil
  ) async throws -> CollectionVectors {
    let embedder = try await embedder(of: recipe.documents)
    if let vectors = corpus?.vectors(for: recipe, embedder) { return vectors }
    guard let collection = corpus?.collection else { throw EngineError.noCorpus }
    let key = OpenCorpus.Key(recipe)
    let indexer = Indexer(embedder, store: try await store())
    let pooled = try await vectors(key, of: collection, indexer)
    if !pooled.isComplete {
      try await indexer.fill(pooled, of: collection, recipe.documents, layer: recipe.readout.layer) {
        encoding?($0)
      } storeFailed: { [storeFailure] error in
        storeFailure.tell(error)
      }
    }
    try Task.checkCancellation()
    guard corpus?.collection == collection else { throw CancellationError() }
    corpus?.keep(pooled, for: key)
    guard let vectors = corpus?.vectors(for: recipe, embedder) else { throw EngineError.noCorpus }
    return vectors
  }

  /// The vector of a query, `[dimensions]`; a query that was traced calls no encoder.
  func queryVector(_ query: String, _ recipe: Recipe) async throws -> [Float] {
    let embedder = try await embedder(of: recipe.queries)
    let prepared = embedder.prepare(query, recipe.queries)
    return try await vector(
      trace(prepared, of: query, recipe.queries, embedder).trace, recipe, embedder)
  }

  /// The nearest texts to a vector, with all that lists show of them.
  func list(
    nearestTo vector: [Float], _ recipe: Recipe, in vectors: CollectionVectors, top: Int,
    priority: WorkerTeam.Priority = .bulk
  ) async throws -> NeighbourList {
    let result = try await vectors.nearest(to: vector, top: top, priority: priority)
    return NeighbourList(
      neighbours: result.found.map { neighbour($0.row, $0.score, recipe, in: vectors) },
      metric: recipe.metric,
      fingerprint: recipe.fingerprint, searched: result.searched, total: vectors.collection.texts.count,
      similarities: nil, encodeMilliseconds: nil, rankMilliseconds: 0)
  }

  /// A found text with its fields and its place in the background.
  func neighbour(
    _ row: Int, _ score: Float, _ recipe: Recipe, in vectors: CollectionVectors
  ) -> NeighbourList.Neighbour {
    let place = vectors.collection.passages[row].parent
    let text = vectors.collection.texts[place]
    let background = corpus?.backgrounds[recipe.fingerprint]
    return NeighbourList.Neighbour(
      id: text.id, text: text.embeddedText,
      fields: text.fields.map { NeighbourList.Field(name: $0.name, value: $0.value) }, score: score,
      percentile: background?.background.percentile(of: score),
      tokens: vectors.pooled.tokenCount(of: row), hubCount: background?.hubs[place])
  }
}
