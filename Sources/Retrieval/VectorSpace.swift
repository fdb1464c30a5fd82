public import Kernels
public import Recipes

/// A row that a search found.
public struct Neighbour: Sendable, Equatable {
  public var row: Int
  /// Higher is nearer: distances are negated.
  public var score: Float

  public init(row: Int, score: Float) {
    self.row = row
    self.score = score
  }

  /// The order of results: best score first, NaN behind all others, equal scores by row.
  static func precedes(_ a: Neighbour, _ b: Neighbour) -> Bool {
    if a.score > b.score { return true }
    if a.score < b.score { return false }
    if a.score.isNaN != b.score.isNaN { return b.score.isNaN }
    return a.row < b.row
  }
}

/// Vectors that can be searched exactly, by one metric.
///
/// Their codes are read first (`CodedSpace`), then the few vectors that can win. A value: rows that are added later do
/// not show in a copy taken before, which another thread may be searching. A score does not depend on the other rows,
/// on the threads, or on when its row was added.
public struct VectorSpace: Sendable {
  /// The same rows as codes.
  public private(set) var codes: CodedSpace
  /// The vectors of each segment of the codes.
  private var segments: [Segment] = []

  public var dimensions: Int { codes.dimensions }
  public var metric: Metric { codes.metric }
  public var kernels: KernelSet { codes.kernels }
  /// Rows that are present.
  public var count: Int { codes.count }

  /// A space without rows.
  public init(dimensions: Int, metric: Metric, kernels: KernelSet = .best) {
    codes = CodedSpace(dimensions: dimensions, metric: metric, kernels: kernels)
  }

  /// The rows of `vectors` (`[rows, dimensions]`), or those that `isPresent` says.
  ///
  /// Where all are present the matrix is shared, not copied.
  public init(
    _ vectors: Matrix, isPresent: [Bool]? = nil, metric: Metric, kernels: KernelSet = .best, work: Work? = nil
  ) {
    self.init(dimensions: vectors.columns, metric: metric, kernels: kernels)
    guard let isPresent, isPresent.contains(false) else {
      add(vectors, rows: Array(0..<vectors.rows), work: work)
      return
    }
    precondition(isPresent.count == vectors.rows, "\(isPresent.count) marks for \(vectors.rows) rows")
    let rows = isPresent.indices.filter { isPresent[$0] }
    let present = Matrix(rows: rows.count, columns: vectors.columns)
    for (index, row) in rows.enumerated() { present.copyRow(row, of: vectors, to: index) }
    add(present, rows: rows, work: work)
  }

  /// Adds rows: `vectors[i]` becomes row `rows[i]`, in any order, each once.
  ///
  /// - Complexity: O(rows added · log(segment limit)) on average.
  public mutating func add(_ vectors: Matrix, rows: [Int], work: Work? = nil) {
    let joined = codes.insert(vectors, rows, work ?? .inline)
    guard joined > 0 else { return }
    let segment = Segment(vectors, norms: metric == .cosine ? kernels.norms(vectors) : [])
    let parts = segments.suffix(joined - 1) + [segment]
    segments.removeLast(joined - 1)
    segments.append(joined == 1 ? segment : Segment(joining: Array(parts)))
  }

  /// Whether a row is present.
  public func contains(row: Int) -> Bool { codes.contains(row: row) }

  /// The rows nearest to a vector.
  ///
  /// Equal scores come in the order of rows. A score that is not a number (in the row or the query) is
  /// given as such, behind all others. By cosine a vector of zeros scores 0.
  ///
  /// - Parameters:
  ///   - query: `[dimensions]`.
  ///   - top: how many.
  ///   - filter: the rows among which they are sought; nil: all.
  ///   - work: reads blocks of rows.
  /// - Returns: The rows, best first; all that are present where there are fewer than `top`.
  /// - Complexity: O(rows · dimensions), of bytes for nearly all rows.
  public func nearest(
    to query: [Float], top: Int, where filter: RowSet? = nil, work: Work? = nil
  ) -> [Neighbour] {
    var shortlist = codes.shortlist(nearestTo: query, top: top, where: filter, work: work)
    // Nothing could be ruled out: the vectors are read where they are.
    if shortlist.candidateCount > max(4096, count / 2) {
      return nearestByVectors(to: query, top: top, where: filter, work: work)
    }
    while !shortlist.wantedCandidates.isEmpty {
      let wanted = shortlist.wantedCandidates
      let vectors = Matrix(rows: wanted.count, columns: dimensions)
      for (row, place) in wanted.enumerated() {
        vectors.copyRow(place.index, of: segments[place.segment].vectors, to: row)
      }
      shortlist.score(vectors, work: work)
    }
    return shortlist.neighbours
  }

  /// What `nearest` finds, by the f32 vectors of all rows.
  public func nearestByVectors(
    to query: [Float], top: Int, where filter: RowSet? = nil, work: Work? = nil
  ) -> [Neighbour] {
    precondition(query.count == dimensions, "a query of \(query.count) in a space of \(dimensions)")
    guard top > 0, count > 0 else { return [] }
    let scorer = Scorer(query, metric: metric, kernels: kernels)
    let blocks = segments.enumerated().flatMap { index, segment in
      segment.blocks.map { (segment: index, range: $0) }
    }
    var found = [[Neighbour]](repeating: [], count: blocks.count)
    found.withUnsafeMutableBufferPointer { found in
      // Each block writes its own element.
      (work ?? .inline).forEachBlock(blocks.count) { index in
        let (segment, rows) = blocks[index]
        let scores = scorer.scores(segments[segment].vectors, rows, norms: segments[segment].norms)
        var best = BestNeighbours(limit: top)
        for (place, score) in zip(rows, scores) {
          let row = codes.segments[segment].number(place)
          if filter?.contains(row) ?? true { best.offer(Neighbour(row: row, score: score)) }
        }
        found[index] = best.neighbours
      }
    }
    return Array(found.joined().sorted(by: Neighbour.precedes).prefix(top))
  }
}

/// Vectors of rows that came together.
private struct Segment: Sendable {
  let vectors: Matrix
  /// Euclidean norms, for cosine only.
  let norms: [Double]

  init(_ vectors: Matrix, norms: [Double]) {
    self.vectors = vectors
    self.norms = norms
  }

  /// Segments one after another.
  init(joining parts: [Segment]) {
    vectors = Matrix(stacking: parts.map(\.vectors))
    norms = parts.flatMap(\.norms)
  }

  /// Ranges of about 2 MiB, read in a fraction of a millisecond.
  var blocks: [Range<Int>] {
    let size = max(1, (2 << 20) / (4 * max(1, vectors.columns)))
    return stride(from: 0, to: vectors.rows, by: size).map { $0..<min($0 + size, vectors.rows) }
  }
}
