import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval

extension Engine {
  /// A partial answer comes after each of so many parts of the sweep.
  private static let sweepParts = 8

  /// The nearest texts at every layer; the collection is encoded once for all layers, as far as memory allows.
  func layers(_ request: LayersRequest, _ report: @escaping ReportProgress) async throws -> LayerSweep {
    let recipe = request.recipe
    let embedder = try await embedder(of: recipe.documents)
    guard let collection = corpus?.collection else { throw EngineError.noCorpus }
    let indexer = Indexer(embedder, store: nil)
    let pooled = sweptLayers(of: recipe.documents, indexer)
    let limits = SweepLimits(
      passages: collection.passages.count, bytesEach: pooled.values.reduce(0) { $0 + $1.bytesPerRow },
      limitBytes: settings.sweepLimitBytes)
    let step = max(1, limits.swept / Self.sweepParts)
    try await indexer.sweep(pooled, of: collection, recipe.documents, first: limits.swept) { group in
      let done = group.upperBound
      let isPart = group.lowerBound / step < done / step && done < limits.swept
      let partial = isPart ? try await self.sweep(request, pooled, limits, swept: done) : nil
      report(ViewProgress(done: done, total: limits.swept, partial: partial.map { .layers($0) }))
    }
    return try await sweep(request, pooled, limits, swept: limits.swept)
  }

  /// The layers that an earlier sweep of this encoding has made, whole or not, or new ones.
  private func sweptLayers(of encoding: Encoding, _ indexer: Indexer) -> [Int: PooledCollection] {
    if let sweep = corpus?.sweep, sweep.encoding == encoding { return sweep.layers }
    guard let collection = corpus?.collection else { return [:] }
    let layers = Dictionary(
      uniqueKeysWithValues: indexer.layers.map { ($0, indexer.empty(collection, encoding, layer: $0)) })
    corpus?.sweep = LayerVectors(encoding: encoding, layers: layers)
    return layers
  }

  /// What the layers that are there find.
  private func sweep(
    _ request: LayersRequest, _ pooled: [Int: PooledCollection], _ limits: SweepLimits, swept: Int
  ) async throws -> LayerSweep {
    guard let collection = corpus?.collection else { throw EngineError.noCorpus }
    let embedder = try await embedder(of: request.recipe.documents)
    var layers: [SweptLayer] = []
    for layer in pooled.keys.sorted() {
      try Task.checkCancellation()
      guard let vectors = pooled[layer] else { continue }
      var recipe = request.recipe
      recipe.readout.layer = layer
      let query = try await queryVector(request.query, recipe)
      let readOut = CollectionVectors(
        vectors, of: collection, readout: recipe.readout, metric: recipe.metric, embedder: embedder)
      let found = try await readOut.nearest(to: query, top: collection.texts.count, priority: .bulk).found
      layers.append(
        SweptLayer(
          layer: layer, texts: found.map { collection.passages[$0.row].parent }, scores: found.map(\.score),
          nearest: found.prefix(request.top).map { neighbour($0.row, $0.score, recipe, in: readOut) }))
    }
    let followed = request.followed.flatMap { id in collection.texts.firstIndex { $0.id == id } }
    return LayerSweep(
      layers, request, followed: followed.map { ($0, collection.texts[$0]) }, limits: limits, swept: swept,
      total: collection.passages.count)
  }
}

/// What one layer finds.
private struct SweptLayer {
  let layer: Int
  /// All texts, the nearest first, with their scores.
  let texts: [Int]
  let scores: [Float]
  let nearest: [NeighbourList.Neighbour]
}

/// How many passages a sweep may cover.
private struct SweepLimits: Sendable {
  let swept: Int
  let bytes: Int
  let limitBytes: Int

  init(passages: Int, bytesEach: Int, limitBytes: Int) {
    swept = min(passages, max(1, limitBytes / max(1, bytesEach)))
    bytes = swept * bytesEach
    self.limitBytes = limitBytes
  }
}

extension LayerSweep {
  /// Follows the text asked for, or the first of the last layer.
  fileprivate init(
    _ found: [SweptLayer], _ request: LayersRequest, followed: (place: Int, text: CorpusText)?,
    limits: SweepLimits, swept: Int, total: Int
  ) {
    let place = followed?.place ?? found.last?.texts.first
    let lastTop = found.last.map { Array($0.texts.prefix(request.top)) } ?? []
    let layers = found.map { found in
      let rank = found.texts.firstIndex { $0 == place }
      let common = Set(lastTop).intersection(found.texts.prefix(request.top)).count
      return Layer(
        layer: found.layer, nearest: found.nearest, followedScore: rank.map { found.scores[$0] },
        followedRank: rank.map { $0 + 1 },
        overlapWithLast: lastTop.isEmpty ? 0 : Double(common) / Double(lastTop.count))
    }
    let firsts = layers.map(\.nearest.first?.id)
    let settled = firsts.indices.reversed().prefix { firsts[$0] == firsts.last }.last
    let last = layers.last
    var shown = last?.nearest.first
    if let followed, followed.text.id != shown?.id {
      shown = NeighbourList.Neighbour(
        id: followed.text.id, text: followed.text.embeddedText, fields: [],
        score: last?.followedScore ?? .nan, percentile: nil)
    }
    self.init(
      layers: layers, metric: request.recipe.metric, followed: shown,
      settledAt: settled.map { layers[$0].layer }, swept: swept, total: total, bytes: limits.bytes,
      limitBytes: limits.limitBytes)
  }
}
