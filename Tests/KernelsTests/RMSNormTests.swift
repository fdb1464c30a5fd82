import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct RMSNormTests {
  @Test(arguments: KernelSet.supported, lengths.dropFirst())
  func agreesWithDoublePrecision(kernels: KernelSet, columns: Int) {
    let input = randomMatrix(rows: 5, columns: columns, seed: 1)
    let residual = randomMatrix(rows: 5, columns: columns, seed: 2)
    input.setRow(3, input.row(3).map { $0 * 1e6 })
    let weight = randomValues(columns, seed: 3)
    let output = Matrix(rows: 5, columns: columns)
    kernels.rmsNorm(input, residual: residual, weight: weight, epsilon: 1e-6, into: output, work: .inline)
    for row in 0..<5 {
      expectNormalised(output.row(row), zip(input.row(row), residual.row(row)).map { $0 + $1 }, weight)
    }
  }

  @Test(arguments: KernelSet.supported)
  func worksInPlaceAndWithoutAResidual(kernels: KernelSet) {
    let weight = randomValues(21, seed: 1)
    let input = randomMatrix(rows: 4, columns: 21, seed: 5)
    let other = Matrix(rows: 4, columns: 21)
    kernels.rmsNorm(input, weight: weight, epsilon: 1e-12, into: other, work: .inline)
    kernels.rmsNorm(
      input, residual: Matrix(rows: 4, columns: 21), weight: weight, epsilon: 1e-12, into: input,
      work: .inline)
    #expect(other.values == input.values)
  }

  @Test(arguments: KernelSet.supported, [1, 8, 12, 33])
  func headsAreNormalisedByThemselvesAndOtherColumnsStay(kernels: KernelSet, width: Int) {
    let states = randomMatrix(rows: 3, columns: 5 * width + 3, seed: 7)
    let before = states.rows(0..<3)
    let weight = randomValues(width, seed: 8)
    kernels.normalizeHeads(
      states, columns: width..<4 * width, width: width, weight: weight, epsilon: 1e-6, work: .inline)
    for row in 0..<3 {
      #expect(states.row(row).prefix(width) == before.row(row).prefix(width))
      #expect(states.row(row).suffix(width + 3) == before.row(row).suffix(width + 3))
      for head in 1..<4 {
        let slice = head * width..<(head + 1) * width
        expectNormalised(Array(states.row(row)[slice]), Array(before.row(row)[slice]), weight)
      }
    }
  }

  @Test(arguments: KernelSet.supported)
  func specialValuesFollowIEEE(kernels: KernelSet) {
    let input = Matrix(rows: 3, columns: 19)
    input.setRow(1, [.nan] + [Float](repeating: 1, count: 18))
    input.setRow(2, [Float](repeating: .leastNonzeroMagnitude, count: 19))
    let ones = [Float](repeating: 1, count: 19)
    kernels.rmsNorm(input, weight: ones, epsilon: 1e-6, into: input, work: .inline)
    #expect(input.row(0) == [Float](repeating: 0, count: 19))
    #expect(input.row(1).allSatisfy { $0.isNaN })
    #expect(
      input.row(2).allSatisfy { $0 > 0 && $0 < .leastNormalMagnitude }, "denormals are not flushed to zero")
  }

  /// The bound of kernels.h.
  private func expectNormalised(_ found: [Float], _ values: [Float], _ weight: [Float]) {
    let square = values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
    let inverse = 1 / (square + 1e-6).squareRoot()
    for column in values.indices {
      let expected = Double(values[column]) * inverse * Double(weight[column])
      #expect(
        abs(Double(found[column]) - expected) <= Double(values.count / 4 + 16) * roundoff * abs(expected))
    }
  }
}
