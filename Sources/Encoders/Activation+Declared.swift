public import Checkpoints
public import Kernels

extension Activation {
  /// The kernel's form of what a model declares.
  public init(_ function: ActivationFunction) {
    switch function {
    case .identity: self = .identity
    case .gelu: self = .gelu
    case .geluTanh: self = .geluTanh
    case .relu: self = .relu
    case .tanh: self = .tanh
    case .sigmoid: self = .sigmoid
    case .silu: self = .silu
    }
  }
}
