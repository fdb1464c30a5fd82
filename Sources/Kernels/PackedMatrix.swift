internal import CKernels

/// Weights `[outputs, inputs]` in the order in which the kernels of one instruction set read them.
public final class PackedMatrix: Sendable {
  public let outputs: Int
  public let inputs: Int
  /// The kernels that the order of the weights belongs to.
  public let kernels: KernelSet
  let panels: AlignedFloats

  private init(
    outputs: Int, inputs: Int, start: UnsafePointer<Float>?, kernels: KernelSet
  ) {
    self.outputs = outputs
    self.inputs = inputs
    self.kernels = kernels
    let panel = unsafe kernels.table.pointee.panel
    let (count, overflow) = ((outputs + panel - 1) / panel * panel).multipliedReportingOverflow(by: inputs)
    precondition(!overflow, "no memory holds \(outputs) × \(inputs) floats")
    unsafe panels = AlignedFloats(count: count) {
      unsafe kernels.table.pointee.pack(start, inputs, outputs, inputs, $0)
    }
  }

  /// Packs weights that stand row after row.
  public convenience init(outputs: Int, inputs: Int, values: [Float], kernels: KernelSet) {
    precondition(
      outputs >= 0 && inputs >= 0 && values.count == outputs * inputs,
      "\(values.count) values for \(outputs) × \(inputs)")
    unsafe self.init(outputs: outputs, inputs: inputs, start: values, kernels: kernels)
  }

  /// Packs a matrix of `[outputs, inputs]`.
  public convenience init(_ matrix: Matrix, kernels: KernelSet) {
    unsafe self.init(outputs: matrix.rows, inputs: matrix.columns, start: matrix.start, kernels: kernels)
  }
}
