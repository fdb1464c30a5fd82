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
    unsafe table.pointee.activate(activation.code, matrix.start, matrix.rows * matrix.columns)
  }
}
