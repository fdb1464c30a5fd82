import Kernels
import Recipes
import TestSupport
import Testing

/// Products whose operands are bf16 or bytes, on every instruction set with and without its extensions.
@Suite struct NarrowProductTests {
  static let sizes = [
    (1, 1, 1), (2, 3, 5), (13, 384, 48), (15, 17, 33), (29, 50, 144), (40, 5, 31), (3, 0, 4), (0, 4, 4),
    (9, 1027, 7),
  ]

  @Test(arguments: KernelSet.variants, sizes)
  func bf16IsTheProductOfTheRoundedValues(kernels: KernelSet, size: (Int, Int, Int)) {
    let (rows, inputs, outputs) = size
    let input = randomMatrix(rows: rows, columns: inputs, seed: 1)
    let weights = randomMatrix(rows: outputs, columns: inputs, seed: 2)
    let bias = randomValues(outputs, seed: 3)
    let found = linear(kernels, as: .bf16, input, weights, bias)
    for row in 0..<rows {
      for output in 0..<outputs {
        let products = zip(input.row(row), weights.row(output)).map {
          Double($0.roundedToBF16) * Double($1.roundedToBF16)
        }
        let terms = [Double(bias[output])] + products
        let tolerance = Double(inputs + 2) * roundoff * terms.reduce(0) { $0 + abs($1) }
        #expect(abs(Double(found.row(row)[output]) - terms.reduce(0, +)) <= tolerance)
      }
    }
  }

  @Test(arguments: KernelSet.variants, sizes)
  func bytesAreOffByHalfAStepAndHalfAScaleAtMost(kernels: KernelSet, size: (Int, Int, Int)) {
    let (rows, inputs, outputs) = size
    let input = randomMatrix(rows: rows, columns: inputs, seed: 4)
    let weights = randomMatrix(rows: outputs, columns: inputs, seed: 5)
    let bias = randomValues(outputs, seed: 6)
    let found = linear(kernels, as: .int8, input, weights, bias)
    for row in 0..<rows {
      let x = input.row(row)
      let step = Double((x.max() ?? 0) - (x.min() ?? 0)) / 255
      for output in 0..<outputs {
        let w = weights.row(output)
        let scale = Double(w.map(abs).max() ?? 0) / 127
        var exact = Double(bias[output])
        var tolerance = 64 * roundoff * (abs(exact) + 1)
        for (x, w) in zip(x, w) {
          exact += Double(x) * Double(w)
          tolerance += 1.0001 * (abs(Double(x)) * scale / 2 + (abs(Double(w)) + scale / 2) * step / 2)
        }
        #expect(abs(Double(found.row(row)[output]) - exact) <= tolerance)
      }
    }
  }

