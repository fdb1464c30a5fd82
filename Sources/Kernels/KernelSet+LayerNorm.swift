internal import CKernels

extension KernelSet {
  /// Layer normalisation of each row of input + residual, with a learned weight and bias of `[columns]`.
  ///
  /// `output` may be `input` or `residual`.
  public func layerNorm(
    _ input: Matrix, residual: Matrix? = nil, weight: [Float], bias: [Float], epsilon: Float,
    into output: Matrix, work: Work
  ) {
    let columns = input.columns
    precondition(
      weight.count == columns && bias.count == columns,
      "weights of \(weight.count) and a bias of \(bias.count) for rows of \(columns)")
    for other in [output, residual ?? output] {
      precondition(
        other.rows == input.rows && other.columns == columns,
        "[\(input.rows), \(columns)] and [\(other.rows), \(other.columns)] differ")
    }
    let rowsPerBlock = max(1, 1 << 15 / max(columns, 1))
    work.forEachBlock((input.rows + rowsPerBlock - 1) / rowsPerBlock) { index in
      for row in index * rowsPerBlock..<min(input.rows, (index + 1) * rowsPerBlock) {
        unsafe table.pointee.layer_norm(
          input.rowStart(row), residual?.rowStart(row), weight, bias, epsilon, columns, output.rowStart(row))
      }
    }
  }
}
