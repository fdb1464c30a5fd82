public import Corpora
public import Embedding
public import Kernels
public import Recipes
import Tokenization

/// Turns the passages of a collection into stored pooled vectors.
///
/// What is stored is read; only what is missing is encoded, in the background, and stored as it comes, so
/// that an interruption loses one group of passages at most.
public struct Indexer: Sendable {
  /// How far the vectors of a collection are.
  public struct Progress: Equatable, Sendable {
    public var done: Int
    public var total: Int
    /// From the speed of this run; nil before the first group is done.
    public var secondsLeft: Double?
  }

  /// Different passages that are encoded and stored together.
  static let groupSize = 128

  private let embedder: TextEmbedder
  private let store: CollectionStore?

  /// An indexer that keeps vectors in `store`, or in memory alone.
  public init(_ embedder: TextEmbedder, store: CollectionStore?) {
    self.embedder = embedder
    self.store = store
  }

  /// The layers of the model, from the embeddings to the last.
  public var layers: [Int] { Array(0...embedder.description.layers) }

  /// The vectors that are stored for a collection.
  ///
  /// - Throws: `StoreError`; `empty` gives what to go on with.
  public func open(
    _ collection: TextCollection,
    _ encoding: Encoding,
    layer: Int
  ) throws(StoreError) -> PooledCollection {
    guard let store else { return empty(collection, encoding, layer: layer) }
    let layout = embedder.layout(encoding, layer: layer)
    let stored = try store.storedVectors(
      encoding: encoding.fingerprint, layer: layer, planes: VectorPlanes(layout), of: collection)
    return PooledCollection(stored, layout: layout)
  }

  /// A collection of which nothing is encoded yet.
  public func empty(_ collection: TextCollection, _ encoding: Encoding, layer: Int) -> PooledCollection {
    PooledCollection(count: collection.passages.count, layout: embedder.layout(encoding, layer: layer))
  }

  /// Encodes what is missing; what is stored is not kept in memory besides.
  ///
  /// `pooled` takes the vectors group by group; `progress` is called after each group, and `storeFailed` once
  /// when vectors cannot be stored: encoding then goes on without storing.
  ///
  /// - Throws: `CancellationError`, or what the embedder throws; what is done stays done.
  public func fill(
    _ pooled: PooledCollection,
    of collection: TextCollection,
    _ encoding: Encoding,
    layer: Int,
    progress: @Sendable (Progress) -> Void = { _ in },
    storeFailed: @Sendable (StoreError) -> Void = { _ in }
  ) async throws {
    let missing = missing(in: pooled, of: collection)
    var store = store
    let start = ContinuousClock.now
    for first in stride(from: 0, to: missing.count, by: Self.groupSize) {
      try Task.checkCancellation()
      let rows = Array(missing[first..<min(first + Self.groupSize, missing.count)])
      let group = try await encode(rows.map { $0[0] }, of: collection, encoding, layer: layer)
      do {
        try await keep(group, at: rows, of: collection, encoding, layer: layer, in: store, pooled)
      } catch let error as StoreError {
        store = nil
        storeFailed(error)
        pooled.store(group.pooled, at: rows, truncated: group.isTruncated)
      }
      let done = first + rows.count
      let elapsed = start.duration(to: .now) / .seconds(1)
      progress(
        Progress(
          done: pooled.arrivedCount, total: pooled.count,
          secondsLeft: elapsed / Double(done) * Double(missing.count - done)))
    }
  }

  /// Stores vectors that somebody else has made of passages: by plane `[passages, hidden]`.
  ///
  /// - Throws: `StoreError`; without a store nothing is done.
  public func store(
    _ planes: [Matrix], tokens: [Int], of passages: Range<Int>, in collection: TextCollection,
    _ encoding: Encoding, layer: Int
  ) throws(StoreError) {
    _ = try store?.save(
      VectorGroup(
        passages: collection.passages[passages].map(\.hash), tokens: tokens,
        isTruncated: tokens.map { _ in false }, planes: planes),
      encoding: encoding.fingerprint, layer: layer,
      planes: VectorPlanes(embedder.layout(encoding, layer: layer)))
  }

