import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct LayerNormTests {
  @Test(arguments: KernelSet.supported, lengths.dropFirst())
  func agreesWithDoublePrecision(kernels: KernelSet, columns: Int) {
    let input = randomMatrix(rows: 5, columns: columns, seed: 1)
    let residual = randomMatrix(rows: 5, columns: columns, seed: 2)
    // A mean that is large against the deviation loses digits in one-pass formulas.
    input.setRow(4, input.row(4).map { $0 + 100 })
    let weight = randomValues(columns, seed: 3)
    let bias = randomValues(columns, seed: 4)
    let output = Matrix(rows: 5, columns: columns)
    kernels.layerNorm(
      input, residual: residual, weight: weight, bias: bias, epsilon: 1e-5, into: output, work: .inline)
    for row in 0..<5 {
      let sums = zip(input.row(row), residual.row(row)).map { Double($0 + $1) }
      let mean = sums.reduce(0, +) / Double(columns)
      let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
      let largest = sums.map(abs).max() ?? 0
      for column in 0..<columns {
        let inverse = 1 / (variance + 1e-5).squareRoot()
        let expected = (sums[column] - mean) * inverse * Double(weight[column]) + Double(bias[column])
        // The mean's rounding is relative to the largest sum; the deviation magnifies it.
        let tolerance = Double(columns / 4 + 16) * roundoff * (1 + abs(expected) + largest * inverse)
        #expect(abs(Double(output.row(row)[column]) - expected) <= tolerance)
      }
    }
  }

  @Test(arguments: KernelSet.supported)
  func worksInPlaceAndWithoutAResidual(kernels: KernelSet) {
    let ones = [Float](repeating: 1, count: 21)
    let zeros = [Float](repeating: 0, count: 21)
    let input = randomMatrix(rows: 4, columns: 21, seed: 5)
    let other = Matrix(rows: 4, columns: 21)
    kernels.layerNorm(input, weight: ones, bias: zeros, epsilon: 1e-12, into: other, work: .inline)
    kernels.layerNorm(
      input, residual: Matrix(rows: 4, columns: 21), weight: ones, bias: zeros, epsilon: 1e-12, into: input,
      work: .inline)
    #expect(other.values == input.values)
  }

  @Test(arguments: KernelSet.supported, [1, 21, 48])
  func noBiasIsABiasOfZeros(kernels: KernelSet, columns: Int) {
    let input = randomMatrix(rows: 4, columns: columns, seed: 5)
    let weight = randomValues(columns, seed: 6)
    let (found, expected) = (Matrix(rows: 4, columns: columns), Matrix(rows: 4, columns: columns))
    kernels.layerNorm(input, weight: weight, bias: nil, epsilon: 1e-5, into: found, work: .inline)
    kernels.layerNorm(
      input, weight: weight, bias: [Float](repeating: 0, count: columns), epsilon: 1e-5, into: expected,
      work: .inline)
    #expect(found.values == expected.values)
  }
}
