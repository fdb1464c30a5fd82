import Checkpoints
import Encoders
import Kernels
import Recipes
import Synchronization
import TestSupport
import Testing

@Suite struct EncoderTests {
  static let shapes = [
    SeededBERT(), SeededBERT(layers: 1, hidden: 48, heads: 4, intermediate: 96, activation: "gelu_new"),
    SeededBERT(layers: 3, hidden: 7, heads: 1, intermediate: 5, activation: "relu"),
    SeededBERT(layers: 1, hidden: 66, heads: 2, intermediate: 33),
  ]

  @Test(arguments: KernelSet.supported, shapes.indices)
  func everyLayerAndEveryAttentionAgreesWithDoublePrecision(kernels: KernelSet, shape: Int) throws {
    let model = Self.shapes[shape]
    let encoder = try Encoder(model.open(in: TemporaryFolder()), kernels: kernels)
    #expect(encoder.layers == model.layers && encoder.hidden == model.hidden && encoder.heads == model.heads)
    let texts = model.texts([5, 1, 0, 19])
    let output = try encoder.forward(
      TokenBatch(texts), layers: Set(0...model.layers), attention: true, work: .inline)
    var first = 0
    for (text, ids) in texts.enumerated() {
      let expected = ReferenceEncoder(model: model).run(ids)
      for layer in 0...model.layers {
        let states = try #require(output.hiddenStates[layer])
        expectClose(
          states.rows(first..<first + ids.count).values,
          expected.states[layer].flatMap { $0.map(Float.init) },
          within: 2e-5, stage: "layer \(layer) of text \(text)")
      }
      for layer in 0..<model.layers {
        let attention = expected.attention[layer].flatMap { $0.flatMap { $0.map(Float.init) } }
        expectClose(
          output.attentions[text][layer].values, attention, within: 1e-5,
          stage: "attention of layer \(layer) of text \(text)")
      }
      first += ids.count
    }
  }

  /// Enough tokens that the batch goes through in several groups.
  @Test(arguments: KernelSet.supported)
  func aTextHasTheSameBitsAloneAndInABatch(kernels: KernelSet) throws {
    let model = SeededBERT()
    let encoder = try Encoder(model.open(in: TemporaryFolder()), kernels: kernels)
    let lengths = [3, 0, 17, 150, 1, 64, 33] + [Int](repeating: 120, count: 10) + [9]
    let texts = model.texts(lengths)
    let batch = try states(encoder, texts)
    var first = 0
    for (text, length) in lengths.enumerated() where text < 7 || text == 17 {
      #expect(try states(encoder, [texts[text]]).values == batch.rows(first..<first + length).values)
      first += length
      if text == 6 { first += 1200 }
    }
  }

  @Test(arguments: KernelSet.supported)
  func anyNumberOfThreadsGivesTheSameBits(kernels: KernelSet) async throws {
    let model = SeededBERT(layers: 2, hidden: 48, heads: 4, intermediate: 192)
    let encoder = try Encoder(model.open(in: TemporaryFolder()), kernels: kernels)
    let texts = model.texts([40, 7, 130])
    let expected = try states(encoder, texts).values
    for threads in 1...3 {
      let found = try await WorkerTeam(threads: threads).perform(.bulk) { work in
        try encoder.forward(TokenBatch(texts), layers: [2], work: work).hiddenStates[2]?.values
      }
      #expect(found == expected)
    }
  }

  /// So many texts that each thread gets whole ones.
  @Test(arguments: Precision.allCases)
  func textsThatThreadsTakeWholeHaveTheSameBits(precision: Precision) async throws {
    let model = SeededBERT(layers: 2, hidden: 48, heads: 4, intermediate: 96)
    let encoder = try Encoder(model.open(in: TemporaryFolder()), precision: precision)
    let texts = model.texts([150, 0, 3] + [Int](repeating: 61, count: 30) + [1, 140])
    let expected = try states(encoder, texts).values
    for threads in 2...3 {
      let found = try await WorkerTeam(threads: threads).perform(.bulk) { work in
        try encoder.forward(TokenBatch(texts), layers: [2], work: work).hiddenStates[2]?.values
      }
      #expect(found == expected)
    }
  }