  /// Encodes the first `count` passages once and pools every layer of them, in memory alone.
  ///
  /// `pooled` has a collection for each layer and takes its rows group by group, in order; rows that all of them have are
  /// left out. `progress` is called with the passages of each group.
  ///
  /// - Throws: `CancellationError`, or what the embedder throws; what is done stays done.
  public func sweep(
    _ pooled: [Int: PooledCollection], of collection: TextCollection, _ encoding: Encoding, first count: Int,
    progress: @Sendable (Range<Int>) async throws -> Void
  ) async throws {
    let layers = pooled.keys.sorted()
    let start = layers.compactMap { pooled[$0]?.arrivedCount }.min() ?? 0
    for first in stride(from: start, to: min(count, collection.passages.count), by: Self.groupSize) {
      try Task.checkCancellation()
      let rows = first..<min(first + Self.groupSize, count, collection.passages.count)
      let texts = rows.map {
        embedder.prepare(collection.text(of: collection.passages[$0]), encoding)
      }
      let vectors = try await embedder.pooledVectors(texts, encoding, layers: layers)
      for (layer, vectors) in zip(layers, vectors) {
        pooled[layer]?.store(vectors, at: rows.map { [$0] }, truncated: texts.map(\.tokens.isTruncated))
      }
      try await progress(rows)
    }
  }

  /// The rows that have not arrived, those of equal passages together: they are encoded once.
  private func missing(in pooled: PooledCollection, of collection: TextCollection) -> [[Int]] {
    var places: [ContentHash: Int] = [:]
    var missing: [[Int]] = []
    for row in pooled.missing {
      let hash = collection.passages[row].hash
      if let place = places[hash] {
        missing[place].append(row)
      } else {
        places[hash] = missing.count
        missing.append([row])
      }
    }
    return missing
  }

  /// Stores a group, or keeps it in memory where there is no store or it is not to be stored.
  private func keep(
    _ group: EncodedGroup, at rows: [[Int]], of collection: TextCollection, _ encoding: Encoding, layer: Int,
    in store: CollectionStore?, _ pooled: PooledCollection
  ) async throws {
    let planes = group.pooled.planes(rows: 0..<rows.count)
    // What is not finite is an error of whoever reads it, not to be kept.
    guard let store,
      planes.allSatisfy({ embedder.kernels.squaredNorms($0, rows: 0..<$0.rows).allSatisfy(\.isFinite) })
    else { return pooled.store(group.pooled, at: rows, truncated: group.isTruncated) }
    let vectors = VectorGroup(
      passages: rows.map { collection.passages[$0[0]].hash }, tokens: group.pooled.tokenCounts,
      isTruncated: group.isTruncated, planes: planes)
    // Another writer may hold the store for a while.
    let stored = try await embedder.team.perform(.bulk) { _ in
      try store.save(
        vectors, encoding: encoding.fingerprint, layer: layer, planes: VectorPlanes(group.pooled.layout))
    }
    pooled.store(stored, at: rows)
  }

  /// Vectors that were made together.
  private struct EncodedGroup {
    var pooled: PooledVectors
    var isTruncated: [Bool]
  }

  private func encode(
    _ rows: [Int],
    of collection: TextCollection,
    _ encoding: Encoding,
    layer: Int
  ) async throws -> EncodedGroup {
    let texts = rows.map { embedder.prepare(collection.text(of: collection.passages[$0]), encoding) }
    return EncodedGroup(
      pooled: try await embedder.pooledVectors(texts, encoding, layer: layer),
      isTruncated: texts.map(\.tokens.isTruncated))
  }
}

extension VectorPlanes {
  /// What is stored of pooled vectors.
  init(_ layout: PooledLayout) { self.init(width: layout.hidden, names: layout.planeNames) }
}
