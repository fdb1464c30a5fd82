import Kernels
import TestSupport
import Testing

@Suite struct StoredLinearTests {
  /// Rows, inputs and outputs around every tile, vector, run of inputs and strip of outputs.
  static let sizes = [
    (1, 1, 1), (2, 3, 5), (13, 384, 48), (15, 17, 33), (29, 48, 31), (40, 5, 33), (3, 0, 4), (0, 4, 4),
    (4, 4, 0),
    (9, 1030, 7), (1, 7200, 3), (14, 600, 67), (3, 2500, 5),
  ]
  static let formats: [NumberFormat] = [.f32, .f16, .bf16]

  @Test(arguments: KernelSet.supported, sizes)
  func agreesWithDoublePrecision(kernels: KernelSet, size: (Int, Int, Int)) {
    let (rows, inputs, outputs) = size
    let input = randomMatrix(rows: rows, columns: inputs, seed: 1)
    let bias = randomValues(outputs, seed: 3)
    for format in Self.formats {
      let weights = StoredMatrix(
        outputs: outputs, inputs: inputs, format: format, values: randomValues(outputs * inputs, seed: 2))
      let widened = widen(weights)
      let found = linear(kernels, input, weights, bias, .identity)
      for row in 0..<rows {
        let values = input.row(row)
        for output in 0..<outputs {
          let terms =
            [Double(bias[output])] + zip(values, widened[output]).map { Double($0) * Double($1) }
          let tolerance = Double(inputs / 4 + 8) * roundoff * terms.reduce(0) { $0 + abs($1) }
          #expect(abs(Double(found.row(row)[output]) - terms.reduce(0, +)) <= tolerance)
        }
      }
    }
  }

  @Test(arguments: KernelSet.supported, formats)
  func aRowHasTheSameBitsAloneAndInABatchOfAnySize(kernels: KernelSet, format: NumberFormat) {
    let weights = StoredMatrix(
      outputs: 67, inputs: 530, format: format, values: randomValues(67 * 530, seed: 7))
    let input = randomMatrix(rows: 47, columns: 530, seed: 8)
    let bias = randomValues(67, seed: 9)
    let batch = linear(kernels, input, weights, bias, .gelu)
    for first in [1, 30] {
      for count in 1...15 {
        let part = linear(kernels, input.rows(first..<first + count), weights, bias, .gelu)
        #expect(part.values == batch.rows(first..<first + count).values)
      }
    }
  }

