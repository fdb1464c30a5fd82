public import Corpora
public import Embedding
public import Kernels
public import Recipes
import Retrieval

/// The vectors of a collection under one readout and metric, ready for search.
///
/// Follows the arrivals of a `PooledCollection`; no encoder is called.
public actor CollectionVectors {
  /// A text that a search found, by its best passage.
  public struct Found: Equatable, Sendable {
    /// The place of the passage in the collection.
    public var row: Int
    public var score: Float
  }

  public nonisolated let collection: TextCollection
  public nonisolated let pooled: PooledCollection
  public nonisolated let readout: Readout
  public nonisolated let metric: Metric
  private let embedder: TextEmbedder
  private var space: VectorSpace
  /// How many of the arrivals are in `space`.
  private var known = 0

  public init(
    _ pooled: PooledCollection,
    of collection: TextCollection,
    readout: Readout,
    metric: Metric,
    embedder: TextEmbedder
  ) {
    self.pooled = pooled
    self.collection = collection
    self.readout = readout
    self.metric = metric
    self.embedder = embedder
    let dimensions = embedder.description.vectorDimensions(
      pooling: readout.pooling, head: readout.head)
    space = VectorSpace(
      dimensions: min(readout.dimensions ?? dimensions, dimensions), metric: metric, kernels: embedder.kernels
    )
  }

  /// The texts nearest to a query's vector, best first, among the passages that have arrived.
  ///
  /// - Returns: Each text once, by its best passage, and how many passages were searched.
  /// - Throws: `EmbeddingError.widthsDiffer` where a model's encoders give vectors of different lengths;
  ///   `CancellationError`.
  public func nearest(
    to vector: [Float],
    top: Int,
    priority: WorkerTeam.Priority
  ) async throws -> (found: [Found], searched: Int) {
    try await follow(priority)
    guard vector.count == space.dimensions else {
      throw EmbeddingError.widthsDiffer(query: vector.count, document: space.dimensions)
    }
    let (space, searched) = (space, known)
    var wanted = top
    while true {
      let asked = wanted
      let neighbours = try await embedder.team.perform(priority) { work in
        space.nearest(to: vector, top: asked, work: work)
      }
      let found = bestPassages(neighbours)
      if found.count >= top || neighbours.count < asked { return (Array(found.prefix(top)), searched) }
      wanted *= 2
    }
  }

  /// The vectors of rows that have arrived, `[rows, dimensions]`.
  public nonisolated func vectors(_ rows: [Int], priority: WorkerTeam.Priority) async throws -> Matrix {
    try await embedder.vectors(pooled.pooledVectors, readout, rows: rows, priority: priority)
  }

  /// The vectors of rows that have arrived under another readout of the same layer, `[rows, dimensions]`.
  public nonisolated func vectors(
    _ rows: [Int], as readout: Readout, priority: WorkerTeam.Priority
  ) async throws -> Matrix {
    try await embedder.vectors(pooled.pooledVectors, readout, rows: rows, priority: priority)
  }

  private func bestPassages(_ neighbours: [Neighbour]) -> [Found] {
    var seen: Set<Int> = []
    return neighbours.compactMap { neighbour in
      guard seen.insert(collection.passages[neighbour.row].parent).inserted else { return nil }
      return Found(row: neighbour.row, score: neighbour.score)
    }
  }

  /// Reads out what has arrived since the last search.
  private func follow(_ priority: WorkerTeam.Priority) async throws {
    while true {
      let start = known
      let rows = pooled.arrivals(after: start)
      guard !rows.isEmpty else { return }
      let vectors = try await vectors(rows, priority: priority)
      guard vectors.columns == space.dimensions else {
        throw EmbeddingError.widthsDiffer(query: space.dimensions, document: vectors.columns)
      }
      // While this search waited, another one may have read out the same rows.
      guard known == start else { continue }
      space.add(vectors, rows: rows)
      known = start + rows.count
      return
    }
  }
}
