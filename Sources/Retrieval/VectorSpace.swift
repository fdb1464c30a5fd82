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
/// A value: rows that are added later do not show in a copy taken before, which another thread may be
/// searching. A score does not depend on the other rows, on the threads, or on when its row was added.
public struct VectorSpace: Sendable {
  public let dimensions: Int
  public let metric: Metric
  public let kernels: KernelSet
  /// Rows that are present.
  public private(set) var count = 0
  private var segments: [Segment] = []
  private var isPresent: [Bool] = []

  /// A space without rows.
  public init(dimensions: Int, metric: Metric, kernels: KernelSet = .best) {
    self.dimensions = dimensions
    self.metric = metric
    self.kernels = kernels
  }

  /// The rows of `vectors` (`[rows, dimensions]`), or those that `isPresent` says.
  ///
  /// Where all are present the matrix is shared, not copied.
  public init(_ vectors: Matrix, isPresent: [Bool]? = nil, metric: Metric, kernels: KernelSet = .best) {
    self.init(dimensions: vectors.columns, metric: metric, kernels: kernels)
    guard let isPresent, isPresent.contains(false) else {
      add(Segment(vectors, rows: Array(0..<vectors.rows), metric: metric, kernels: kernels))
      return
    }
    precondition(isPresent.count == vectors.rows, "\(isPresent.count) marks for \(vectors.rows) rows")
    let rows = isPresent.indices.filter { isPresent[$0] }
    let present = Matrix(rows: rows.count, columns: vectors.columns)
    for (index, row) in rows.enumerated() { present.copyRow(row, of: vectors, to: index) }
    add(Segment(present, rows: rows, metric: metric, kernels: kernels))
  }

  /// Adds rows: `vectors[i]` becomes row `rows[i]`, in any order, each once.
  ///
  /// - Complexity: O(rows added · log(rows present)) on average.
  public mutating func add(_ vectors: Matrix, rows: [Int]) {
    precondition(vectors.columns == dimensions, "rows of \(vectors.columns) in a space of \(dimensions)")
    precondition(vectors.rows == rows.count, "\(rows.count) row numbers for \(vectors.rows) vectors")
    add(Segment(vectors, rows: rows, metric: metric, kernels: kernels))
  }

  private mutating func add(_ segment: Segment) {
    guard let last = segment.rows.max() else { return }
    if last >= isPresent.count {
      isPresent.append(contentsOf: repeatElement(false, count: last + 1 - isPresent.count))
    }
    for row in segment.rows {
      precondition(!isPresent[row], "row \(row) is already present")
      isPresent[row] = true
    }
    count += segment.rows.count
    segments.append(segment)
    mergeSmallSegments()
  }

  /// Keeps the number of segments logarithmic: each is larger than the next one.
  private mutating func mergeSmallSegments() {
    while let last = segments.last, let previous = segments.dropLast().last,
      last.rows.count >= previous.rows.count
    {
      segments.removeLast(2)
      segments.append(Segment(previous, last))
    }
  }

  /// Whether a row is present.
  public func contains(row: Int) -> Bool { isPresent.indices.contains(row) && isPresent[row] }

  /// The rows nearest to a vector, best first; all that are present where there are fewer than `top`.
  ///
  /// Equal scores come in the order of rows. A score that is not a number (in the row or the query) is
  /// given as such, behind all others. By cosine a vector of zeros scores 0.
  /// - Complexity: O(rows · dimensions + rows · log(top)).
  public func nearest(to query: [Float], top: Int, work: Work? = nil) -> [Neighbour] {
    precondition(query.count == dimensions, "a query of \(query.count) in a space of \(dimensions)")
    guard top > 0, count > 0 else { return [] }
    let scorer = Scorer(query, metric: metric, kernels: kernels)
    let blocks = segments.enumerated().flatMap { index, segment in
      segment.blocks(dimensions: dimensions).map { (segment: index, range: $0) }
    }
    var found = [[Neighbour]](repeating: [], count: blocks.count)
    found.withUnsafeMutableBufferPointer { found in
      // Each block writes its own element.
      (work ?? .inline).forEachBlock(blocks.count) { index in
        let block = blocks[index]
        found[index] = segments[block.segment].nearest(block.range, top: top, scorer)
      }
    }
    return Array(found.joined().sorted(by: Neighbour.precedes).prefix(top))
  }
}

/// Rows that came together.
private struct Segment: Sendable {
  let vectors: Matrix
  /// The row of the space that each vector is.
  let rows: [Int]
  /// Euclidean norms, for cosine only.
  let norms: [Double]

  init(_ vectors: Matrix, rows: [Int], metric: Metric, kernels: KernelSet) {
    self.vectors = vectors
    self.rows = rows
    norms = metric == .cosine ? kernels.norms(vectors) : []
  }

  /// Two segments in one.
  init(_ first: Segment, _ second: Segment) {
    vectors = Matrix(rows: first.rows.count + second.rows.count, columns: first.vectors.columns)
    for row in 0..<first.rows.count { vectors.copyRow(row, of: first.vectors, to: row) }
    for row in 0..<second.rows.count {
      vectors.copyRow(row, of: second.vectors, to: first.rows.count + row)
    }
    rows = first.rows + second.rows
    norms = first.norms + second.norms
  }

  /// Ranges of about 2 MiB, read in a fraction of a millisecond.
  func blocks(dimensions: Int) -> [Range<Int>] {
    let size = max(1, (2 << 20) / (4 * max(1, dimensions)))
    return stride(from: 0, to: rows.count, by: size).map { $0..<min($0 + size, rows.count) }
  }

  func nearest(_ range: Range<Int>, top: Int, _ scorer: Scorer) -> [Neighbour] {
    let scores = scorer.scores(vectors, range, norms: norms)
    var best = BestNeighbours(limit: top)
    for (index, score) in zip(range, scores) { best.offer(Neighbour(row: rows[index], score: score)) }
    return best.neighbours
  }
}
