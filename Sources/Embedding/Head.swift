import Encoders
import Checkpoints
import Kernels

/// The steps that follow pooling in a model.
struct Head: Sendable {
  fileprivate enum Step: Sendable {
    case dense(Dense)
    case normalize
    case layerNorm(LayerNormLayer)
  }

  /// activation(x·Wᵀ + b), with x or x·Rᵀ added where the layer has a residual.
  fileprivate struct Dense: Sendable {
    let weights: PackedMatrix
    let bias: [Float]?
    let activation: Activation
    let addsInput: Bool
    let residual: PackedMatrix?
  }

  private let steps: [Step]
  private let kernels: KernelSet

  init(_ steps: [HeadStep], kernels: KernelSet) {
    self.kernels = kernels
    self.steps = steps.map { step in
      switch step {
      case .dense(let layer): .dense(Dense(layer, kernels: kernels))
      case .normalize: .normalize
      case .layerNorm(let layer): .layerNorm(layer)
      }
    }
  }

  /// Passes `[texts, inputs]`, which may be changed, through every step.
  func apply(to vectors: Matrix, work: Work) -> Matrix {
    var result = vectors
    for step in steps {
      switch step {
      case .dense(let layer): result = apply(layer, to: result, work)
      case .normalize: kernels.normalizeRows(result)
      case .layerNorm(let layer):
        kernels.layerNorm(
          result, weight: layer.weight, bias: layer.bias, epsilon: LayerNormLayer.epsilon, into: result,
          work: work)
      }
    }
    return result
  }

  /// Why a step keeps a sum from being passed through part by part; nil where none does.
  ///
  /// Normalisation keeps none from it: the length of the whole is held fixed.
  var nonlinearity: String? {
    for step in steps {
      switch step {
      case .dense(let layer) where layer.activation != .identity:
        return "the head has the activation \(layer.activation.rawValue)"
      case .layerNorm: return "the head has a layer normalisation"
      case .dense, .normalize: continue
      }
    }
    return nil
  }

  /// Passes the parts of one vector through the steps, none of which may have a `nonlinearity`.
  ///
  /// - Parameters:
  ///   - sum: `[parts + 2, inputs]`: the parts, what is added to them, and the whole, which is the sum of all these.
  ///   - work: What to compute with.
  /// - Returns: `[parts + 2, outputs]`, likewise; the biases are in what is added and in the whole.
  func apply(toParts sum: Matrix, work: Work) -> Matrix {
    var result = sum
    for step in steps {
      switch step {
      case .dense(let layer):
        result = apply(layer, to: result, addsBias: false, work)
        for row in (sum.rows - 2)..<sum.rows {
          if let bias = layer.bias { result.setRow(row, zip(result.row(row), bias).map(+)) }
        }
      case .normalize: kernels.normalizeRows(result, by: sum.rows - 1)
      case .layerNorm: preconditionFailure("a layer normalisation cannot take the parts of a sum")
      }
    }
    return result
  }

  private func apply(_ layer: Dense, to input: Matrix, addsBias: Bool = true, _ work: Work) -> Matrix {
    let output = Matrix(rows: input.rows, columns: layer.weights.outputs)
    kernels.linear(
      input, layer.weights, bias: addsBias ? layer.bias : nil, activation: layer.activation, into: output,
      work: work)
    if layer.addsInput { kernels.add(input, to: output, work: work) }
    if let residual = layer.residual {
      let projected = Matrix(rows: input.rows, columns: residual.outputs)
      kernels.linear(input, residual, bias: nil, activation: .identity, into: projected, work: work)
      kernels.add(projected, to: output, work: work)
    }
    return output
  }
}

extension Head.Dense {
  fileprivate init(_ layer: DenseLayer, kernels: KernelSet) {
    func packed(_ values: [Float]) -> PackedMatrix {
      PackedMatrix(outputs: layer.outputs, inputs: layer.inputs, values: values, kernels: kernels)
    }
    weights = packed(layer.weights)
    bias = layer.bias
    activation = Activation(layer.activation)
    switch layer.residual {
    case .none: (addsInput, residual) = (false, nil)
    case .input: (addsInput, residual) = (true, nil)
    case .projected(let values): (addsInput, residual) = (false, packed(values))
    }
  }
}
