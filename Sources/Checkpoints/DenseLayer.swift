import Foundation

/// One layer after pooling: activation(x·Wᵀ + b), and with a residual x or x·Rᵀ added to that.
public struct DenseLayer: Equatable, Sendable {
  /// What is added to the activation's result (sentence-transformers 5.7, `use_residual`).
  public enum Residual: Equatable, Sendable {
    case none
    /// The vector that came in.
    case input
    /// That vector times `[outputs, inputs]`, row-major, where the layer changes its length.
    case projected([Float])
  }

  /// The module's folder, relative to the model's; empty for the encoder's own pooler.
  public let folder: String
  public let inputs: Int
  public let outputs: Int
  /// `[outputs, inputs]`, row-major.
  public let weights: [Float]
  public let bias: [Float]?
  public let activation: ActivationFunction
  public let residual: Residual

  public init(
    folder: String, inputs: Int, outputs: Int, weights: [Float], bias: [Float]?,
    activation: ActivationFunction,
    residual: Residual = .none
  ) {
    precondition(weights.count == inputs * outputs, "\(weights.count) weights for \(inputs) × \(outputs)")
    self.folder = folder
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
    self.bias = bias
    self.activation = activation
    self.residual = residual
  }

  /// Reads a Dense module's folder; `in_features` must equal `width`, the length of the vector that comes in.
  static func read(
    model: String, folder: String, width: Int
  ) throws(CheckpointError) -> (layer: DenseLayer, weights: WeightStore) {
    let name = joined(folder, "config.json")
    let file = try ConfigurationFile(
      path: joined(model, name), name: name, purpose: "modules.json lists a Dense module there")
    guard let inputs = try file.integer("in_features", in: 1...1_048_576) else {
      throw file.invalid("in_features", "missing", "the length of the vector that comes in, \(width)")
    }
    guard inputs == width else {
      throw file.invalid("in_features", "\(inputs)", "\(width), the length of the vector that comes in")
    }
    guard let outputs = try file.integer("out_features", in: 1...1_048_576) else {
      throw file.invalid("out_features", "missing", "a whole number")
    }
    try ModuleList.requireVectorNames(file)
    let activation = try ActivationFunction(torchClass: "activation_function", of: file)
    let store = try WeightStore(folder: joined(model, folder))
    let weights = try store.floats("linear.weight", shape: [outputs, inputs])
    let hasBias = try file.bool("bias") ?? true
    let bias = hasBias ? try store.floats("linear.bias", shape: [outputs]) : nil
    var residual = Residual.none
    if try file.bool("use_residual") == true {
      residual =
        inputs == outputs
        ? .input : .projected(try store.floats("residual.weight", shape: [outputs, inputs]))
    }
    let layer = DenseLayer(
      folder: folder, inputs: inputs, outputs: outputs, weights: weights, bias: bias, activation: activation,
      residual: residual)
    return (layer, store)
  }
}
