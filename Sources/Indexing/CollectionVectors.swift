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
  /// Rows whose codes are kept in one file.
  private static let keptTogether = CodedSpace.segmentLimit
  /// Fewer rows are coded sooner than a file is found.
  private static let leastKept = 1024
  private let keptCodes: KeptCodes?
  /// Of so many rows it was tried to keep the codes.
  private var triedToKeep = 0

  /// How much of the collection is ready for search.
  public struct Progress: Equatable, Sendable {
    public var done: Int
    public var total: Int
  }

  /// - Parameters:
  ///   - pooled: the vectors before the readout.
  ///   - collection: whose they are.
  ///   - readout: what makes vectors of them.
  ///   - metric: by which texts are near.
  ///   - embedder: of the model that made them.
  ///   - keptCodes: where codes of stored vectors are looked for, and kept by `keepCodes`.
  public init(
    _ pooled: PooledCollection,
    of collection: TextCollection,
    readout: Readout,
    metric: Metric,
    embedder: TextEmbedder,
    keptCodes: KeptCodes? = nil
  ) {
    self.pooled = pooled
    self.keptCodes = keptCodes
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
  ///   `StoreError.cut`; `CancellationError`.
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
    try await vectors(rows, as: readout, priority: priority)
  }

  /// The vectors of rows that have arrived under another readout of the same layer, `[rows, dimensions]`.
  public nonisolated func vectors(
    _ rows: [Int], as readout: Readout, priority: WorkerTeam.Priority
  ) async throws -> Matrix {
    do {
      return try await embedder.vectors(pooled.pooledVectors, readout, rows: rows, priority: priority)
    } catch let error as EmbeddingError {
      // The encoder's own are never stored.
      guard case .nonFiniteVector = error, let folder = pooled.folder(of: rows) else { throw error }
      throw StoreError.damaged(path: folder, reason: "a vector is not finite")
    }
  }

  private func bestPassages(_ neighbours: [Neighbour]) -> [Found] {
    var seen: Set<Int> = []
    return neighbours.compactMap { neighbour in
      guard seen.insert(collection.passages[neighbour.row].parent).inserted else { return nil }
      return Found(row: neighbour.row, score: neighbour.score)
    }
  }

  /// Reads out and codes what has arrived since the last search; codes whose file was cut are made anew.
  private func follow(
    _ priority: WorkerTeam.Priority, _ progress: (@Sendable (Progress) -> Void)?
  ) async throws {
    if !space.isWhole {
      space = CodedSpace(dimensions: space.dimensions, metric: metric, kernels: embedder.kernels)
      (known, triedToKeep) = (0, 0)
    }
    try pooled.checkFiles()
    while true {
      try Task.checkCancellation()
      let start = known
      guard try await !findCodes() else { continue }
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

  /// Adds the codes of the next rows if they are kept.
  private func findCodes() async throws -> Bool {
    let start = known
    guard start.isMultiple(of: Self.keptTogether), let (rows, name) = kept(from: start), let keptCodes else {
      return false
    }
    let found = try await embedder.team.perform(.bulk) { _ in keptCodes.find(name) }
    guard known == start, let found, found.numbers == rows else { return false }
    do throws(CodedRows.Damage) {
      try space.add(found)
    } catch {
      return false
    }
    known = start + rows.count
    return true
  }

  /// The rows whose codes are kept in one file, from an arrival on, and what names them; nil where they are not.
  private func kept(from start: Int) -> (rows: [Int], name: String)? {
    let (rows, isLast) = pooled.arrivals(after: start, limit: Self.keptTogether)
    guard keptCodes != nil, rows.count >= Self.leastKept,
      rows.count == Self.keptTogether || isLast && pooled.isComplete,
      let stored = pooled.storedName(of: rows)
    else { return nil }
    let maker = embedder.description.identity + " " + embedder.kernels.instructionSet.rawValue
    return (rows, "\(maker)\n\(readout.fingerprint) \(space.dimensions) \(metric.rawValue)\n\(stored)")
  }

  /// Keeps the codes of stored vectors for the next start, and goes on with the files in the place of memory.
  ///
  /// Does nothing while vectors are still to come, or where the codes are kept already. In the background: a search goes
  /// first.
  public func keepCodes() async {
    guard let keptCodes, known > triedToKeep, known == pooled.count else { return }
    triedToKeep = known
    for start in stride(from: 0, to: known, by: Self.keptTogether) {
      guard let (rows, name) = kept(from: start),
        let (segments, codes) = space.codes(added: start..<start + rows.count), !codes.isMapped
      else { continue }
      let former = Array(space.segments[segments])
      let stored = try? await embedder.team.perform(.bulk) { _ in keptCodes.keep(codes, as: name) }
      guard let stored, segments.upperBound <= space.segments.count,
        zip(space.segments[segments], former).allSatisfy({ $0 === $1 })
      else { return }
      space.replace(segments: segments, by: stored)
    }
  }
}
