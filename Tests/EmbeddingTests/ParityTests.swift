import Checkpoints
import Embedding
import Kernels
import Recipes
import TestSupport
import Testing
import Tokenization

/// Stage by stage against the reference libraries: later stages mean nothing where an earlier one departs.
@Suite struct ParityTests {
  static let team = WorkerTeam(threads: 2)

  static func embedder(_ golden: GoldenModel, kernels: KernelSet = .best) throws -> TextEmbedder {
    try TextEmbedder(
      ModelFolder(path: golden.path, name: golden.hubName), kernels: kernels, team: team)
  }

  @Test(arguments: GoldenModel.all)
  func tokensAgreeWithTheReference(golden: GoldenModel) throws {
    let embedder = try Self.embedder(golden)
    let encoding = try embedder.description.recipe(queriesAs: .none).recipe.queries
    #expect(encoding.maximumLength == golden.maxLength ?? Encoding.unlimited)
    for row in golden.rows {
      let tokens = embedder.prepare(row.text, encoding).tokens
      #expect(tokens.ids == row.ids, "\(row.text)")
      #expect(tokens.tokens == row.tokens, "\(row.text)")
      #expect(tokens.offsets.map { [$0.lowerBound, $0.upperBound] } == row.offsets, "\(row.text)")
      #expect(tokens.special == row.special, "\(row.text)")
      #expect(tokens.totalCount == row.totalCount, "\(row.text)")
    }
  }

  @Test(arguments: GoldenModel.all, KernelSet.supported)
  func hiddenStatesAndAttentionAgreeWithTheReference(golden: GoldenModel, kernels: KernelSet) async throws {
    let embedder = try Self.embedder(golden, kernels: kernels)
    let encoding = try embedder.description.recipe(queriesAs: .none).recipe.queries
    let states = try WeightStore(file: golden.statesPath)
    for (index, text) in try golden.stateTexts().enumerated() {
      let trace = try await embedder.trace(
        embedder.prepare(text, encoding), TraceRequest(attention: true))
      let found = (0...embedder.description.layers).flatMap { trace.hiddenStates[$0]?.values ?? [] }
      let name = "\(index).hidden_states"
      expectClose(
        found, try states.floats(name, shape: try #require(states.shape(of: name))), within: 1e-4,
        stage: "\(golden.model) \(name) on \(kernels)")
      let maps = "\(index).attentions"
      expectClose(
        trace.attentions.flatMap(\.values),
        try states.floats(maps, shape: try #require(states.shape(of: maps))), within: 1e-4,
        stage: "\(golden.model) \(maps) on \(kernels)")
    }
  }

  @Test(arguments: GoldenModel.all)
  func everyPoolingAgreesWithTheReference(golden: GoldenModel) async throws {
    let embedder = try Self.embedder(golden)
    let encoding = try embedder.description.recipe(queriesAs: .none).recipe.queries
    for row in golden.rows {
      guard let expected = row.pooled else { continue }
      let trace = try await embedder.trace(embedder.prepare(row.text, encoding))
      let pooled = try #require(try embedder.pooledVectors(trace, layer: embedder.description.layers))
      for pooling in Pooling.ofTokenStates {
        let values = try pooled.pooled([pooling], poolsPrompt: true).row(0)
        expectClose(
          values, try #require(expected[pooling.rawValue]), within: 1e-4,
          stage: "\(golden.model) \(pooling.rawValue) of '\(row.text)'")
      }
    }
  }

  @Test(arguments: GoldenModel.all, KernelSet.supported)
  func embeddingsAgreeWithTheReference(golden: GoldenModel, kernels: KernelSet) async throws {
    let embedder = try Self.embedder(golden, kernels: kernels)
    let plain = try embedder.description.recipe(queriesAs: .none).recipe
    let texts = golden.rows.map(\.text)
    let found = try await embedder.embed(texts, plain.queries, plain.readout)
    for (index, row) in golden.rows.enumerated() {
      Self.expectVector(
        found.vectors.row(index), row.embedding, "\(golden.model) '\(row.text)' on \(kernels)")
    }
    for name in golden.rows.first?.embeddingWithPrompt?.keys.sorted() ?? [] {
      var choices = RecipeOverrides()
      choices.queryPrompt = .named(name)
      let recipe = try embedder.description.recipe(choices, queriesAs: .none).recipe
      let found = try await embedder.embed(texts, recipe.queries, recipe.readout)
      for (index, row) in golden.rows.enumerated() {
        let expected = try #require(row.embeddingWithPrompt?[name])
        Self.expectVector(
          found.vectors.row(index), expected, "\(golden.model) prompt \(name) '\(row.text)' on \(kernels)")
      }
    }
  }

  /// Within 2e-5 of the largest value, or of one.
  static func expectVector(_ found: [Float], _ expected: [Float], _ stage: String) {
    let scale = max(1, expected.map(abs).max() ?? 1)
    expectClose(found, expected, within: 2e-5 * scale, stage: stage)
  }
}
