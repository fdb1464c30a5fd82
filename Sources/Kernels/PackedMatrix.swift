internal import CKernels
public import Recipes

/// Weights `[outputs, inputs]` in the order in which the kernels of one instruction set read them, at the precision of their
/// products: f32, bf16, or bytes with a scale for each output.
public final class PackedMatrix: Sendable {
  public let outputs: Int
  public let inputs: Int
  ///
  /// What was asked for, except that so many inputs that a sum of bytes could leave 32 bits are packed in bf16.
  public let precision: Precision
  /// The kernels that the order of the weights belongs to; their extensions do not matter.
  public let kernels: KernelSet
  /// The panels, and behind them what is known of each output of bytes.
  private let memory: AlignedFloats

  /// Words of the panels.
  private var panelWords: Int { Self.panelWords(outputs, inputs, precision, kernels) }

  var panels: UnsafeMutablePointer<Float> { unsafe memory.start }

  /// Words from one panel to the next.
  var panelStride: Int {
    unsafe kn_words(precision.operands, inputs) * kernels.table.pointee.panel
  }

  /// Scale and sum of every output; nil but for bytes.
  var columns: UnsafeMutablePointer<kn_column>? {
    guard precision == .int8 else { return nil }
    return unsafe UnsafeMutableRawPointer(memory.start + panelWords).assumingMemoryBound(to: kn_column.self)
  }

  private init(
    outputs: Int, inputs: Int, precision: Precision, start: UnsafePointer<Float>?, kernels: KernelSet
  ) {
    self.outputs = outputs
    self.inputs = inputs
    let precision = Self.feasible(precision, inputs: inputs)
    self.precision = precision
    self.kernels = kernels
    let words = Self.panelWords(outputs, inputs, precision, kernels)
    unsafe memory = AlignedFloats(count: Self.byteCount(outputs, inputs, precision, kernels) / 4) { memory in
      let columns = unsafe UnsafeMutableRawPointer(memory + words).assumingMemoryBound(to: kn_column.self)
      unsafe kernels.table.pointee.pack(
        precision.operands, start, inputs, outputs, inputs, memory, precision == .int8 ? columns : nil)
    }
  }

  /// Packs weights that stand row after row.
  public convenience init(
    outputs: Int, inputs: Int, precision: Precision = .f32, values: [Float], kernels: KernelSet
  ) {
    precondition(
      outputs >= 0 && inputs >= 0 && values.count == outputs * inputs,
      "\(values.count) values for \(outputs) × \(inputs)")
    unsafe self.init(
      outputs: outputs, inputs: inputs, precision: precision, start: values, kernels: kernels)
  }

  /// Packs a matrix of `[outputs, inputs]`.
  public convenience init(_ matrix: Matrix, precision: Precision = .f32, kernels: KernelSet) {
    unsafe self.init(
      outputs: matrix.rows, inputs: matrix.columns, precision: precision, start: matrix.start,
      kernels: kernels)
  }

  /// Weights that `bytes` of such a matrix were written to a file as, used where they are mapped.
  ///
  /// `byteOffset` is a multiple of 4, and `byteCount` bytes follow it.
  public init(
    outputs: Int, inputs: Int, precision: Precision, kernels: KernelSet, mapping: FileMapping, byteOffset: Int
  ) {
    precondition(outputs > 0 && inputs > 0, "[\(outputs), \(inputs)] of a mapping")
    (self.outputs, self.inputs) = (outputs, inputs)
    (self.precision, self.kernels) = (Self.feasible(precision, inputs: inputs), kernels)
    memory = AlignedFloats(
      count: Self.byteCount(outputs, inputs, precision, kernels) / 4, mapping: mapping, byteOffset: byteOffset
    )
  }

  /// Sums of more products of bytes than this could leave 32 bits.
  private static let longestSum = 1 << 15

  /// The precision that a matrix is packed in when another one is asked for.
  private static func feasible(_ precision: Precision, inputs: Int) -> Precision {
    precision == .int8 && inputs > longestSum ? .bf16 : precision
  }

  /// What the packed weights take.
  public static func byteCount(
    _ outputs: Int, _ inputs: Int, _ precision: Precision, _ kernels: KernelSet
  ) -> Int {
    let precision = feasible(precision, inputs: inputs)
    let columns = precision == .int8 ? 2 * padded(outputs, kernels) : 0
    let (bytes, overflow) = (panelWords(outputs, inputs, precision, kernels) + columns)
      .multipliedReportingOverflow(by: 4)
    precondition(!overflow, "no memory holds \(outputs) × \(inputs) weights")
    return bytes
  }

  /// The packed weights, to be written to a file.
  public var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(
      start: memory.start, count: Self.byteCount(outputs, inputs, precision, kernels))
  }

  private static func panelWords(
    _ outputs: Int, _ inputs: Int, _ precision: Precision, _ kernels: KernelSet
  ) -> Int {
    let (words, overflow) = padded(outputs, kernels)
      .multipliedReportingOverflow(by: kn_words(precision.operands, inputs))
    precondition(!overflow, "no memory holds \(outputs) × \(inputs) weights")
    return words
  }

  /// Outputs in whole panels.
  private static func padded(_ outputs: Int, _ kernels: KernelSet) -> Int {
    let panel = unsafe kernels.table.pointee.panel
    return (outputs + panel - 1) / panel * panel
  }
}
