internal import CKernels

extension KernelSet {
  /// Sums of the columns over a range of rows; zeros for an empty range.
  public func sum(_ matrix: Matrix, rows: Range<Int>) -> [Float] {
    unsafe fold(matrix, rows) { start, sums in
      unsafe table.pointee.sum_rows(start, matrix.columns, rows.count, matrix.columns, sums)
    }
  }

  /// Σ (firstWeight + i) · rowᵢ with i from 0 at the start of the range.
  public func weightedSum(_ matrix: Matrix, rows: Range<Int>, firstWeight: Int = 1) -> [Float] {
    unsafe fold(matrix, rows) { start, sums in
      unsafe table.pointee.weighted_sum_rows(
        start, matrix.columns, rows.count, matrix.columns, Float(firstWeight), sums)
    }
  }

  /// Maxima of the columns over a range of rows; a NaN makes its column NaN; zeros for an empty range.
  public func maximum(_ matrix: Matrix, rows: Range<Int>) -> [Float] {
    unsafe fold(matrix, rows) { start, maxima in
      unsafe table.pointee.maximum_rows(start, matrix.columns, rows.count, matrix.columns, maxima)
    }
  }

  private func fold(
    _ matrix: Matrix, _ rows: Range<Int>,
    _ kernel: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>?) -> Void
  ) -> [Float] {
    matrix.check(rows)
    var result = [Float](repeating: 0, count: matrix.columns)
    guard !rows.isEmpty else { return result }
    unsafe result.withUnsafeMutableBufferPointer { result in
      unsafe kernel(matrix.rowStart(rows.lowerBound), result.baseAddress)
    }
    return result
  }
}
