public import Kernels
public import Recipes

/// The scores of every row of `a` against every row of `b`, `[a.rows, b.rows]`.
///
/// The same scores as a search would give: distances negated, zero for a vector of zeros by cosine, NaN kept.
public func similarities(
  _ a: Matrix, _ b: Matrix, metric: Metric, kernels: KernelSet = .best, work: Work? = nil
) -> Matrix {
  precondition(a.columns == b.columns, "similarities: widths differ (\(a.columns) and \(b.columns))")
  let norms = metric == .cosine ? kernels.norms(b) : []
  let result = Matrix(rows: a.rows, columns: b.rows)
  (work ?? .inline).forEachBlock(a.rows) { row in
    let scorer = Scorer(a.row(row), metric: metric, kernels: kernels)
    result.setRow(row, scorer.scores(b, 0..<b.rows, norms: norms))
  }
  return result
}

extension [Neighbour] {
  /// By how much each neighbour's score is above the next one's; nil for the last.
  ///
  /// NaN where a score is.
  public var margins: [Float?] {
    indices.map { $0 + 1 < count ? self[$0].score - self[$0 + 1].score : nil }
  }
}
