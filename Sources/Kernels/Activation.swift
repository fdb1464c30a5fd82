internal import CKernels

/// A function applied to every element of a layer's output.
public enum Activation: String, CaseIterable, Sendable {
  case identity
  /// The exact form, x · (1 + erf(x / √2)) / 2.
  case gelu
  /// The approximation by tanh, called `gelu_new` and `gelu_pytorch_tanh` in configurations.
  case geluTanh
  case relu, tanh, sigmoid, silu

  var code: kn_activation {
    switch self {
    case .identity: KN_IDENTITY
    case .gelu: KN_GELU
    case .geluTanh: KN_GELU_TANH
    case .relu: KN_RELU
    case .tanh: KN_TANH
    case .sigmoid: KN_SIGMOID
    case .silu: KN_SILU
    }
  }
}

extension KernelSet {
  /// Applies the activation to every element.
  public func activate(_ matrix: Matrix, _ activation: Activation) {
    unsafe table.pointee.activate(
      activation.code, matrix.start, nil, matrix.rows * matrix.columns, matrix.start)
  }

  /// A gated linear unit (Shazeer, 2020): activation(first half) · second half of each row.
  ///
  /// `input` is `[tokens, 2 · width]`, `output` `[tokens, width]`.
  public func gate(_ input: Matrix, activation: Activation, into output: Matrix, work: Work) {
    let width = output.columns
    precondition(
      input.rows == output.rows && input.columns == 2 * width,
      "[\(input.rows), \(input.columns)] gated does not give [\(output.rows), \(width)]")
    work.forEachRow(of: input) { row in
      let start = unsafe input.rowStart(row)
      unsafe table.pointee.activate(activation.code, start, start + width, width, output.rowStart(row))
    }
  }

  /// Adds every element of a matrix to another one of its shape.
  public func add(_ input: Matrix, to output: Matrix, work: Work) {
    input.checkShape(of: [output])
    work.forEachRow(of: input) { row in
      unsafe table.pointee.add(input.rowStart(row), input.columns, output.rowStart(row))
    }
  }
}
