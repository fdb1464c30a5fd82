internal import CKernels

extension KernelSet {
  /// A linear layer: output = activation(input · weightsᵀ + bias), `[rows, outputs]`.
  ///
  /// `weights` must have been packed for these kernels. An output row depends on its input row alone, to the bit.
  public func linear(
    _ input: Matrix, _ weights: PackedMatrix, bias: [Float]?, activation: Activation, into output: Matrix,
    work: Work
  ) {
    precondition(weights.kernels == self, "weights packed for \(weights.kernels) used with \(self)")
    precondition(
      input.columns == weights.inputs && output.columns == weights.outputs && output.rows == input.rows,
      """
      [\(input.rows), \(input.columns)] through [\(weights.outputs), \(weights.inputs)] \
      does not give [\(output.rows), \(output.columns)]
      """)
    precondition(
      bias.map { $0.count == weights.outputs } ?? true,
      "a bias of \(bias?.count ?? 0) for \(weights.outputs) outputs")
    let tiling = unsafe Tiling(
      rows: input.rows, inputs: weights.inputs, outputs: weights.outputs, kernels: table.pointee,
      threads: work.threads)
    // An empty array has no address worth passing: its products have nothing to add.
    unsafe (bias ?? []).withUnsafeBufferPointer { values in
      work.forEachBlock(tiling.count) { index in
        let block = tiling.block(index)
        var product = unsafe kn_product(
          input: input.start + block.rows.lowerBound * input.columns, input_stride: input.columns,
          rows: block.rows.count, inputs: weights.inputs, panels: weights.panels.start,
          first_output: block.outputs.lowerBound, end_output: block.outputs.upperBound,
          bias: values.isEmpty ? nil : values.baseAddress, activation: activation.code,
          output: output.start + block.rows.lowerBound * output.columns, output_stride: output.columns)
        unsafe table.pointee.product(&product)
      }
    }
  }
}

/// How a product is cut into blocks of rows × outputs.
///
/// A block takes at most half a millisecond, and there are several for each thread, so that no thread waits long for
/// the last block.
struct Tiling {
  private let rows: Int
  private let outputs: Int
  private let rowStep: Int
  private let outputStep: Int
  private let across: Int
  let count: Int

  init(rows: Int, inputs: Int, outputs: Int, kernels: kn_kernels, threads: Int) {
    self.rows = rows
    self.outputs = outputs
    guard rows > 0, outputs > 0 else {
      (rowStep, outputStep, across, count) = (1, 1, 0, 0)
      return
    }
    let total = 2 * Double(rows) * Double(max(inputs, 1)) * Double(outputs)
    let longest = kernels.flops_per_second * 5e-4
    let shortest = kernels.flops_per_second * 5e-6
    let aim = min(longest, max(shortest, total / Double(4 * threads)))
    let panelRow = 2 * Double(max(inputs, 1) * kernels.panel)
    // Eight tiles of rows share a panel while it is in the cache.
    let tiles = max(1, min(8, Int(aim / (panelRow * Double(kernels.rows)))))
    rowStep = min(rows, tiles * kernels.rows)
    let panels = max(1, Int(aim / (panelRow * Double(rowStep))))
    outputStep = panels * kernels.panel
    across = (outputs + outputStep - 1) / outputStep
    count = (rows + rowStep - 1) / rowStep * across
  }

  func block(_ index: Int) -> (rows: Range<Int>, outputs: Range<Int>) {
    let row = index / across * rowStep
    let output = index % across * outputStep
    return (row..<min(rows, row + rowStep), output..<min(outputs, output + outputStep))
  }
}
