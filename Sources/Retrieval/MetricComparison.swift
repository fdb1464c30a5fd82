public import Kernels
public import Recipes

/// What each metric retrieves for one query, and how long it is.
///
/// Of vectors that are not normalised: between normalised ones cosine, dot product and euclidean distance order
/// all rows alike. The dot product favours long vectors, the distances short ones, cosine neither.
public struct MetricComparison: Equatable, Sendable {
  /// The nearest rows by one metric.
  public struct Retrieval: Equatable, Sendable {
    public let metric: Metric
    /// Best first.
    public let neighbours: [Neighbour]
    /// The euclidean norms of their vectors, in the same order.
    public let norms: [Double]
    /// How the rows differ from those by the first metric of the comparison.
    public let comparison: RankComparison

    /// What a table of all rows says of the retrieved ones, best first: their lengths in tokens, for example.
    public func values<Value>(in table: [Value]) -> [Value] { neighbours.map { table[$0.row] } }
  }

  /// One for each metric, in the order asked for.
  public let retrievals: [Retrieval]
  /// The euclidean norms of all documents.
  public let norms: [Double]

  /// Searches the documents by each metric.
  ///
  /// - Throws: `CancellationError` where nobody waits for the work any more.
  /// - Complexity: O(metrics · rows · dimensions).
  public init(
    query: [Float], documents: Matrix, k: Int = 10, metrics: [Metric] = Metric.allCases,
    kernels: KernelSet = .best, work: Work? = nil
  ) throws(CancellationError) {
    precondition(
      query.count == documents.columns, "a query of \(query.count) and rows of \(documents.columns)")
    let rows = CutRows(source: documents, size: documents.columns, normalizes: false, kernels: kernels)
    var norms: [Double] = []
    norms.reserveCapacity(documents.rows)
    try rows.forEachBlock(work: work) {
      kernels.norms(rows.rows($0))
    } merge: {
      norms += $0
    }
    var retrievals: [Retrieval] = []
    for metric in metrics {
      let neighbours = try rows.nearest(to: [query], top: k, metric: metric, work: work)[0]
      let found = neighbours.map(\.row)
      let first = retrievals.first.map { $0.neighbours.map(\.row) } ?? found
      retrievals.append(
        Retrieval(
          metric: metric, neighbours: neighbours, norms: found.map { norms[$0] },
          comparison: RankComparison(first, found, depth: k)))
    }
    self.retrievals = retrievals
    self.norms = norms
  }
}