  @Test func onlyTheLayersAskedForAreKept() throws {
    let model = SeededBERT(layers: 3)
    let encoder = try Encoder(model.open(in: TemporaryFolder()))
    let batch = TokenBatch(model.texts([4, 6]))
    let all = try encoder.forward(batch, layers: [0, 1, 2, 3], work: .inline)
    let some = try encoder.forward(batch, layers: [0, 2], attention: true, work: .inline)
    #expect(some.hiddenStates.keys.sorted() == [0, 2])
    #expect(some.hiddenStates[2]?.values == all.hiddenStates[2]?.values)
    #expect(some.hiddenStates[0]?.values == all.hiddenStates[0]?.values)
    #expect(some.attentions.map(\.count) == [2, 2])
    #expect(all.attentions.isEmpty)
  }

  @Test func statesThatAreHandedOutAreThoseThatAreKept() async throws {
    let model = SeededBERT(layers: 3)
    let encoder = try Encoder(model.open(in: TemporaryFolder()))
    let batch = TokenBatch(model.texts([0, 4, 150, 0] + [Int](repeating: 60, count: 12) + [7, 0]))
    let kept = try encoder.forward(batch, layers: [1, 3], work: .inline).hiddenStates
    for threads in 1...2 {
      let parts = Mutex<[(layer: Int, texts: Range<Int>, tokens: Range<Int>, values: [Float])]>([])
      try await WorkerTeam(threads: threads).perform(.bulk) { work in
        try encoder.forward(batch, layers: [1, 3], work: work) { part in
          parts.withLock { $0.append((part.layer, part.texts, part.tokens, part.states.values)) }
        }
      }
      for layer in [1, 3] {
        let ofLayer = parts.withLock { $0.filter { $0.layer == layer } }.sorted {
          $0.texts.lowerBound < $1.texts.lowerBound
        }
        #expect(ofLayer.flatMap { Array($0.texts) } == Array(0..<batch.lengths.count))
        #expect(ofLayer.flatMap { Array($0.tokens) } == Array(0..<batch.ids.count))
        #expect(ofLayer.flatMap(\.values) == kept[layer]?.values)
      }
    }
  }

  @Test func anEmptyBatchGivesEmptyStates() throws {
    let encoder = try Encoder(SeededBERT().open(in: TemporaryFolder()))
    let output = try encoder.forward(TokenBatch([]), layers: [2], work: .inline)
    #expect(output.hiddenStates[2]?.rows == 0)
  }

  @Test func cancellationStopsAPass() async throws {
    let model = SeededBERT()
    let encoder = try Encoder(model.open(in: TemporaryFolder()))
    let team = WorkerTeam(threads: 2)
    let began = AsyncStream<Void>.makeStream()
    let batch = TokenBatch(model.texts([100]))
    let task = Task {
      try await team.perform(.bulk) { work in
        began.continuation.finish()
        while true { _ = try encoder.forward(batch, layers: [2], work: work) }
      }
    }
    for await _ in began.stream {}
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func idsLengthsAndLayersThatTheModelLacksAreErrors() throws {
    let model = SeededBERT(positions: 8)
    let encoder = try Encoder(model.open(in: TemporaryFolder()))
    for id: Int32 in [-1, 30, .max] {
      let error = EncoderError.unknownToken(id: id, text: 1, position: 2, vocabulary: 30)
      #expect(throws: error) {
        try encoder.forward(TokenBatch([[1], [1, 2, id]]), layers: [2], work: .inline)
      }
    }
    #expect(throws: EncoderError.textTooLong(text: 1, tokens: 9, positions: 8)) {
      try encoder.forward(TokenBatch(model.texts([8, 9])), layers: [2], work: .inline)
    }
    for layer in [-1, 3] {
      #expect(throws: EncoderError.noSuchLayer(layer: layer, last: 2)) {
        try encoder.forward(TokenBatch([[1]]), layers: [layer], work: .inline)
      }
    }
  }

  private func states(_ encoder: Encoder, _ texts: [[Int32]]) throws -> Matrix {
    let output = try encoder.forward(TokenBatch(texts), layers: [encoder.layers], work: .inline)
    return try #require(output.hiddenStates[encoder.layers])
  }
}
