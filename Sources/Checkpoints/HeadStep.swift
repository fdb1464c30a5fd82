import Foundation
import Recipes

/// One step between pooling and the vector, in the order of the model's modules.
///
/// A `Normalize` module at the end is no step: it is the model's declared normalisation, which a recipe can change.
public enum HeadStep: Equatable, Sendable {
  case dense(DenseLayer)
  /// x / ‖x‖₂; a zero vector stays one. `width` is the vector's length.
  case normalize(folder: String, width: Int)
  case layerNorm(LayerNormLayer)

  /// How the model's description states the step.
  var summary: HeadLayer {
    switch self {
    case .dense(let layer):
      HeadLayer(
        kind: "Dense", folder: layer.folder, inputDimensions: layer.inputs, outputDimensions: layer.outputs,
        activation: layer.activation.rawValue)
    case .normalize(let folder, let width):
      HeadLayer(
        kind: "Normalize", folder: folder, inputDimensions: width, outputDimensions: width,
        activation: ActivationFunction.identity.rawValue)
    case .layerNorm(let layer):
      HeadLayer(
        kind: "LayerNorm", folder: layer.folder, inputDimensions: layer.weight.count,
        outputDimensions: layer.weight.count, activation: ActivationFunction.identity.rawValue)
    }
  }

  /// The length of the vector that comes out.
  var outputs: Int { summary.outputDimensions }
}

/// A layer norm after pooling: (x − mean) / √(variance + epsilon) · weight + bias.
public struct LayerNormLayer: Equatable, Sendable {
  /// The module's folder, relative to the model's.
  public let folder: String
  public let weight: [Float]
  public let bias: [Float]
  /// Not in the files: the reference library builds the layer with PyTorch's default.
  public static let epsilon: Float = 1e-5

  /// Reads a LayerNorm module's folder; its dimension must equal `width`, the length of the vector that comes in.
  static func read(
    model: String, folder: String, width: Int
  ) throws(CheckpointError) -> (layer: LayerNormLayer, weights: WeightStore) {
    let name = joined(folder, "config.json")
    let file = try ConfigurationFile(
      path: joined(model, name), name: name, purpose: "modules.json lists a LayerNorm module there")
    let dimension = try file.integer("dimension", in: 1...1_048_576)
    guard dimension == width else {
      throw file.invalid(
        "dimension", dimension.map { "\($0)" } ?? "missing",
        "\(width), the length of the vector that comes in"
      )
    }
    let store = try WeightStore(folder: joined(model, folder))
    let layer = LayerNormLayer(
      folder: folder, weight: try store.floats("norm.weight", shape: [width]),
      bias: try store.floats("norm.bias", shape: [width]))
    return (layer, store)
  }
}
