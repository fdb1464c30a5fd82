internal import CKernels

extension KernelSet {
  /// The inner product of two vectors of equal length.
  public func dot(_ a: [Float], _ b: [Float]) -> Float {
    precondition(a.count == b.count, "dot: lengths differ (\(a.count) and \(b.count))")
    return unsafe table.pointee.dot(a, b, a.count)
  }

  /// The inner product of a vector with each row of a range; `scores[0]` belongs to the first row of the range.
  public func dots(_ matrix: Matrix, rows: Range<Int>, with vector: [Float], into scores: inout [Float]) {
    unsafe compare(matrix, rows, vector, &scores, table.pointee.dot)
  }

  /// Squared euclidean distances, as `dots`.
  public func squaredDistances(
    _ matrix: Matrix, rows: Range<Int>, with vector: [Float], into scores: inout [Float]
  ) {
    unsafe compare(matrix, rows, vector, &scores, table.pointee.squared_distance)
  }

  /// Sums of absolute differences, as `dots`.
  public func manhattanDistances(
    _ matrix: Matrix, rows: Range<Int>, with vector: [Float], into scores: inout [Float]
  ) {
    unsafe compare(matrix, rows, vector, &scores, table.pointee.manhattan_distance)
  }

  /// The inner product of each row of a range with itself.
  public func squaredNorms(_ matrix: Matrix, rows: Range<Int>) -> [Float] {
    matrix.check(rows)
    return rows.map { row in
      let start = unsafe matrix.rowStart(row)
      return unsafe table.pointee.dot(start, start, matrix.columns)
    }
  }

  /// All inner products of the rows of two matrices, `[a.rows, b.rows]`.
  ///
  /// Symmetric to the bit for `b` = `a`.
  public func products(_ a: Matrix, _ b: Matrix) -> Matrix {
    precondition(a.columns == b.columns, "products: widths differ (\(a.columns) and \(b.columns))")
    let products = Matrix(rows: a.rows, columns: b.rows)
    linear(a, PackedMatrix(b, kernels: self), bias: nil, activation: .identity, into: products, work: .inline)
    return products
  }

  /// Divides every row by its euclidean norm, or by 1e-12 where that is larger.
  public func normalizeRows(_ matrix: Matrix) {
    for (row, squared) in squaredNorms(matrix, rows: 0..<matrix.rows).enumerated() {
      unsafe table.pointee.scale(matrix.rowStart(row), Self.normalizingFactor(squared), matrix.columns)
    }
  }

  /// Divides every row by the norm of one of them, as `normalizeRows` divides that row.
  public func normalizeRows(_ matrix: Matrix, by row: Int) {
    let factor = Self.normalizingFactor(squaredNorms(matrix, rows: row..<row + 1)[0])
    for row in 0..<matrix.rows { unsafe table.pointee.scale(matrix.rowStart(row), factor, matrix.columns) }
  }

  private static func normalizingFactor(_ squaredNorm: Float) -> Float {
    1 / (squaredNorm.isNaN ? squaredNorm : max(squaredNorm.squareRoot(), 1e-12))
  }

  private func compare(
    _ matrix: Matrix, _ rows: Range<Int>, _ vector: [Float], _ scores: inout [Float],
    _ kernel: @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, Int) -> Float
  ) {
    matrix.check(rows)
    precondition(
      vector.count == matrix.columns, "a vector of \(vector.count) against rows of \(matrix.columns)")
    precondition(scores.count >= rows.count, "\(scores.count) places for \(rows.count) scores")
    unsafe vector.withUnsafeBufferPointer { vector in
      for row in rows {
        scores[row - rows.lowerBound] = unsafe kernel(matrix.rowStart(row), vector.baseAddress, vector.count)
      }
    }
  }
}
