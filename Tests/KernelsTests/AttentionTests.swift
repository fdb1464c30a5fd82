import Foundation
import Kernels
import Recipes
import TestSupport
import Testing

/// Texts and the way attention looks at them.
struct AttentionCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var shape: AttentionShape
  var lengths: [Int]

  init(_ description: String, _ shape: AttentionShape, _ lengths: [Int]) {
    (testDescription, self.shape, self.lengths) = (description, shape, lengths)
  }

  static let all = plain + positioned

  static let plain = [
    Self("one token", AttentionShape(heads: 1, headWidth: 1), [1]),
    Self("an empty text", AttentionShape(heads: 2, headWidth: 5), [3, 0, 17]),
    Self("four heads", AttentionShape(heads: 4, headWidth: 12), [33, 2]),
    Self("a panel of keys and more", AttentionShape(heads: 2, headWidth: 32), [13, 64]),
    Self("a long text", AttentionShape(heads: 1, headWidth: 64), [130]),
    Self("two panels of values", AttentionShape(heads: 3, headWidth: 40), [31]),
  ]

  static let positioned = [
    Self("keys packed for many slices", AttentionShape(heads: 1, headWidth: 256), [260]),
    Self("shared keys", AttentionShape(heads: 6, keyValueHeads: 2, headWidth: 8), [9, 40]),
    Self("causal", AttentionShape(heads: 2, headWidth: 12, window: .causal), [1, 33, 100]),
    Self(
      "a window", AttentionShape(heads: 2, headWidth: 12, window: .local(left: 5, right: 5)), [3, 90, 17]),
    Self(
      "a causal window", AttentionShape(heads: 1, headWidth: 33, window: .local(left: 40, right: 0)), [140]),
    Self(
      "a window to the right", AttentionShape(heads: 1, headWidth: 4, window: .local(left: 0, right: 3)), [70]
    ),
    Self("itself alone", AttentionShape(heads: 1, headWidth: 4, window: .local(left: 0, right: 0)), [50]),
    Self(
      "a window wider than the text",
      AttentionShape(heads: 1, headWidth: 4, window: .local(left: .max, right: .max)), [20]),
    Self(
      "several slices", AttentionShape(heads: 1, headWidth: 256, window: .local(left: 4, right: 2)), [1000]),
    Self(
      "slopes", AttentionShape(heads: 3, headWidth: 8, window: .causal, slopes: [0.5, 0.25, 0.125]), [60, 5]),
    Self(
      "a learned bias", AttentionShape(heads: 2, headWidth: 16, scale: 1, bias: bias(heads: 2, reach: 47)),
      [47, 20, 1]),
    Self("a negative scale", AttentionShape(heads: 1, headWidth: 8, scale: -2), [30]),
    Self(
      "everything at once",
      AttentionShape(
        heads: 4, keyValueHeads: 2, headWidth: 20, scale: 0.3, window: .local(left: 9, right: 4),
        slopes: [0.5, 0, 0.1, 1], bias: bias(heads: 4, reach: 100)), [80, 0, 33]),
  ]

  private static func bias(heads: Int, reach: Int) -> PositionBias {
    PositionBias(
      heads: heads, reach: reach, values: randomValues(heads * (2 * reach - 1), seed: 31, in: -2...2))
  }

  var projected: Matrix {
    randomMatrix(
      rows: lengths.reduce(0, +), columns: (shape.heads + 2 * shape.keyValueHeads) * shape.headWidth,
      seed: UInt64(shape.headWidth))
  }

  /// The first row of every text.
  var firstRows: [Int] { lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }.dropLast() }

  func attend(
    _ kernels: KernelSet, _ projected: Matrix, probabilities: [Matrix] = [], precision: Precision = .f32,
    _ work: Work = .inline
  ) -> Matrix {
    let context = Matrix(rows: projected.rows, columns: shape.heads * shape.headWidth)
    kernels.attention(
      projected, lengths: lengths, shape, into: context, probabilities: probabilities, precision: precision,
      work: work)
    return context
  }

  /// Matrices for probabilities, full of what must not stay.
  func unwrittenProbabilities() -> [Matrix] {
    lengths.map { length in
      let count = shape.heads * length * length
      return Matrix(
        rows: shape.heads * length, columns: length, values: [Float](repeating: .nan, count: count))
    }
  }
}

