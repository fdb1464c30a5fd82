/// The function that is applied to each value after a matrix product.
public enum ActivationFunction: String, CaseIterable, Codable, Sendable {
  case identity
  /// The exact form, with erf.
  case gelu
  /// The form with tanh.
  case geluTanh = "gelu_tanh"
  case relu
  case tanh
  case sigmoid
  case silu

  /// Reads a name as `config.json` spells it; nil where the key is absent.
  init?(_ file: ConfigurationFile, key: String) throws(CheckpointError) {
    guard let name = try file.string(key) else { return nil }
    switch name {
    case "gelu", "gelu_python": self = .gelu
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh": self = .geluTanh
    case "relu": self = .relu
    case "tanh": self = .tanh
    case "sigmoid": self = .sigmoid
    case "silu", "swish": self = .silu
    default:
      throw file.invalid(
        key, quoted(name), "one of 'gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu', 'tanh', 'sigmoid', 'silu'"
      )
    }
  }

  /// Reads a class as a dense layer's configuration spells it, such as `torch.nn.modules.activation.Tanh`.
  ///
  /// An absent key means tanh and null the identity, as in sentence-transformers. Any class from elsewhere than
  /// `torch` would be the model's own code.
  init(torchClass key: String, of file: ConfigurationFile) throws(CheckpointError) {
    guard let name = try file.string(key) else {
      self = file.has(key) ? .identity : .tanh
      return
    }
    let parts = name.split(separator: ".")
    guard parts.first == "torch" else { throw .remoteCode(file: file.path, what: name) }
    switch parts.last {
    case "Identity": self = .identity
    case "Tanh": self = .tanh
    case "ReLU": self = .relu
    case "GELU": self = .gelu
    case "Sigmoid": self = .sigmoid
    case "SiLU": self = .silu
    default: throw file.invalid(key, quoted(name), "Identity, Tanh, ReLU, GELU, Sigmoid or SiLU of torch.nn")
    }
  }
}
