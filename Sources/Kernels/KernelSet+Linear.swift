internal import CKernels
internal import Recipes

extension KernelSet {
  /// A linear layer: output = activation(input · weightsᵀ + bias), `[rows, outputs]`.
  ///
  /// `weights` must have been packed for this instruction set. Where their precision is not f32 the input is narrowed to it
  /// first, in `space` or in memory of its own. An output row depends on its input row alone, to the bit.
  public func linear(
    _ input: Matrix, _ weights: PackedMatrix, bias: [Float]?, activation: Activation, into output: Matrix,
    space: OperandSpace? = nil, work: Work
  ) {
    precondition(
      weights.kernels.instructionSet == instructionSet,
      "weights packed for \(weights.kernels) used with \(self)")
    precondition(
      output.columns == weights.outputs, "\(weights.outputs) outputs for \(output.columns) columns")
    let tiling = unsafe Tiling(
      rows: input.rows, inputs: weights.inputs, outputs: weights.outputs, panel: table.pointee.panel,
      speedup: table.pointee.speedup(weights.precision), kernels: table.pointee, threads: work.threads)
    var product = unsafe kn_product()
    unsafe product.operands = weights.precision.operands
    unsafe product.panels = UnsafeRawPointer(weights.panels)
    unsafe product.panel_stride = weights.panelStride
    unsafe product.columns = UnsafePointer(weights.columns)
    unsafe product.inputs = weights.inputs
    guard weights.precision != .f32 else {
      unsafe multiply(
        Operand(input), of: input, product, outputs: weights.outputs, tiling, bias, activation, into: output,
        column: 0, work, table.pointee.product)
      return
    }
    let space =
      space.flatMap { $0.holds(input) ? $0 : nil } ?? OperandSpace(rows: input.rows, columns: input.columns)
    let operand = space.narrow(input, weights.precision.operands, self, work)
    unsafe multiply(
      operand, of: input, product, outputs: weights.outputs, tiling, bias, activation, into: output,
      column: 0, work, table.pointee.product)
  }

  /// A linear layer over weights as they stand in a file: output = activation(input · weightsᵀ + bias), in f32.
  ///
  /// Writes the columns of `output` from `column` on, `[rows, outputs]`; layers that share an input can so stand side by
  /// side. An output row depends on its input row alone, to the bit, but the bits differ from those of packed weights.
  public func linear(
    _ input: Matrix, _ weights: StoredMatrix, bias: [Float]?, activation: Activation, into output: Matrix,
    column: Int = 0, work: Work
  ) {
    let tiling = unsafe Tiling(
      rows: input.rows, inputs: weights.inputs, outputs: weights.outputs, panel: table.pointee.strip,
      weightBytes: weights.format.byteCount, kernels: table.pointee, threads: work.threads)
    var product = unsafe kn_product()
    unsafe product.weights = weights.start
    unsafe product.format = weights.format.code
    unsafe product.inputs = weights.inputs
    unsafe multiply(
      Operand(input), of: input, product, outputs: weights.outputs, tiling, bias, activation, into: output,
      column: column, work, table.pointee.stored_product)
  }

  /// Runs a kernel on every block of a product that has its weights already.
  private func multiply(
    _ operand: Operand, of input: Matrix, _ weights: kn_product, outputs: Int, _ tiling: Tiling,
    _ bias: [Float]?, _ activation: Activation, into output: Matrix, column: Int, _ work: Work,
    _ kernel: @convention(c) (UnsafePointer<kn_product>?) -> Void
  ) {
    precondition(
      unsafe input.columns == weights.inputs && output.rows == input.rows
        && column >= 0 && column <= output.columns && outputs <= output.columns - column,
      unsafe """
      [\(input.rows), \(input.columns)] through [\(outputs), \(weights.inputs)] \
      does not give [\(output.rows), \(output.columns)] from column \(column) on
      """)
    precondition(
      bias.map { $0.count == outputs } ?? true, "a bias of \(bias?.count ?? 0) for \(outputs) outputs")
    // An empty array has no address worth passing: its products have nothing to add.
    unsafe (bias ?? []).withUnsafeBufferPointer { values in
      work.forEachBlock(tiling.count) { index in
        let block = tiling.block(index)
        var product = unsafe weights
        let first = block.rows.lowerBound
        unsafe product.input = operand.start + 4 * first * operand.stride
        unsafe product.input_stride = operand.stride
        if let spans = unsafe operand.spans { unsafe product.spans = spans + first }
        unsafe product.rows = block.rows.count
        unsafe product.first_output = block.outputs.lowerBound
        unsafe product.end_output = block.outputs.upperBound
        unsafe product.bias = values.isEmpty ? nil : values.baseAddress
        unsafe product.activation = activation.code
        unsafe product.output = output.rowStart(first) + column
        unsafe product.output_stride = output.columns
        unsafe kernel(&product)
      }
    }
  }
}