  @Test(arguments: KernelSet.supported, formats)
  func anOutputHasTheSameBitsWhicheverOutputsStandAroundIt(kernels: KernelSet, format: NumberFormat) {
    let values = randomValues(70 * 36, seed: 5)
    let input = randomMatrix(rows: 5, columns: 36, seed: 6)
    let whole = linear(
      kernels, input, StoredMatrix(outputs: 70, inputs: 36, format: format, values: values), nil, .identity)
    for first in [0, 1, 2, 3, 40, 69] {
      let part = StoredMatrix(
        outputs: 70 - first, inputs: 36, format: format, values: Array(values.suffix((70 - first) * 36)))
      let found = linear(kernels, input, part, nil, .identity)
      for row in 0..<5 { #expect(found.row(row) == Array(whole.row(row).suffix(70 - first))) }
    }
  }

  @Test(arguments: KernelSet.supported, [1, 3, 80])
  func anyNumberOfThreadsGivesTheSameBits(kernels: KernelSet, rows: Int) async throws {
    let weights = StoredMatrix(
      outputs: 300, inputs: 530, format: .bf16, values: randomValues(300 * 530, seed: 7))
    let input = randomMatrix(rows: rows, columns: 530, seed: 8)
    let expected = linear(kernels, input, weights, nil, .tanh).values
    for threads in 1...3 {
      let found = try await WorkerTeam(threads: threads).perform(.bulk) { work in
        linear(kernels, input, weights, nil, .tanh, work).values
      }
      #expect(found == expected)
    }
  }

  @Test(arguments: KernelSet.supported, formats)
  func bytesMayStandAtOddAddresses(kernels: KernelSet, format: NumberFormat) {
    let input = randomMatrix(rows: 16, columns: 37, seed: 4)
    let owned = StoredMatrix(outputs: 9, inputs: 37, format: format, values: randomValues(9 * 37, seed: 5))
    let expected = linear(kernels, input, owned, nil, .identity).values
    let bytes = encoded(owned)
    for offset in [0, 1, 2, 3, 5] {
      let mapped = StoredBytes(bytes, offset: offset).matrix(outputs: 9, inputs: 37, format)
      #expect(linear(kernels, input, mapped, nil, .identity).values == expected)
    }
  }

  @Test(arguments: KernelSet.supported)
  func layersCanWriteSideBySide(kernels: KernelSet) {
    let input = randomMatrix(rows: 3, columns: 20, seed: 1)
    let (left, right) = (randomValues(7 * 20, seed: 2), randomValues(5 * 20, seed: 3))
    let output = Matrix(rows: 3, columns: 13, values: [Float](repeating: 9, count: 39))
    kernels.linear(
      input, StoredMatrix(outputs: 7, inputs: 20, format: .f16, values: left), bias: nil,
      activation: .identity,
      into: output, work: .inline)
    kernels.linear(
      input, StoredMatrix(outputs: 5, inputs: 20, format: .f16, values: right), bias: nil, activation: .relu,
      into: output, column: 7, work: .inline)
    let whole = linear(
      kernels, input, StoredMatrix(outputs: 12, inputs: 20, format: .f16, values: left + right), nil,
      .identity)
    for row in 0..<3 {
      let expected = whole.row(row)
      #expect(output.row(row) == expected.prefix(7) + expected.suffix(5).map { max($0, 0) } + [9])
    }
  }

  @Test(arguments: KernelSet.supported, Activation.allCases)
  func theActivationFollowsTheBias(kernels: KernelSet, activation: Activation) {
    let input = randomMatrix(rows: 17, columns: 20, seed: 4)
    let weights = StoredMatrix(outputs: 37, inputs: 20, format: .bf16, values: randomValues(740, seed: 5))
    let expected = linear(kernels, input, weights, randomValues(37, seed: 6), .identity)
    kernels.activate(expected, activation)
    #expect(linear(kernels, input, weights, randomValues(37, seed: 6), activation).values == expected.values)
  }

  @Test(arguments: KernelSet.supported, formats)
  func specialValuesStayInTheirRowAndOutput(kernels: KernelSet, format: NumberFormat) {
    var values = [Float](repeating: 1, count: 5 * 19)
    values[1 * 19 + 18] = .nan
    values[2 * 19] = .infinity
    let weights = StoredMatrix(outputs: 5, inputs: 19, format: format, values: values)
    let input = Matrix(rows: 3, columns: 19, values: [Float](repeating: 1, count: 57))
    input.setRow(1, [Float](repeating: 1, count: 18) + [.nan])
    let found = linear(kernels, input, weights, nil, .identity)
    #expect(found.row(1).allSatisfy { $0.isNaN })
    for row in [0, 2] {
      #expect(
        found.row(row).map { $0.comparable } == [19, Float.nan, .infinity, 19, 19].map { $0.comparable })
    }
  }

  @Test(arguments: KernelSet.supported)
  func denormalWeightsAreNotFlushedToZero(kernels: KernelSet) {
    let smallest: [(NumberFormat, Float)] = [
      (.f32, .leastNonzeroMagnitude), (.f16, 0x1p-24), (.bf16, 0x1p-133),
    ]
    for (format, value) in smallest {
      let weights = StoredMatrix(
        outputs: 1, inputs: 21, format: format, values: [Float](repeating: value, count: 21))
      let ones = Matrix(rows: 1, columns: 21, values: [Float](repeating: 1, count: 21))
      #expect(linear(kernels, ones, weights, nil, .identity).values == [21 * value])
    }
  }

  private func linear(
    _ kernels: KernelSet, _ input: Matrix, _ weights: StoredMatrix, _ bias: [Float]?,
    _ activation: Activation,
    _ work: Work = .inline
  ) -> Matrix {
    let output = Matrix(rows: input.rows, columns: weights.outputs)
    kernels.linear(input, weights, bias: bias, activation: activation, into: output, work: work)
    return output
  }
}
