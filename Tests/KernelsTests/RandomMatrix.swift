import Kernels
import Recipes
import TestSupport

/// A matrix of seeded values from -1 to 1.
func randomMatrix(rows: Int, columns: Int, seed: UInt64) -> Matrix {
  Matrix(rows: rows, columns: columns, values: randomValues(rows * columns, seed: seed))
}

func randomValues(_ count: Int, seed: UInt64, in range: ClosedRange<Float> = -1...1) -> [Float] {
  var random = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float.random(in: range, using: &random) }
}

/// A linear layer over weights `[outputs, inputs]` that are packed for it.
func linear(
  _ kernels: KernelSet, as precision: Precision = .f32, _ input: Matrix, _ weights: Matrix, _ bias: [Float]?,
  _ activation: Activation = .identity, space: OperandSpace? = nil, _ work: Work = .inline
) -> Matrix {
  let output = Matrix(rows: input.rows, columns: weights.rows)
  kernels.linear(
    input, PackedMatrix(weights, precision: precision, kernels: kernels), bias: bias, activation: activation,
    into: output, space: space, work: work)
  return output
}

/// Lengths around every unroll and vector width, so that the tails are exercised.
let lengths = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 384, 769]

/// Half of the distance between 1 and the next f32.
let roundoff = 0x1p-24

extension Float {
  /// The bits, except that every NaN is one value.
  var comparable: UInt32 { isNaN ? Float.nan.bitPattern : bitPattern }
}
