import Kernels
import Recipes

/// Compares one vector with rows of matrices.
struct Scorer: Sendable {
  let query: [Float]
  let metric: Metric
  let kernels: KernelSet
  private let norm: Double

  init(_ query: [Float], metric: Metric, kernels: KernelSet) {
    self.query = query
    self.metric = metric
    self.kernels = kernels
    // As those of rows are taken: the cosine of two vectors is then the same to the bit, whichever is the query.
    norm = KernelSet.norm(squared: kernels.dot(query, query)) { query }
  }

  /// The scores of a range of rows, whose norms are taken as they are needed.
  func scores(_ vectors: Matrix, _ rows: Range<Int>) -> [Float] {
    guard metric == .cosine else { return scores(vectors, rows, norms: []) }
    return scores(vectors, rows, norms: kernels.norms(vectors, rows: rows)[...], from: rows.lowerBound)
  }

  /// The scores of a range of rows; `norms` are those of all rows, needed for cosine only.
  func scores(_ vectors: Matrix, _ rows: Range<Int>, norms: [Double]) -> [Float] {
    scores(vectors, rows, norms: norms[...], from: 0)
  }

  /// `norms` begin with that of row `first`.
  private func scores(
    _ vectors: Matrix, _ rows: Range<Int>, norms: ArraySlice<Double>, from first: Int
  ) -> [Float] {
    var scores = [Float](repeating: 0, count: rows.count)
    switch metric {
    case .dot, .cosine: kernels.dots(vectors, rows: rows, with: query, into: &scores)
    case .euclidean: kernels.squaredDistances(vectors, rows: rows, with: query, into: &scores)
    case .manhattan: kernels.manhattanDistances(vectors, rows: rows, with: query, into: &scores)
    }
    for (index, row) in rows.enumerated() {
      switch metric {
      case .dot: continue
      case .manhattan: scores[index] = -scores[index]
      case .euclidean: scores[index] = -distance(squared: scores[index], vectors, row)
      case .cosine: scores[index] = cosine(dot: scores[index], vectors, row, norm: norms[row - first])
      }
    }
    return scores
  }

  private func distance(squared: Float, _ vectors: Matrix, _ row: Int) -> Float {
    if squared.isFinite { return squared.squareRoot() }
    return Float(zip(query, vectors.row(row)).map { Double($0) - Double($1) }.norm)
  }

  /// Zero where a vector is zero, since it has no direction; NaN where one is not finite.
  private func cosine(dot: Float, _ vectors: Matrix, _ row: Int, norm rowNorm: Double) -> Float {
    guard norm.isFinite, rowNorm.isFinite else { return .nan }
    if norm == 0 || rowNorm == 0 { return 0 }
    if dot.isFinite { return Float(Double(dot) / (norm * rowNorm)) }
    let wide = zip(query, vectors.row(row)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    return Float(wide / (norm * rowNorm))
  }
}

extension KernelSet {
  /// The euclidean norms of all rows, or of a range.
  ///
  /// Where the square of a norm leaves the range of f32, the norm is taken in f64: a tiny vector is no
  /// vector of zeros.
  func norms(_ matrix: Matrix) -> [Double] { norms(matrix, rows: 0..<matrix.rows) }

  func norms(_ matrix: Matrix, rows: Range<Int>) -> [Double] {
    zip(rows, squaredNorms(matrix, rows: rows)).map { row, squared in
      Self.norm(squared: squared) { matrix.row(row) }
    }
  }

  fileprivate static func norm(squared: Float, of vector: () -> [Float]) -> Double {
    squared.isFinite && squared > 0x1p-100 ? Double(squared).squareRoot() : vector().norm
  }
}

extension Sequence where Element: BinaryFloatingPoint {
  var norm: Double { reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
}