@Suite struct AttentionTests {
  @Test(arguments: KernelSet.supported, AttentionCase.all)
  func agreesWithDoublePrecision(kernels: KernelSet, example: AttentionCase) {
    let projected = example.projected
    let probabilities = example.unwrittenProbabilities()
    let context = example.attend(kernels, projected, probabilities: probabilities)
    let reference = AttentionReference(example.shape, projected)
    for (text, first) in example.firstRows.enumerated() {
      let length = example.lengths[text]
      // Some queries of a long text, at every place of a tile.
      let queries = stride(from: 0, to: length, by: length > 200 ? 41 : 1)
      for (head, query) in (0..<example.shape.heads).flatMap({ head in queries.map { (head, $0) } }) {
        let expected = reference.attend(first..<first + length, head, query)
        let found = probabilities[text].row(head * length + query)
        #expect(
          zip(found, expected.probabilities).allSatisfy { abs(Double($0) - $1) <= expected.tolerance * $1 })
        let width = example.shape.headWidth
        let row = context.row(first + query)[head * width..<(head + 1) * width]
        // Each value of the mix is at most one, and the probabilities add up to one.
        #expect(zip(row, expected.context).allSatisfy { abs(Double($0) - $1) <= 2 * expected.tolerance })
      }
    }
  }

  /// Queries, keys, values and probabilities are rounded to bf16 before they are multiplied.
  @Test(arguments: KernelSet.variants, AttentionCase.all)
  func withNarrowProductsItIsNearDoublePrecision(kernels: KernelSet, example: AttentionCase) {
    let projected = example.projected
    let probabilities = example.unwrittenProbabilities()
    let context = example.attend(kernels, projected, probabilities: probabilities, precision: .bf16)
    #expect(context.values == example.attend(kernels, projected, precision: .bf16).values)
    let reference = AttentionReference(example.shape, projected)
    let half = 0x1p-8
    for (text, first) in example.firstRows.enumerated() {
      let length = example.lengths[text]
      for query in stride(from: 0, to: length, by: length > 200 ? 41 : 3) {
        let expected = reference.attend(first..<first + length, 0, query)
        let found = probabilities[text].row(query)
        // Two roundings in each score, and twice, for the largest one also.
        let tolerance = expected.tolerance + exp(2 * half * expected.largest) - 1
        #expect(zip(found, expected.probabilities).allSatisfy { abs(Double($0) - $1) <= tolerance * $1 })
        let row = context.row(first + query).prefix(example.shape.headWidth)
        #expect(zip(row, expected.context).allSatisfy { abs(Double($0) - $1) <= 2 * tolerance + half })
      }
    }
  }

  @Test(arguments: KernelSet.supported, AttentionCase.all)
  func keepingProbabilitiesChangesNoBit(kernels: KernelSet, example: AttentionCase) {
    let projected = example.projected
    let kept = example.attend(kernels, projected, probabilities: example.unwrittenProbabilities())
    #expect(kept.values == example.attend(kernels, projected).values)
  }

  @Test(arguments: KernelSet.supported, AttentionCase.all)
  func aTextHasTheSameBitsAloneAndInABatchForAnyNumberOfThreads(
    kernels: KernelSet, example: AttentionCase
  ) async throws {
    let projected = example.projected
    let batch = example.attend(kernels, projected)
    for (first, length) in zip(example.firstRows, example.lengths) {
      let text = first..<first + length
      let alone = AttentionCase("alone", example.shape, [length]).attend(kernels, projected.rows(text))
      #expect(alone.values == batch.rows(text).values)
    }
    for threads in 2...3 {
      let shared = try await WorkerTeam(threads: threads).perform(.interactive) { work in
        example.attend(kernels, projected, work)
      }
      #expect(shared.values == batch.values)
    }
  }

  @Test(arguments: KernelSet.supported)
  func tokensThatAreNotSeenChangeNoBit(kernels: KernelSet) {
    let windows: [(AttentionShape.Window, seen: (Int) -> Bool)] = [
      (.causal, { $0 >= 50 }), (.local(left: 6, right: 0), { 50...56 ~= $0 }),
      (.local(left: 2, right: 30), { 20...52 ~= $0 }),
    ]
    for (window, sees) in windows {
      let example = AttentionCase("", AttentionShape(heads: 1, headWidth: 8, window: window), [80])
      let projected = example.projected
      let before = example.attend(kernels, projected)
      projected.setRow(50, projected.row(50).prefix(8) + randomValues(16, seed: 6))
      let after = example.attend(kernels, projected)
      #expect((0..<80).allSatisfy { (before.row($0) != after.row($0)) == sees($0) })
    }
  }

  @Test(arguments: KernelSet.supported)
  func aNaNInAKeyStaysWithTheQueriesThatSeeIt(kernels: KernelSet) {
    let shape = AttentionShape(heads: 1, headWidth: 4, window: .local(left: 3, right: 1))
    let example = AttentionCase("", shape, [40])
    let projected = example.projected
    projected.setRow(20, projected.row(20).prefix(4) + [0, .nan, 0, 0] + projected.row(20).suffix(4))
    let probabilities = example.unwrittenProbabilities()
    let context = example.attend(kernels, projected, probabilities: probabilities)
    for query in 0..<40 {
      let sees = 19...23 ~= query
      #expect(context.row(query).allSatisfy { $0.isNaN == sees })
      #expect(probabilities[0].row(query).contains { $0.isNaN } == sees)
      let unseen = probabilities[0].row(query).enumerated().filter { !(query - 3...query + 1 ~= $0.offset) }
      #expect(unseen.allSatisfy { $0.element == 0 })
    }
  }

  @Test(arguments: KernelSet.supported)
  func largeScoresDoNotOverflow(kernels: KernelSet) {
    for scale: Float in [1, -1] {
      let projected = Matrix(rows: 3, columns: 3)
      for row in 0..<3 { projected.setRow(row, [scale * 1e18, Float(row) * 1e18, Float(row)]) }
      let example = AttentionCase("", AttentionShape(heads: 1, headWidth: 1, scale: scale), [3])
      let probabilities = example.unwrittenProbabilities()
      let context = example.attend(kernels, projected, probabilities: probabilities)
      #expect(probabilities[0].row(0) == [0, 0, 1])
      #expect(context.values == [2, 2, 2])
    }
  }

  @Test(arguments: KernelSet.supported)
  func oneQueryOfAnotherSequenceAttendsLikeALastToken(kernels: KernelSet) async throws {
    let shape = AttentionShape(heads: 4, keyValueHeads: 2, headWidth: 12, scale: 0.4)
    let example = AttentionCase("", shape, [7, 0, 50, 1])
    let projected = example.projected
    let keysAndValues = Matrix(rows: projected.rows, columns: 48)
    for row in 0..<projected.rows { keysAndValues.setRow(row, Array(projected.row(row).suffix(48))) }
    let query = Matrix(rows: 4, columns: 48)
    for (text, row) in [(0, 6), (2, 56), (3, 57)] { query.setRow(text, Array(projected.row(row).prefix(48))) }
    let expected = example.attend(kernels, projected)
    let found = try await WorkerTeam(threads: 2).perform(.bulk) { work in
      let context = Matrix(rows: 4, columns: 48)
      kernels.crossAttention(
        query: query, keysAndValues: keysAndValues, lengths: example.lengths, shape, into: context, work: work
      )
      return context
    }
    for (text, row) in [(0, 6), (2, 56), (3, 57)] { #expect(found.row(text) == expected.row(row)) }
    #expect(found.row(1) == [Float](repeating: 0, count: 48))
  }
}

