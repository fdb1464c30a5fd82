import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct LinearTests {
  static let sizes = [
    (1, 1, 1), (2, 3, 5), (13, 384, 48), (15, 17, 33), (29, 48, 144), (40, 5, 31), (3, 0, 4), (0, 4, 4),
    (9, 1024, 7),
  ]

  @Test(arguments: KernelSet.supported, sizes)
  func agreesWithDoublePrecision(kernels: KernelSet, size: (Int, Int, Int)) {
    let (rows, inputs, outputs) = size
    let input = randomMatrix(rows: rows, columns: inputs, seed: 1)
    let weights = randomMatrix(rows: outputs, columns: inputs, seed: 2)
    let bias = randomValues(outputs, seed: 3)
    let found = linear(kernels, input, weights, bias, .identity)
    for row in 0..<rows {
      for output in 0..<outputs {
        let terms =
          [Double(bias[output])] + zip(input.row(row), weights.row(output)).map { Double($0) * Double($1) }
        let tolerance = Double(inputs + 2) * roundoff * terms.reduce(0) { $0 + abs($1) }
        #expect(abs(Double(found.row(row)[output]) - terms.reduce(0, +)) <= tolerance)
      }
    }
  }

  @Test(arguments: KernelSet.supported, Activation.allCases)
  func theActivationFollowsTheBias(kernels: KernelSet, activation: Activation) {
    let input = randomMatrix(rows: 17, columns: 20, seed: 4)
    let weights = randomMatrix(rows: 37, columns: 20, seed: 5)
    let expected = linear(kernels, input, weights, randomValues(37, seed: 6), .identity)
    kernels.activate(expected, activation)
    let found = linear(kernels, input, weights, randomValues(37, seed: 6), activation)
    #expect(found.values == expected.values)
  }

  @Test(arguments: KernelSet.supported)
  func aRowHasTheSameBitsAloneAndInABatchOfAnySize(kernels: KernelSet) {
    let weights = randomMatrix(rows: 70, columns: 100, seed: 7)
    let input = randomMatrix(rows: 47, columns: 100, seed: 8)
    let bias = randomValues(70, seed: 9)
    let batch = linear(kernels, input, weights, bias, .gelu)
    for first in [0, 1, 13, 46] {
      for count in 1...min(17, 47 - first) {
        let part = linear(kernels, input.rows(first..<first + count), weights, bias, .gelu)
        #expect(part.values == batch.rows(first..<first + count).values)
      }
    }
  }

  @Test(arguments: KernelSet.supported)
  func anyNumberOfThreadsGivesTheSameBits(kernels: KernelSet) async throws {
    let weights = randomMatrix(rows: 300, columns: 64, seed: 7)
    let input = randomMatrix(rows: 200, columns: 64, seed: 8)
    let expected = linear(kernels, input, weights, nil, .tanh).values
    for threads in 1...3 {
      let found = try await WorkerTeam(threads: threads).perform(.bulk) { work in
        linear(kernels, input, weights, nil, .tanh, work).values
      }
      #expect(found == expected)
    }
  }

  @Test(arguments: KernelSet.supported)
  func aNaNStaysInItsRow(kernels: KernelSet) {
    let input = randomMatrix(rows: 3, columns: 5, seed: 1)
    input.setRow(1, [0, .nan, 0, 0, 0])
    let found = linear(kernels, input, randomMatrix(rows: 33, columns: 5, seed: 2), nil, .gelu)
    #expect(found.row(1).allSatisfy { $0.isNaN })
    #expect((found.row(0) + found.row(2)).allSatisfy { $0.isFinite })
  }
}
