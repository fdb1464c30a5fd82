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
    // The store is opened while the corpus is being read.
    async let opening = store()
    let contents = try await timed("corpus read") {
      try await fileTeam.perform(.bulk) { _ in try CorpusReader.read(paths, options: options) }
    }
    let collection = try await timed("collection made") {
      try await fileTeam.perform(.bulk) { _ in
        TextCollection(name: CollectionName.of(paths), texts: contents.texts)
      }
    }
    try Task.checkCancellation()
    corpus = OpenCorpus(collection, keptCodes: settings.keptCodes)
    cancelIndexing()
    send(
      .corpus(
        CorpusSummary(
          name: CollectionName.shown(paths), count: collection.texts.count, skipped: contents.skipped.count),
        generation: generation))
    try await keep(collection, in: try await opening)
  }

  /// Stores the texts where that is possible; nobody waits for it.
  private func keep(_ collection: TextCollection, in store: CollectionStore?) async throws {
    try await timed("collection compared") {
      try await fileTeam.perform(.bulk) { [storeFailure] _ in
        do throws(StoreError) {
          try store?.save(collection)
        } catch {
          storeFailure.tell(error)
        }
      }
    }
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
    // Not behind the texts of a large corpus, which may just be stored.
    return try await fileTeam.perform(.interactive) { [storeFailure] _ in
      do throws(StoreError) {
        return try indexer.open(collection, key.encoding, layer: key.layer)
      } catch {
        storeFailure.tell(error)
        return indexer.empty(collection, key.encoding, layer: key.layer)
      }
    }
  }

  /// The store, opened at the first need; nil where it cannot be used.
  ///
  /// On the lane of its team that reads no corpora.
  func store() async throws -> CollectionStore? {
    if let openedStore { return openedStore }
    guard let path = settings.storePath, !storeCannotBeOpened else { return nil }
    let opened: CollectionStore? = try await fileTeam.perform(.interactive) { [storeFailure] _ in
      do throws(StoreError) {
        return try CollectionStore(path: path)
      } catch {
        storeFailure.tell(error)
        return nil
      }
    }
    // Somebody else may have opened it meanwhile.
    if openedStore == nil { openedStore = opened }
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