/// Attention in double precision, key by key.
struct AttentionReference {
  private let shape: AttentionShape
  private let rows: [[Double]]

  init(_ shape: AttentionShape, _ projected: Matrix) {
    self.shape = shape
    rows = (0..<projected.rows).map { projected.row($0).map(Double.init) }
  }

  /// The probabilities of all keys of a text, what they mix, the relative error allowed of a probability, and the largest sum
  /// of the magnitudes that make a score.
  func attend(_ text: Range<Int>, _ head: Int, _ query: Int)
    -> (probabilities: [Double], context: [Double], tolerance: Double, largest: Double)
  {
    let keyHead = shape.heads + head / (shape.heads / shape.keyValueHeads)
    let asked = part(text.lowerBound + query, head)
    var scores: [(key: Int, score: Double)] = []
    var largest = 0.0
    for key in 0..<text.count where isSeen(key, from: query) {
      var score = offset(head, key - query)
      var magnitudes = abs(score)
      for (a, b) in zip(asked, part(text.lowerBound + key, keyHead)) {
        score += a * b * Double(shape.scale)
        magnitudes += abs(a * b * Double(shape.scale))
      }
      scores.append((key, score))
      largest = max(largest, magnitudes)
    }
    let maximum = scores.map { $0.score }.max() ?? 0
    let powers = scores.map { exp($0.score - maximum) }
    let sum = powers.reduce(0, +)
    var probabilities = [Double](repeating: 0, count: text.count)
    var context = [Double](repeating: 0, count: shape.headWidth)
    for ((key, _), power) in zip(scores, powers) {
      probabilities[key] = power / sum
      for (column, value) in part(text.lowerBound + key, keyHead + shape.keyValueHeads).enumerated() {
        context[column] += power / sum * value
      }
    }
    // A score is off by its roundings, and so is the largest one; then come the exponential, the sum and the quotient.
    let roundings = 2 * Double(shape.headWidth + 6) * largest + Double(text.count) + 16
    return (probabilities, context, roundings * roundoff, largest)
  }

  private func part(_ token: Int, _ head: Int) -> ArraySlice<Double> {
    rows[token][head * shape.headWidth..<(head + 1) * shape.headWidth]
  }

  private func isSeen(_ key: Int, from query: Int) -> Bool {
    switch shape.window {
    case .all: true
    case .causal: key <= query
    case .local(let left, let right): query - key <= left && key - query <= right
    }
  }

  private func offset(_ head: Int, _ distance: Int) -> Double {
    let slope = shape.slopes.isEmpty ? 0 : Double(shape.slopes[head]) * Double(distance)
    guard let bias = shape.bias else { return slope }
    return slope + Double(bias.values[head * (2 * bias.reach - 1) + distance + bias.reach - 1])
  }
}
