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
    let operand = operand(input, for: weights, space, work)
    multiply(operand, rows: input.rows, weights, bias, activation, into: output, narrows: false, work)
  }

  /// Two linear layers, one after the other, with an activation between them: a feed-forward part without a gate.
  ///
  /// As two calls of `linear`, to the bit. `inner`, `[rows, outputs of the first]`, is memory for what is between; where the
  /// second layer is of bf16, it is written as such at once, and `inner` holds no floats afterwards.
  public func linear(
    _ input: Matrix, _ first: PackedMatrix, bias: [Float]?, activation: Activation, inner: Matrix,
    then second: PackedMatrix, bias secondBias: [Float]?, into output: Matrix,
    space: OperandSpace? = nil, work: Work
  ) {
    precondition(
      second.inputs == first.outputs, "\(first.outputs) outputs for a layer of \(second.inputs) inputs")
    guard second.precision == .bf16 else {
      linear(input, first, bias: bias, activation: activation, into: inner, space: space, work: work)
      linear(
        inner, second, bias: secondBias, activation: .identity, into: output, space: space, work: work)
      return
    }
    let operand = operand(input, for: first, space, work)
    multiply(operand, rows: input.rows, first, bias, activation, into: inner, narrows: true, work)
    let narrowed = unsafe Operand(
      owner: inner, start: UnsafeRawPointer(inner.start), stride: kn_words(KN_OPERANDS_BF16, second.inputs),
      spans: nil)
    multiply(narrowed, rows: input.rows, second, secondBias, .identity, into: output, narrows: false, work)
  }

  /// An input as the kernels read it beside some weights.
  private func operand(
    _ input: Matrix, for weights: PackedMatrix, _ space: OperandSpace?, _ work: Work
  ) -> Operand {
    precondition(
      input.columns == weights.inputs, "\(input.columns) columns for a layer of \(weights.inputs) inputs")
    guard weights.precision != .f32 else { return Operand(input) }
    let space =
      space.flatMap { $0.holds(input) ? $0 : nil } ?? OperandSpace(rows: input.rows, columns: input.columns)
    return space.narrow(input, weights.precision.operands, self, work)
  }

  /// Multiplies by packed weights; `narrows` says whether `output` takes bf16, in rows without gaps.
  private func multiply(
    _ operand: Operand, rows: Int, _ weights: PackedMatrix, _ bias: [Float]?, _ activation: Activation,
    into output: Matrix, narrows: Bool, _ work: Work
  ) {
    precondition(
      weights.kernels.instructionSet == instructionSet,
      "weights packed for \(weights.kernels) used with \(self)")
    precondition(
      output.columns == weights.outputs, "\(weights.outputs) outputs for \(output.columns) columns")
    let tiling = unsafe Tiling(
      rows: rows, inputs: weights.inputs, outputs: weights.outputs, panel: table.pointee.panel,
      speedup: table.pointee.speedup(weights.precision), kernels: table.pointee, threads: work.threads)
    var product = unsafe kn_product()
    unsafe product.operands = weights.precision.operands
    unsafe product.panels = UnsafeRawPointer(weights.panels)
    unsafe product.panel_stride = weights.panelStride
    unsafe product.columns = UnsafePointer(weights.columns)
    unsafe product.inputs = weights.inputs
    unsafe product.narrows = narrows ? 1 : 0
    unsafe product.output_stride = narrows ? kn_words(KN_OPERANDS_BF16, weights.outputs) : output.columns
    unsafe multiply(
      operand, rows: rows, product, outputs: weights.outputs, tiling, bias, activation, into: output,
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
    unsafe product.output_stride = output.columns
    precondition(
      input.columns == weights.inputs, "\(input.columns) columns for a layer of \(weights.inputs) inputs")
    unsafe multiply(
      Operand(input), rows: input.rows, product, outputs: weights.outputs, tiling, bias, activation,
      into: output, column: column, work, table.pointee.stored_product)
  }

  /// Runs a kernel on every block of a product that has its weights and the stride of its output already.
  private func multiply(
    _ operand: Operand, rows: Int, _ weights: kn_product, outputs: Int, _ tiling: Tiling,
    _ bias: [Float]?, _ activation: Activation, into output: Matrix, column: Int, _ work: Work,
    _ kernel: @convention(c) (UnsafePointer<kn_product>?) -> Void
  ) {
    precondition(
      output.rows == rows && column >= 0 && column <= output.columns && outputs <= output.columns - column,
      "[\(rows), \(outputs)] does not fit [\(output.rows), \(output.columns)] from column \(column) on")
    precondition(
      bias.map { $0.count == outputs } ?? true, "a bias of \(bias?.count ?? 0) for \(outputs) outputs")
    defer { withExtendedLifetime(operand.owner) {} }
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
        unsafe product.output = output.start + first * weights.output_stride + column
        unsafe kernel(&product)
      }
    }
  }
}
