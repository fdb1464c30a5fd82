import Checkpoints
import Encoders
import Foundation
import Kernels
import TestSupport
import Testing

/// Every tiny model, against the reference libraries and against itself.
@Suite struct FamilyTests {
  /// The texts' ids of a tiny model, without the texts that have none.
  private static func texts(_ golden: GoldenModel) -> [[Int32]] {
    golden.rows.map(\.ids).filter { !$0.isEmpty }
  }

  private static func open(_ golden: GoldenModel) throws -> ModelFolder {
    try ModelFolder(path: golden.path, name: golden.hubName)
  }

  /// Every layer's states and attention are compared where the tokenizer is at hand, in the tests of `Embedding`.
  @Test(arguments: KernelSet.supported, GoldenModel.all)
  func statesPooledAgreeWithTheReference(kernels: KernelSet, golden: GoldenModel) throws {
    try expectReference(Encoder(Self.open(golden), kernels: kernels), golden, "on \(kernels)")
  }

  @Test(arguments: GoldenModel.all)
  func weightsUsedWhereTheyAreMappedGiveTheSame(golden: GoldenModel) throws {
    try expectReference(Encoder(Self.open(golden), mappedFrom: 0), golden, "mapped")
  }

  private func expectReference(_ encoder: Encoder, _ golden: GoldenModel, _ how: String) throws {
    var compared = 0
    for row in golden.rows where !row.ids.isEmpty {
      guard let pooled = row.pooled else { continue }
      compared += 1
      let decodes = pooled["decoder_first"] != nil
      #expect(decodes == encoder.hasDecoder)
      let output = try encoder.forward(
        TokenBatch([row.ids]), layers: [encoder.layers], decoder: decodes, work: .inline)
      let states = try #require(output.hiddenStates[encoder.layers])
      let rows = (0..<states.rows).map { states.row($0) }
      let mean = (0..<states.columns).map { column in
        Float(rows.reduce(0.0) { $0 + Double($1[column]) } / Double(rows.count))
      }
      let maximum = (0..<states.columns).map { column in rows.map { $0[column] }.max() ?? 0 }
      var found = ["mean": mean, "max": maximum, "cls": rows[0], "lasttoken": rows[rows.count - 1]]
      if decodes { found["decoder_first"] = output.decoderFirst?.values }
      for (pooling, values) in found {
        expectClose(
          values, try #require(pooled[pooling]), within: 1e-4,
          stage: "\(golden.model) \(how), \(pooling) of \(row.text)")
      }
    }
    // Tables have no states to pool, and several encoders together no poolings of one.
    #expect(try compared > 0 || encoder.layers == 0 || !Self.open(golden).routes.isEmpty)
  }

  @Test(arguments: GoldenModel.all)
  func aTextHasTheSameBitsAloneAndInABatch(golden: GoldenModel) throws {
    for encoder in [
      try Encoder(Self.open(golden)), try Encoder(Self.open(golden), mappedFrom: 0),
    ] {
      let texts = Self.texts(golden)
      let batch = try encoder.forward(
        TokenBatch(texts), layers: [encoder.layers], decoder: encoder.hasDecoder, work: .inline)
      let states = try #require(batch.hiddenStates[encoder.layers])
      var first = 0
      for (index, ids) in texts.enumerated() {
        let alone = try encoder.forward(
          TokenBatch([ids]), layers: [encoder.layers], decoder: encoder.hasDecoder, work: .inline)
        #expect(alone.hiddenStates[encoder.layers]?.values == states.rows(first..<first + ids.count).values)
        #expect(alone.decoderFirst?.row(0) == batch.decoderFirst?.row(index))
        first += ids.count
      }
    }
  }

  @Test(arguments: GoldenModel.all)
  func anyNumberOfThreadsGivesTheSameBits(golden: GoldenModel) async throws {
    let encoder = try Encoder(Self.open(golden))
    let batch = TokenBatch(Self.texts(golden))
    let expected = try encoder.forward(batch, layers: [encoder.layers], work: .inline)
    for threads in 2...3 {
      let found = try await WorkerTeam(threads: threads).perform(.bulk) { work in
        try encoder.forward(batch, layers: [encoder.layers], work: work).hiddenStates[encoder.layers]?.values
      }
      #expect(found == expected.hiddenStates[encoder.layers]?.values)
    }
  }

  /// What is cut off changes nothing before it where tokens look back only, and something where they look ahead.
  @Test(arguments: GoldenModel.all)
  func causalModelsDoNotSeeWhatFollows(golden: GoldenModel) throws {
    let folder = try Self.open(golden)
    let encoder = try Encoder(folder)
    guard encoder.layers > 0, let ids = Self.texts(golden).max(by: { $0.count < $1.count }) else { return }
    let looksAhead = folder.configuration.attention.contains { layer in
      switch layer.window {
      case .all: true
      case .causal: false
      case .local(_, let right): right > 0
      }
    }
    let whole = try encoder.forward(
      TokenBatch([ids]), layers: [encoder.layers], attention: true, work: .inline)
    let start = Array(ids.prefix(ids.count / 2))
    let part = try encoder.forward(TokenBatch([start]), layers: [encoder.layers], work: .inline)
    let found = try #require(part.hiddenStates[encoder.layers]).values
    let expected = try #require(whole.hiddenStates[encoder.layers]).rows(0..<start.count).values
    if looksAhead {
      #expect(zip(found, expected).contains { abs($0 - $1) > 1e-3 })
    } else {
      expectClose(found, expected, within: 2e-5, stage: "\(golden.model), cut in the middle")
    }
    for map in whole.attentions[0] {
      for row in 0..<map.rows {
        let values = map.row(row)
        #expect(abs(values.reduce(0, +) - 1) < 1e-5)
        #expect(looksAhead || values.dropFirst(row % ids.count + 1).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test(arguments: GoldenModel.all)
  func aDecoderThatTheCheckpointLacksIsAnError(golden: GoldenModel) throws {
    let folder = try Self.open(golden)
    let encoder = try Encoder(folder)
    guard !encoder.hasDecoder else { return }
    #expect(throws: EncoderError.noDecoder(file: folder.weights.file)) {
      try encoder.forward(TokenBatch([[1]]), layers: [], decoder: true, work: .inline)
    }
  }

  @Test func aFileThatIsCutWhileItIsMappedIsAnError() throws {
    let model = SeededBERT()
    let folder = try TemporaryFolder()
    let encoder = try Encoder(model.open(in: folder), mappedFrom: 0)
    let batch = TokenBatch(model.texts([4]))
    _ = try encoder.forward(batch, layers: [2], work: .inline)
    let path = folder.path + "/model.safetensors"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    let size = Int(try handle.seekToEnd())
    try handle.truncate(atOffset: 1000)
    #expect(
      throws: EncoderError.unusableWeights(.changedWhileOpen(file: path, expected: size, found: 1000))
    ) { try encoder.forward(batch, layers: [2], work: .inline) }
  }

  /// All of a mapped checkpoint is not read when it is opened, but its ends are.
  @Test(arguments: [0, 64 << 20], [0, 719])
  func aWordVectorThatIsNotFiniteIsAnError(size: Int, position: Int) throws {
    var model = SeededBERT()
    let name = "embeddings.word_embeddings.weight"
    model.tensors[name]?.values[position] = .nan
    let folder = try TemporaryFolder()
    let file = folder.path + "/model.safetensors"
    #expect(
      throws: EncoderError.unusableWeights(
        .notFinite(file: file, name: name, position: position, value: "nan"))
    ) { try Encoder(model.open(in: folder), mappedFrom: size) }
  }
}
