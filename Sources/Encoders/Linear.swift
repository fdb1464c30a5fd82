internal import Checkpoints
internal import Kernels
internal import Recipes

/// What the layers of one forward pass compute with.
struct Pass {
  let kernels: KernelSet
  let work: Work
  let positions: PositionTables.Tables
  /// Of the products that this pass computes.
  let precision: Precision
  /// For the inputs of products that are not of f32.
  let operands: OperandSpace
}

/// x·Wᵀ + b, of one matrix or of several whose outputs stand side by side.
struct Linear {
  enum Weights {
    case packed(PackedMatrix)
    /// As it stands in the file, for checkpoints that are too large to be unpacked.
    case stored(StoredMatrix)
  }

  /// An adapter's change of a stored matrix, up · down.
  struct Change {
    /// To the rank, `[rank, inputs]`.
    var down: PackedMatrix
    /// From the rank, `[outputs, rank]`.
    var up: PackedMatrix
  }

  /// A matrix and the place of its outputs.
  struct Part {
    var weights: Weights
    var change: Change?
    var bias: [Float]?
    /// The first column of its outputs.
    var column = 0
    /// Where runs of outputs go that do not stand in the order of the columns.
    var moves: [ColumnMove] = []
  }

  var parts: [Part]

  func apply(_ input: Matrix, _ activation: Activation = .identity, into output: Matrix, _ pass: Pass) {
    for part in parts {
      switch part.weights {
      case .packed(let weights):
        pass.kernels.linear(
          input, weights, bias: part.bias, activation: activation, into: output, space: pass.operands,
          work: pass.work)
      case .stored(let weights) where part.moves.isEmpty && part.change == nil:
        pass.kernels.linear(
          input, weights, bias: part.bias, activation: activation, into: output, column: part.column,
          work: pass.work)
      case .stored(let weights):
        let outputs = Self.outputs(of: weights, part, input, activation, pass)
        let whole = ColumnMove(columns: 0..<weights.outputs, destination: part.column)
        for row in 0..<input.rows {
          for move in part.moves.isEmpty ? [whole] : part.moves {
            output.copy(move.columns, ofRow: row, in: outputs, to: row, column: move.destination)
          }
        }
      }
    }
  }

  /// This layer and then another, with an activation between; `inner`, `[rows, outputs of this]`, is memory for what is
  /// between.
  func apply(
    _ input: Matrix, _ activation: Activation, inner: Matrix, then second: Linear, into output: Matrix,
    _ pass: Pass
  ) {
    guard let (first, bias) = packed, let (weights, secondBias) = second.packed else {
      apply(input, activation, into: inner, pass)
      second.apply(inner, into: output, pass)
      return
    }
    pass.kernels.linear(
      input, first, bias: bias, activation: activation, inner: inner, then: weights, bias: secondBias,
      into: output, space: pass.operands, work: pass.work)
  }

  /// The only matrix, if it is packed.
  private var packed: (weights: PackedMatrix, bias: [Float]?)? {
    guard parts.count == 1, case .packed(let weights) = parts[0].weights else { return nil }
    return (weights, parts[0].bias)
  }

  /// The outputs of a stored part, with its change, in the order of its rows.
  private static func outputs(
    of weights: StoredMatrix, _ part: Part, _ input: Matrix, _ activation: Activation, _ pass: Pass
  ) -> Matrix {
    let outputs = Matrix(rows: input.rows, columns: weights.outputs)
    guard let change = part.change else {
      pass.kernels.linear(
        input, weights, bias: part.bias, activation: activation, into: outputs, work: pass.work)
      return outputs
    }
    pass.kernels.linear(
      input, weights, bias: part.bias, activation: .identity, into: outputs, work: pass.work)
    let inner = Matrix(rows: input.rows, columns: change.down.outputs)
    pass.kernels.linear(
      input, change.down, bias: nil, activation: .identity, into: inner, work: pass.work)
    let added = Matrix(rows: input.rows, columns: weights.outputs)
    pass.kernels.linear(
      inner, change.up, bias: nil, activation: .identity, into: added, work: pass.work)
    pass.kernels.add(added, to: outputs, work: pass.work)
    pass.kernels.activate(outputs, activation)
    return outputs
  }
}

/// Columns and the place that they belong to.
struct ColumnMove: Equatable {
  var columns: Range<Int>
  var destination: Int

  /// From `[head, (query, key, value), width]` to all queries, all keys, all values.
  static func fromHeads(_ heads: Int, width: Int) -> [ColumnMove] {
    (0..<heads * 3).map { block in
      ColumnMove(
        columns: block * width..<(block + 1) * width,
        destination: (block % 3 * heads + block / 3) * width)
    }
  }
}

/// A norm by mean and variance, or by root mean square.
struct Norm {
  enum Kind {
    case layer(bias: [Float]?)
    case rms
  }

  var kind: Kind
  var weight: [Float]
  var epsilon: Float

  /// Normalises each row of input + residual; `output` may be either of them.
  func apply(_ input: Matrix, residual: Matrix? = nil, into output: Matrix, _ pass: Pass) {
    switch kind {
    case .layer(let bias):
      pass.kernels.layerNorm(
        input, residual: residual, weight: weight, bias: bias, epsilon: epsilon, into: output,
        work: pass.work)
    case .rms:
      pass.kernels.rmsNorm(
        input, residual: residual, weight: weight, epsilon: epsilon, into: output, work: pass.work)
    }
  }
}
