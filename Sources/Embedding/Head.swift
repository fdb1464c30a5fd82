import Encoders
import Checkpoints
import Kernels

/// The dense layers that follow pooling in a model.
struct Head: Sendable {
  private struct Layer: Sendable {
    let weights: PackedMatrix
    let bias: [Float]?
    let activation: Activation
    let outputs: Int
  }

  private let layers: [Layer]
  private let kernels: KernelSet

  init(_ layers: [DenseLayer], kernels: KernelSet) {
    self.kernels = kernels
    self.layers = layers.map { layer in
      Layer(
        weights: PackedMatrix(
          outputs: layer.outputs, inputs: layer.inputs, values: layer.weights, kernels: kernels),
        bias: layer.bias, activation: Activation(layer.activation), outputs: layer.outputs)
    }
  }

  /// Passes `[texts, inputs]` through every layer.
  func apply(to vectors: Matrix, work: Work) -> Matrix {
    var result = vectors
    for layer in layers {
      let next = Matrix(rows: result.rows, columns: layer.outputs)
      kernels.linear(
        result, layer.weights, bias: layer.bias, activation: layer.activation, into: next, work: work)
      result = next
    }
    return result
  }
}
