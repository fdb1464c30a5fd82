import Logging
import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval

extension Engine {
  func open(_ paths: [String], _ generation: Int) async throws {
    let options = settings.corpusOptions
    let contents = try await timed("corpus read") {
      try await fileTeam.perform(.bulk) { _ in try CorpusReader.read(paths, options: options) }
    }
    let collection = try await collection(named: CollectionName.of(paths), contents.texts)
    try Task.checkCancellation()
    corpus = OpenCorpus(collection)
    cancelIndexing()
    send(
      .corpus(
        CorpusSummary(
          name: CollectionName.shown(paths), count: collection.texts.count, skipped: contents.skipped.count),
        generation: generation))
  }

  /// The texts as a collection, stored where that is possible.
  private func collection(named name: String, _ texts: [CorpusText]) async throws -> TextCollection {
    let store = try await timed("store opened") { try await self.store() }
    let collection = try await timed("collection made") {
      try await fileTeam.perform(.bulk) { _ in TextCollection(name: name, texts: texts) }
    }
    try await timed("collection compared") {
      try await fileTeam.perform(.bulk) { [storeFailure] _ in
        do throws(StoreError) {
          try store?.save(collection)
        } catch {
          storeFailure.tell(error)
        }
      }
    }
    return collection
  }

  /// Writes into the log how long something took.
  func timed<Result>(_ what: String, _ work: () async throws -> Result) async rethrows -> Result {
    let start = ContinuousClock.now
    let result = try await work()
    settings.logger.debug("\(what) in \(start.duration(to: .now).milliseconds) ms")
    return result
  }

  func index(_ request: IndexRequest, _ generation: Int) async throws {
    guard let collection = corpus?.collection else { throw EngineError.noCorpus }
    let embedder = try await embedder(of: request.documents)
    let indexer = Indexer(embedder, store: try await store())
    let key = OpenCorpus.Key(encoding: request.documents, layer: request.layer)
    let pooled = try await timed("vectors found") { try await self.vectors(key, of: collection, indexer) }
    try Task.checkCancellation()
    guard corpus?.collection == collection else { throw CancellationError() }
    if corpus?.pooled?.vectors !== pooled { corpus?.use(pooled, for: key) }
    let send = send
    send(.indexing(IndexingProgress(pooled), generation: generation))
    guard !pooled.isComplete else { return tellOfTruncation(pooled, request.documents) }
    let start = ContinuousClock.now
    try await indexer.fill(pooled, of: collection, request.documents, layer: request.layer) { progress in
      send(.indexing(IndexingProgress(progress), generation: generation))
    } storeFailed: { [storeFailure] error in
      storeFailure.tell(error)
    }
    settings.logger.info("encoded \(pooled.count) texts in \(start.duration(to: .now))")
    tellOfTruncation(pooled, request.documents)
  }

  private func tellOfTruncation(_ pooled: PooledCollection, _ encoding: Encoding) {
    guard let text = pooled.truncation(encoding) else { return }
    send(.notice(Failure(text)))
  }

  /// The vectors in use where they are the ones asked for, else what is stored.
  func vectors(
    _ key: OpenCorpus.Key, of collection: TextCollection, _ indexer: Indexer
  ) async throws -> PooledCollection {
    if let known = corpus?.find(key) { return known }
    return try await fileTeam.perform(.bulk) { [storeFailure] _ in
      do throws(StoreError) {
        return try indexer.open(collection, key.encoding, layer: key.layer)
      } catch {
        storeFailure.tell(error)
        return indexer.empty(collection, key.encoding, layer: key.layer)
      }
    }
  }

  /// The store, opened at the first need; nil where it cannot be used.
  func store() async throws -> CollectionStore? {
    if let openedStore { return openedStore }
    guard let path = settings.storePath, !storeCannotBeOpened else { return nil }
    openedStore = try await fileTeam.perform(.bulk) { [storeFailure] _ in
      do throws(StoreError) {
        return try CollectionStore(path: path)
      } catch {
        storeFailure.tell(error)
        return nil
      }
    }
    storeCannotBeOpened = openedStore == nil
    return openedStore
  }
}

extension IndexingProgress {
  init(_ progress: Indexer.Progress) {
    self.init(done: progress.done, total: progress.total, secondsLeft: progress.secondsLeft)
  }

  init(_ pooled: PooledCollection) {
    self.init(done: pooled.arrivedCount, total: pooled.count, secondsLeft: nil)
  }
}
