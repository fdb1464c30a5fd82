import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct AttentionTests {
  static let shapes = [
    (heads: 1, width: 1, lengths: [1]), (heads: 2, width: 5, lengths: [3, 0, 17]),
    (heads: 4, width: 12, lengths: [33, 2]),
    (heads: 2, width: 32, lengths: [13, 64]), (heads: 1, width: 64, lengths: [130]),
    (heads: 3, width: 40, lengths: [31]),
  ]

  @Test(arguments: KernelSet.supported, shapes)
  func agreesWithDoublePrecision(kernels: KernelSet, shape: (heads: Int, width: Int, lengths: [Int])) {
    let projected = projections(shape)
    let (context, probabilities) = attend(kernels, projected, shape, keepsProbabilities: true)
    let rows = (0..<projected.rows).map { projected.row($0).map(Double.init) }
    var first = 0
    for (text, length) in shape.lengths.enumerated() {
      for head in 0..<shape.heads {
        for query in 0..<length {
          let expected = reference(rows, shape, first..<first + length, head, query)
          expectClose(
            probabilities[text].row(head * length + query), expected.probabilities.map(Float.init),
            within: 4e-6,
            stage: "probabilities of text \(text), head \(head)")
          let row = context.row(first + query)[head * shape.width..<(head + 1) * shape.width]
          expectClose(Array(row), expected.context.map(Float.init), within: 8e-6, stage: "context")
        }
      }
      first += length
    }
  }

  @Test(arguments: KernelSet.supported)
  func keepingProbabilitiesChangesNoBit(kernels: KernelSet) {
    let projected = projections(Self.shapes[3])
    let kept = attend(kernels, projected, Self.shapes[3], keepsProbabilities: true)
    let plain = attend(kernels, projected, Self.shapes[3], keepsProbabilities: false)
    #expect(kept.context.values == plain.context.values)
  }

  @Test(arguments: KernelSet.supported)
  func aTextHasTheSameBitsAloneAndInABatchForAnyNumberOfThreads(kernels: KernelSet) async throws {
    let shape = (heads: 2, width: 12, lengths: [5, 90, 31])
    let projected = projections(shape)
    let alone = attend(
      kernels, projected.rows(5..<95), (shape.heads, shape.width, [90]), keepsProbabilities: false)
    for threads in 1...3 {
      let batch = try await WorkerTeam(threads: threads).perform(.interactive) { work in
        attend(kernels, projected, shape, keepsProbabilities: false, work).context
      }
      #expect(batch.rows(5..<95).values == alone.context.values)
    }
  }

  @Test(arguments: KernelSet.supported)
  func largeScoresDoNotOverflow(kernels: KernelSet) {
    let projected = Matrix(rows: 3, columns: 3)
    for row in 0..<3 { projected.setRow(row, [1e18, Float(row) * 1e18, Float(row)]) }
    let (context, probabilities) = attend(kernels, projected, (1, 1, [3]), keepsProbabilities: true)
    #expect(probabilities[0].row(0) == [0, 0, 1])
    #expect(context.values == [2, 2, 2])
  }

  private func projections(_ shape: (heads: Int, width: Int, lengths: [Int])) -> Matrix {
    randomMatrix(
      rows: shape.lengths.reduce(0, +), columns: 3 * shape.heads * shape.width, seed: UInt64(shape.width))
  }

  private func attend(
    _ kernels: KernelSet, _ projected: Matrix, _ shape: (heads: Int, width: Int, lengths: [Int]),
    keepsProbabilities: Bool, _ work: Work = .inline
  ) -> (context: Matrix, probabilities: [Matrix]) {
    let context = Matrix(rows: projected.rows, columns: shape.heads * shape.width)
    let probabilities =
      keepsProbabilities ? shape.lengths.map { Matrix(rows: shape.heads * $0, columns: $0) } : []
    kernels.attention(
      projected, lengths: shape.lengths, heads: shape.heads, scale: 1 / Float(shape.width).squareRoot(),
      into: context, probabilities: probabilities, work: work)
    return (context, probabilities)
  }

  private func reference(
    _ rows: [[Double]], _ shape: (heads: Int, width: Int, lengths: [Int]), _ tokens: Range<Int>, _ head: Int,
    _ query: Int
  ) -> (probabilities: [Double], context: [Double]) {
    let hidden = shape.heads * shape.width
    func part(_ token: Int, _ which: Int) -> ArraySlice<Double> {
      let start = which * hidden + head * shape.width
      return rows[token][start..<start + shape.width]
    }
    let asked = part(tokens.lowerBound + query, 0)
    let powers = tokens.map { token in
      exp(zip(asked, part(token, 1)).reduce(0) { $0 + $1.0 * $1.1 } / Double(shape.width).squareRoot())
    }
    let sum = powers.reduce(0, +)
    let probabilities = powers.map { $0 / sum }
    let values = tokens.map { part($0, 2) }
    let context = (0..<shape.width).map { column in
      zip(probabilities, values).reduce(0) { $0 + $1.0 * $1.1[$1.1.startIndex + column] }
    }
    return (probabilities, context)
  }
}
