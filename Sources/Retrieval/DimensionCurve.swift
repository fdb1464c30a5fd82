public import Kernels
public import Recipes

/// What cutting vectors to their first dimensions costs: how much of the nearest rows remains at each size.
///
/// Cut, then normalise if the recipe does (Kusupati et al. 2022, Matryoshka representation learning;
/// sentence-transformers' `truncate_dim`).
public struct DimensionCurve: Equatable, Sendable {
  /// What is found with vectors of one size, against the whole vectors.
  public struct Point: Equatable, Sendable {
    public let size: Int
    public let agreement: RankAgreement
  }

  /// One for each size, in the order asked for.
  public let points: [Point]

  /// Searches with whole vectors and with cut ones.
  ///
  /// Queries (`[queries, dimensions]`) and documents (`[rows, dimensions]`) come whole; sizes are from 1 to the
  /// dimensions. `normalizes` says whether cut vectors are normalised before they are compared; whole ones are
  /// taken as they come.
  /// - Throws: `CancellationError` where nobody waits for the work any more.
  /// - Complexity: O(queries · rows · (dimensions + sum of sizes)).
  public init(
    queries: Matrix, documents: Matrix, sizes: [Int], k: Int = 10, metric: Metric, normalizes: Bool,
    kernels: KernelSet = .best, work: Work? = nil
  ) throws(CancellationError) {
    let search = CutSearch(
      queries: queries, documents: documents, metric: metric, normalizes: normalizes, kernels: kernels)
    let whole = try search.nearest(size: queries.columns, top: k, work: work)
    var points: [Point] = []
    for size in sizes {
      let found = try size == queries.columns ? whole : search.nearest(size: size, top: k, work: work)
      points.append(Point(size: size, agreement: RankAgreement(whole, found, depth: k)))
    }
    self.points = points
  }
}

/// How far cheaper vectors find for some queries what whole ones find.
public struct RankAgreement: Equatable, Sendable {
  /// The share of the nearest rows that remain, for each query (`RankComparison.overlap`).
  public let overlaps: [Double]
  /// Kendall's tau of those that remain, for each query; nil where fewer than two do.
  public let kendallTaus: [Double?]

  init(_ whole: [[Int]], _ found: [[Int]], depth: Int) {
    let comparisons = zip(whole, found).map { RankComparison($0, $1, depth: depth) }
    overlaps = comparisons.map(\.overlap)
    kendallTaus = comparisons.map(\.kendallTau)
  }

  /// The mean over the queries; nil without one.
  public var overlap: Double? { Moments(overlaps)?.mean }

  /// The mean over the queries that have one; nil where none has.
  public var kendallTau: Double? { Moments(kendallTaus.compactMap { $0 })?.mean }
}

/// Searches of the same documents by vectors of any size.
struct CutSearch {
  let queries: Matrix
  let documents: Matrix
  let metric: Metric
  let normalizes: Bool
  let kernels: KernelSet

  /// Queries that share one pass over the documents.
  static let queriesAtOnce = 64

  init(queries: Matrix, documents: Matrix, metric: Metric, normalizes: Bool, kernels: KernelSet) {
    precondition(
      queries.columns == documents.columns, "queries of \(queries.columns) and rows of \(documents.columns)")
    self.queries = queries
    self.documents = documents
    self.metric = metric
    self.normalizes = normalizes
    self.kernels = kernels
  }

  /// Rows of a matrix with `size` dimensions; whole ones are taken as they come.
  func cut(_ matrix: Matrix, size: Int) -> CutRows {
    precondition(
      size == matrix.columns || 1...matrix.columns ~= size, "\(size) of \(matrix.columns) dimensions")
    return CutRows(
      source: matrix, size: size, normalizes: normalizes && size < matrix.columns, kernels: kernels)
  }

  /// The queries with `size` dimensions, in parts that are searched together.
  func parts(size: Int) -> [[[Float]]] {
    let cut = cut(queries, size: size)
    return stride(from: 0, to: queries.rows, by: Self.queriesAtOnce).map { start in
      let part = cut.rows(start..<min(start + Self.queriesAtOnce, queries.rows))
      return (0..<part.rows).map { part.row($0) }
    }
  }

  /// For each query the nearest rows, best first.
  func nearest(size: Int, top: Int, work: Work?) throws(CancellationError) -> [[Int]] {
    let rows = cut(documents, size: size)
    var found: [[Int]] = []
    for part in parts(size: size) {
      found += try rows.nearest(to: part, top: top, metric: metric, work: work).map { $0.map(\.row) }
    }
    return found
  }
}
