import Kernels
import TestSupport
import Testing

@Suite struct GateTests {
  @Test(arguments: KernelSet.supported, Activation.allCases)
  func aGateIsTheActivationOfTheFirstHalfTimesTheSecond(kernels: KernelSet, activation: Activation) {
    for width in [0, 1, 7, 8, 16, 33, 100] {
      let input = randomMatrix(rows: 4, columns: 2 * width, seed: 3)
      let gate = input.leadingColumns(width)
      kernels.activate(gate, activation)
      let output = Matrix(rows: 4, columns: width)
      kernels.gate(input, activation: activation, into: output, work: .inline)
      for row in 0..<4 {
        #expect(output.row(row) == zip(gate.row(row), input.row(row).suffix(width)).map { $0 * $1 })
      }
    }
  }

  @Test(arguments: KernelSet.supported, lengths)
  func sumsAreOneRoundingEach(kernels: KernelSet, columns: Int) {
    let input = randomMatrix(rows: 3, columns: columns, seed: 1)
    let output = randomMatrix(rows: 3, columns: columns, seed: 2)
    let expected = zip(input.values, output.values).map { $0 + $1 }
    kernels.add(input, to: output, work: .inline)
    #expect(output.values == expected)
  }

  @Test(arguments: KernelSet.supported)
  func specialValuesFollowIEEE(kernels: KernelSet) {
    let smallest = Float.leastNonzeroMagnitude
    let input = Matrix(rows: 1, columns: 6, values: [.nan, 1, .infinity, 1, .nan, smallest])
    let output = Matrix(rows: 1, columns: 3)
    kernels.gate(input, activation: .identity, into: output, work: .inline)
    #expect(
      output.values.map { $0.comparable } == [Float.nan, .nan, .infinity * smallest].map { $0.comparable })
    kernels.add(Matrix(rows: 1, columns: 3, values: [1, -.infinity, -.infinity]), to: output, work: .inline)
    #expect(output.values.allSatisfy { $0.isNaN })
    let sum = Matrix(rows: 1, columns: 1, values: [smallest])
    kernels.add(Matrix(rows: 1, columns: 1, values: [smallest]), to: sum, work: .inline)
    #expect(sum.values == [2 * smallest])
  }
}
