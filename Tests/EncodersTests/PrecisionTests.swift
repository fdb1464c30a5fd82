import Checkpoints
import Encoders
import Kernels
import Recipes
import TestSupport
import Testing

@Suite struct PrecisionTests {
  /// Random weights lose more than trained ones, whose states are not as large.
  @Test(arguments: KernelSet.variants, [(Precision.bf16, Float(0.03)), (.int8, 0.15)])
  func statesStayNearThoseOfF32(kernels: KernelSet, limit: (precision: Precision, error: Float)) throws {
    let model = SeededBERT(layers: 2, hidden: 48, heads: 4, intermediate: 96)
    let folder = try model.open(in: TemporaryFolder())
    let texts = model.texts([5, 1, 0, 40])
    let exact = try states(Encoder(folder, kernels: kernels), texts)
    let found = try states(Encoder(folder, kernels: kernels, precision: limit.precision), texts)
    let error = zip(exact.values, found.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let size = exact.values.reduce(0) { $0 + $1 * $1 }
    #expect((error / size).squareRoot() < limit.error)
    #expect(found.values != exact.values)
  }

  @Test(arguments: [Precision.bf16, .int8])
  func aTextHasTheSameBitsAloneInABatchAndOnAnyNumberOfThreads(precision: Precision) async throws {
    let model = SeededBERT(layers: 2, hidden: 48, heads: 4, intermediate: 96)
    let encoder = try Encoder(model.open(in: TemporaryFolder()), precision: precision)
    let lengths = [3, 0, 17, 150, 1, 64, 33]
    let texts = model.texts(lengths)
    let batch = try states(encoder, texts)
    var first = 0
    for (text, length) in lengths.enumerated() {
      #expect(try states(encoder, [texts[text]]).values == batch.rows(first..<first + length).values)
      first += length
    }
    let threaded = try await WorkerTeam(threads: 3).perform(.bulk) { work in
      try encoder.forward(TokenBatch(texts), layers: [2], work: work).hiddenStates[2]?.values
    }
    #expect(threaded == batch.values)
  }

  @Test(arguments: Precision.allCases)
  func askingForAttentionChangesNoState(precision: Precision) throws {
    let model = SeededBERT()
    let encoder = try Encoder(model.open(in: TemporaryFolder()), precision: precision)
    let batch = TokenBatch(model.texts([30, 4]))
    let without = try encoder.forward(batch, layers: [2], work: .inline)
    let with = try encoder.forward(batch, layers: [2], attention: true, work: .inline)
    #expect(with.hiddenStates[2]?.values == without.hiddenStates[2]?.values)
    let row = try #require(with.attentions.first?.first).row(0)
    #expect(abs(row.reduce(0, +) - 1) < 1e-5)
  }

  private func states(_ encoder: Encoder, _ texts: [[Int32]]) throws -> Matrix {
    try #require(
      try encoder.forward(TokenBatch(texts), layers: [encoder.layers], work: .inline).hiddenStates[
        encoder.layers])
  }
}
