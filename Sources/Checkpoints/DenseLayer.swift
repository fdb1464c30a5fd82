import Foundation

/// One layer after pooling: activation(x·Wᵀ + b).
public struct DenseLayer: Equatable, Sendable {
  /// The module's folder, relative to the model's.
  public let folder: String
  public let inputs: Int
  public let outputs: Int
  /// `[outputs, inputs]`, row-major.
  public let weights: [Float]
  public let bias: [Float]?
  public let activation: ActivationFunction

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
    try refuseVariants(file)
    let activation = try ActivationFunction(torchClass: "activation_function", of: file)
    let store = try WeightStore(folder: joined(model, folder))
    let weights = try store.floats("linear.weight", shape: [outputs, inputs])
    let hasBias = try file.bool("bias") ?? true
    let bias = hasBias ? try store.floats("linear.bias", shape: [outputs]) : nil
    let layer = DenseLayer(
      folder: folder, inputs: inputs, outputs: outputs, weights: weights, bias: bias, activation: activation)
    return (layer, store)
  }

  private static func refuseVariants(_ file: ConfigurationFile) throws(CheckpointError) {
    for key in ["module_input_name", "module_output_name"] {
      if let name = try file.string(key), name != "sentence_embedding" {
        throw file.invalid(key, quoted(name), "'sentence_embedding'")
      }
    }
    if try file.bool("use_residual") == true {
      throw file.invalid("use_residual", "true", "false: residual dense layers are not supported")
    }
  }
}
