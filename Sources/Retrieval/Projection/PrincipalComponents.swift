public import Kernels

/// The principal components of vectors: the directions in which they vary most.
///
/// As scikit-learn's `PCA(n_components=count, svd_solver="full")` up to sign; here the largest entry of a component is
/// positive (the first of several). The products of the rows are taken in f32 and summed in f64, of the dimensions or of
/// the rows, whichever are fewer. A direction with less than 10⁻⁷ of the first one's variance, or beyond the rank of the
/// rows, is not told from rounding: its component is zeros, its variance 0, and every vector stands at 0 on it.
public struct PrincipalComponents: Sendable {
  /// `[dimensions]`.
  public let mean: [Float]
  /// `[count, dimensions]`, each of length 1 or 0.
  public let components: Matrix
  /// The variance of the rows on each component (divided by rows − 1), largest first.
  public let variances: [Float]
  /// The parts of the whole variance that the components have; zeros where nothing varies.
  public let varianceShares: [Float]
  private let kernels: KernelSet

  /// The components of `[rows, dimensions]`.
  ///
  /// - Complexity: O(rows · dimensions · min(rows, dimensions)).
  /// - Throws: `ProjectionError.notFinite`, `ProjectionError.noConvergence`, `CancellationError`.
  public init(_ vectors: Matrix, count: Int, kernels: KernelSet = .best, work: Work? = nil) throws {
    precondition(count >= 0, "\(count) principal components")
    let work = work ?? .inline
    self.kernels = kernels
    let dimensions = vectors.columns
    guard vectors.rows > 0, dimensions > 0 else {
      mean = [Float](repeating: 0, count: dimensions)
      components = Matrix(rows: count, columns: dimensions)
      variances = [Float](repeating: 0, count: count)
      varianceShares = variances
      return
    }
    let centred = try CentredRows(vectors, work: work)
    let isWide = vectors.rows < dimensions
    let products = try SymmetricMatrix(of: centred.rows, columns: !isWide, kernels: kernels, work: work)
    let total = (0..<products.side).reduce(0) { $0 + products[$1, $1] }
    let floor = centred.noiseFloor
    let pairs: LeadingEigenpairs? =
      total > floor
      ? try LeadingEigenpairs(products, count: min(count, products.side), work: work) : nil
    let values = (pairs?.values ?? []).filter { $0 > max(floor, 1e-7 * (pairs?.values.first ?? 0)) }
    var directions = Array((pairs?.vectors ?? []).prefix(values.count))
    if isWide { directions = try directions.map { try centred.combination($0, work) } }
    components = Matrix(rows: count, columns: dimensions)
    for (index, direction) in Self.orthonormal(directions).enumerated() {
      components.setRow(index, Self.signed(direction))
    }
    let unit = centred.scale * centred.scale * Double(max(vectors.rows - 1, 1))
    let missing = repeatElement(Float(0), count: count - values.count)
    mean = centred.mean.map { Float($0) }
    variances = values.map { Float($0 / unit) } + missing
    varianceShares = values.map { Float($0 / total) } + missing
  }

  /// Where vectors stand on the components, `[rows, count]`; also vectors that the components were not taken from.
  public func project(_ vectors: Matrix) -> Matrix {
    precondition(vectors.columns == mean.count, "vectors of \(vectors.columns) for \(mean.count) dimensions")
    let result = Matrix(rows: vectors.rows, columns: components.rows)
    var scores = [Float](repeating: 0, count: components.rows)
    for row in 0..<vectors.rows {
      var centred = vectors.row(row)
      for column in centred.indices { centred[column] -= mean[column] }
      kernels.dots(components, rows: 0..<components.rows, with: centred, into: &scores)
      result.setRow(row, scores)
    }
    return result
  }

  /// Takes out of each vector what the ones before it have (they are nearly orthogonal), and gives it length 1.
  private static func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
    var result: [[Double]] = []
    for var vector in vectors {
      for other in result {
        let inner = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
        for index in vector.indices { vector[index] -= inner * other[index] }
      }
      let norm = vector.norm
      result.append(norm > 0 ? vector.map { $0 / norm } : vector)
    }
    return result
  }

  private static func signed(_ direction: [Double]) -> [Float] {
    let largest = direction.max { $0.magnitude < $1.magnitude } ?? 0
    return direction.map { Float(largest < 0 ? -$0 : $0) }
  }
}

extension CentredRows {
  /// Sums of squares that rounding of the mean alone can give: equal rows stay below, unequal f32 above.
  fileprivate var noiseFloor: Double {
    mean.reduce(0) { $0 + $1 * $1 } * scale * scale * Double(rows.rows) * 1e-24
  }

  /// The sum of the rows, each with a weight.
  fileprivate func combination(_ weights: [Double], _ work: Work) throws -> [Double] {
    var sum = [Double](repeating: 0, count: rows.columns)
    let columns = rows.columns
    for (row, weight) in weights.enumerated() {
      try work.checkCancellation()
      rows.withUnsafeValues { values in
        for column in 0..<columns { sum[column] += weight * Double(values[row * columns + column]) }
      }
    }
    return sum
  }
}