  /// Sums of bytes are whole numbers, which leave no room for differences but in the last steps.
  @Test(arguments: KernelSet.variants, sizes)
  func everySetSumsTheSameBytes(kernels: KernelSet, size: (Int, Int, Int)) throws {
    let (rows, inputs, outputs) = size
    let input = randomMatrix(rows: rows, columns: inputs, seed: 7)
    let weights = randomMatrix(rows: outputs, columns: inputs, seed: 8)
    let scalar = try #require(KernelSet(.scalar))
    let expected = linear(scalar, as: .int8, input, weights, nil)
    let found = linear(kernels, as: .int8, input, weights, nil)
    // The span's and the column's part of a sum, each of whose terms is at most 1.
    let tolerance = Float(16 * roundoff * Double(max(inputs, 1)))
    for (a, b) in zip(found.values, expected.values) { #expect(abs(a - b) <= tolerance) }
  }

  /// What the quantised matrices of a model look like: rows far from zero, and one large value.
  @Test(arguments: KernelSet.variants)
  func rowsFarFromZeroLoseNothingButSteps(kernels: KernelSet) {
    let input = Matrix(
      rows: 2, columns: 64,
      values: (0..<64).map { 100 + Float($0) / 64 } + (0..<64).map { $0 == 5 ? 40 : 0.1 })
    let weights = randomMatrix(rows: 40, columns: 64, seed: 9)
    let found = linear(kernels, as: .int8, input, weights, nil)
    let exact = linear(kernels, as: .f32, input, weights, nil)
    for row in 0..<2 {
      let x = input.row(row)
      let step = ((x.max() ?? 0) - (x.min() ?? 0)) / 255
      for output in 0..<40 {
        let w = weights.row(output)
        let scale = (w.map(abs).max() ?? 0) / 127
        let bound = zip(x, w).reduce(0) { $0 + abs($1.0) * scale / 2 + abs($1.1) * step }
        #expect(abs(found.row(row)[output] - exact.row(row)[output]) <= 1.01 * bound)
      }
    }
  }

  @Test(arguments: KernelSet.variants, [Precision.bf16, .int8])
  func aRowHasTheSameBitsAloneAndInABatchOfAnySize(kernels: KernelSet, precision: Precision) {
    let weights = randomMatrix(rows: 70, columns: 101, seed: 7)
    let input = randomMatrix(rows: 47, columns: 101, seed: 8)
    let bias = randomValues(70, seed: 9)
    let batch = linear(kernels, as: precision, input, weights, bias, .gelu)
    for first in [0, 1, 13, 46] {
      for count in 1...min(17, 47 - first) {
        let part = linear(kernels, as: precision, input.rows(first..<first + count), weights, bias, .gelu)
        #expect(part.values == batch.rows(first..<first + count).values)
      }
    }
  }

  @Test(arguments: KernelSet.variants, [Precision.bf16, .int8])
  func whatIsNotFiniteStaysInItsRow(kernels: KernelSet, precision: Precision) {
    for wrong in [Float.nan, .infinity, -.infinity] {
      for place in [0, 3, 16, 36] {
        let input = randomMatrix(rows: 3, columns: 37, seed: 1)
        var row = input.row(1)
        row[place] = wrong
        input.setRow(1, row)
        let found = linear(kernels, as: precision, input, randomMatrix(rows: 33, columns: 37, seed: 2), nil)
        #expect(found.row(1).allSatisfy { !$0.isFinite })
        #expect((found.row(0) + found.row(2)).allSatisfy { $0.isFinite })
      }
    }
  }

  @Test(arguments: KernelSet.variants, [Precision.bf16, .int8])
  func zerosConstantsAndDenormalsAreNoTrap(kernels: KernelSet, precision: Precision) {
    let weights = randomMatrix(rows: 20, columns: 24, seed: 3)
    weights.setRow(4, [Float](repeating: 0, count: 24))
    weights.setRow(5, [Float](repeating: 0x1p-140, count: 24))
    let rows = [0, 2.5, -3, 0x1p-140, 3e38].map { [Float](repeating: $0, count: 24) }
    let input = Matrix(rows: rows.count, columns: 24, values: rows.flatMap { $0 })
    let found = linear(kernels, as: precision, input, weights, nil)
    #expect(found.row(0).allSatisfy { $0 == 0 })
    #expect(found.row(3).allSatisfy { abs($0) < 1e-38 })
    let sums = (0..<20).map { weights.row($0).reduce(0, +) }
    for (row, value) in [(1, Float(2.5)), (2, -3)] {
      for output in 0..<20 {
        #expect(abs(found.row(row)[output] - value * sums[output]) <= abs(value) * 24 / 127)
      }
    }
    #expect(found.row(1)[4] == 0 && found.row(1)[5].isFinite)
    #expect(found.row(4).allSatisfy { !$0.isNaN || precision == .bf16 })
  }

  @Test(arguments: KernelSet.variants, [Precision.bf16, .int8])
  func anyNumberOfThreadsAndAnySpaceGiveTheSameBits(kernels: KernelSet, precision: Precision) async throws {
    let weights = randomMatrix(rows: 300, columns: 64, seed: 7)
    let input = randomMatrix(rows: 200, columns: 64, seed: 8)
    let expected = linear(kernels, as: precision, input, weights, nil, .tanh).values
    let space = OperandSpace(rows: 201, columns: 65)
    for threads in 1...3 {
      let found = try await WorkerTeam(threads: threads).perform(.bulk) { work in
        linear(kernels, as: precision, input, weights, nil, .tanh, space: space, work).values
      }
      #expect(found == expected)
    }
  }

  @Test(arguments: KernelSet.variants, Precision.allCases)
  func twoLayersAtOnceGiveTheBitsOfOneAfterTheOther(kernels: KernelSet, precision: Precision) {
    for (rows, inner) in [(1, 1), (5, 31), (16, 32), (29, 71), (0, 8)] {
      let input = randomMatrix(rows: rows, columns: 19, seed: 1)
      let up = randomMatrix(rows: inner, columns: 19, seed: 2)
      let down = randomMatrix(rows: 37, columns: inner, seed: 3)
      let (bias, outputBias) = (randomValues(inner, seed: 4), randomValues(37, seed: 5))
      for activation in [Activation.identity, .gelu, .relu] {
        let between = linear(kernels, as: precision, input, up, bias, activation)
        let expected = linear(kernels, as: precision, between, down, outputBias)
        let found = Matrix(rows: rows, columns: 37)
        kernels.linear(
          input, PackedMatrix(up, precision: precision, kernels: kernels), bias: bias, activation: activation,
          inner: Matrix(rows: rows, columns: inner),
          then: PackedMatrix(down, precision: precision, kernels: kernels), bias: outputBias, into: found,
          work: .inline)
        #expect(found.values == expected.values)
      }
    }
  }

  @Test func moreInputsThanASumOfBytesCanHoldArePackedInBF16() {
    let narrow = PackedMatrix(Matrix(rows: 1, columns: 1 << 15), precision: .int8, kernels: .best)
    let wide = PackedMatrix(Matrix(rows: 1, columns: 1 << 15 + 1), precision: .int8, kernels: .best)
    #expect(narrow.precision == .int8 && wide.precision == .bf16)
  }

  /// The largest sum that there can be.
  @Test(arguments: KernelSet.variants)
  func theLongestSumOfTheLargestBytesIsRight(kernels: KernelSet) {
    let count = 1 << 15
    let input = Matrix(rows: 1, columns: count, values: [0] + [Float](repeating: 255, count: count - 1))
    let weights = Matrix(rows: 1, columns: count, values: [Float](repeating: -127, count: count))
    let found = linear(kernels, as: .int8, input, weights, nil).row(0)[0]
    let exact = -127.0 * 255 * Double(count - 1)
    #expect(abs(Double(found) - exact) <= 4 * roundoff * abs(exact))
  }
}

extension Float {
  /// The nearest bf16, to even in the middle.
  fileprivate var roundedToBF16: Float {
    Float(bitPattern: (bitPattern + 0x7fff + (bitPattern >> 16 & 1)) & 0xffff_0000)
  }
}
