internal import CKernels

extension KernelSet {
  /// Layer normalisation of each row of input + residual, with a learned weight and perhaps a bias of `[columns]`.
  ///
  /// `output` may be `input` or `residual`.
  public func layerNorm(
    _ input: Matrix, residual: Matrix? = nil, weight: [Float], bias: [Float]?, epsilon: Float,
    into output: Matrix, work: Work
  ) {
    let columns = input.columns
    precondition(
      weight.count == columns && bias.map { $0.count == columns } ?? true,
      "weights of \(weight.count) and a bias of \(bias?.count ?? 0) for rows of \(columns)")
    input.checkShape(of: [output, residual ?? output])
    work.forEachRow(of: input) { row in
      unsafe table.pointee.layer_norm(
        input.rowStart(row), residual?.rowStart(row), weight, bias, epsilon, columns, output.rowStart(row))
    }
  }

  /// x / √(mean(x²) + epsilon) · weight for each row x of input + residual (Zhang and Sennrich, 2019).
  ///
  /// `output` may be `input` or `residual`.
  public func rmsNorm(
    _ input: Matrix, residual: Matrix? = nil, weight: [Float], epsilon: Float, into output: Matrix, work: Work
  ) {
    let columns = input.columns
    precondition(weight.count == columns, "weights of \(weight.count) for rows of \(columns)")
    input.checkShape(of: [output, residual ?? output])
    work.forEachRow(of: input) { row in
      unsafe table.pointee.rms_norm(
        input.rowStart(row), residual?.rowStart(row), weight, epsilon, columns, output.rowStart(row))
    }
  }

  /// The RMS norm of each head by itself, in place: `columns` holds heads of `width` values, `weight` is `[width]`.
  ///
  /// Models that normalise queries and keys use it.
  public func normalizeHeads(
    _ states: Matrix, columns: Range<Int>, width: Int, weight: [Float], epsilon: Float, work: Work
  ) {
    states.checkHeads(columns, width: width)
    precondition(weight.count == width, "weights of \(weight.count) for heads of \(width)")
    work.forEachRow(of: states) { row in
      for column in stride(from: columns.lowerBound, to: columns.upperBound, by: width) {
        let head = unsafe states.rowStart(row) + column
        unsafe table.pointee.rms_norm(head, nil, weight, epsilon, width, head)
      }
    }
  }
}

extension Matrix {
  func checkShape(of others: [Matrix]) {
    for other in others {
      precondition(
        other.rows == rows && other.columns == columns,
        "[\(rows), \(columns)] and [\(other.rows), \(other.columns)] differ")
    }
  }

  /// Checks that some columns are heads of a width.
  func checkHeads(_ range: Range<Int>, width: Int) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns && width > 0 && range.count % width == 0,
      "columns \(range) of \(columns) are not heads of \(width)")
  }
}

extension Work {
  /// Runs `body` for every row, some tens of thousands of values at a time.
  func forEachRow(of matrix: Matrix, _ body: (Int) -> Void) {
    let rowsPerBlock = max(1, 1 << 15 / max(matrix.columns, 1))
    forEachBlock((matrix.rows + rowsPerBlock - 1) / rowsPerBlock) { index in
      for row in index * rowsPerBlock..<min(matrix.rows, (index + 1) * rowsPerBlock) { body(row) }
    }
  }
}
