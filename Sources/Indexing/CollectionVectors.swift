public import Corpora
public import Embedding
public import Kernels
public import Recipes
import Retrieval

/// The vectors of a collection under one readout and metric, ready for search.
///
/// Follows the arrivals of a `PooledCollection`; no encoder is called. Only codes of the vectors are held: those of the few
/// rows that can win are read out anew, so that results are those of a search of all vectors.
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
  private var space: CodedSpace
  /// How many of the arrivals are in `space`.
  private var known = 0
  /// Rows that are read out and coded together: a cancelled search loses no more.
  private static let codedTogether = 4096

  /// How much of the collection is ready for search.
  public struct Progress: Equatable, Sendable {
    public var done: Int
    public var total: Int
  }

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
    space = CodedSpace(
      dimensions: min(readout.dimensions ?? dimensions, dimensions), metric: metric, kernels: embedder.kernels
    )
    codeBytes = pooled.count * space.dimensions
  }

  /// The memory that the codes of all passages take.
  public nonisolated let codeBytes: Int

  /// The texts nearest to a query's vector, best first, among the passages that have arrived.
  ///
  /// What has arrived since the last search is read out first, part by part, and stays so when the search is cancelled;
  /// `progress` is told where that is more than a moment's work.
  ///
  /// - Returns: Each text once, by its best passage, and how many passages were searched.
  /// - Throws: `EmbeddingError.widthsDiffer` where a model's encoders give vectors of different lengths;
  ///   `CancellationError`.
  public func nearest(
    to vector: [Float],
    top: Int,
    priority: WorkerTeam.Priority,
    progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws -> (found: [Found], searched: Int) {
    try await follow(priority, progress)
    guard vector.count == space.dimensions else {
      throw EmbeddingError.widthsDiffer(query: vector.count, document: space.dimensions)
    }
    let (space, searched) = (space, known)
    var wanted = top
    while true {
      let neighbours = try await nearest(to: vector, top: wanted, in: space, priority)
      let found = bestPassages(neighbours)
      if found.count >= top || neighbours.count < wanted { return (Array(found.prefix(top)), searched) }
      wanted *= 2
    }
  }

  private nonisolated func nearest(
    to vector: [Float], top: Int, in space: CodedSpace, _ priority: WorkerTeam.Priority
  ) async throws -> [Neighbour] {
    var shortlist = try await embedder.team.perform(priority) { work in
      space.shortlist(nearestTo: vector, top: top, work: work)
    }
    while !shortlist.wanted.isEmpty {
      try Task.checkCancellation()
      shortlist.score(try await vectors(shortlist.wanted, priority: priority))
    }
    return shortlist.neighbours
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

  /// Reads out and codes what has arrived since the last search.
  private func follow(
    _ priority: WorkerTeam.Priority, _ progress: (@Sendable (Progress) -> Void)?
  ) async throws {
    while true {
      try Task.checkCancellation()
      let start = known
      let (rows, isLast) = pooled.arrivals(after: start, limit: Self.codedTogether)
      guard !rows.isEmpty else { return }
      if !isLast { progress?(Progress(done: start, total: pooled.arrivedCount)) }
      // Queries go before what takes longer than a moment.
      let priority = isLast ? priority : .bulk
      let vectors = try await vectors(rows, priority: priority)
      guard vectors.columns == space.dimensions else {
        throw EmbeddingError.widthsDiffer(query: space.dimensions, document: vectors.columns)
      }
      // While this search waited, here or below, another one may have added the same rows.
      guard known == start else { continue }
      let former = space
      let space = try await embedder.team.perform(priority) { work in
        var space = former
        space.add(vectors, rows: rows, work: work)
        return space
      }
      guard known == start else { continue }
      self.space = space
      known = start + rows.count
      if rows.count == Self.codedTogether { pooled.releasePages() }
    }
  }
}
