import Checkpoints
import Embedding
import Encoders
import Kernels
import Recipes
import TestSupport
import Testing
import Tokenization

/// Damaged model folders, end to end: each is refused with a reason, or gives vectors of finite numbers.
@Suite struct FuzzTests {
  private static let texts = ["", "A river bank, 我们的河岸 e\u{301} 👍🏽 " + String(repeating: "long ", count: 30)]

  @Test func damagedConfigurationsAreRefusedOrWork() async throws {
    let run = try FuzzRun("configurations", count: 1000) { file in
      file.hasSuffix("config.json") || file == "modules.json" || file.hasSuffix("sentence_transformers.json")
    }
    try await run.forEachCase { try await Self.outcome($0) }
  }

  @Test func damagedWeightsAreRefusedOrWork() async throws {
    let run = try FuzzRun("weights", count: 600) { file in
      file.hasSuffix(".safetensors") || file.hasSuffix(".index.json")
    }
    try await run.forEachCase { try await Self.outcome($0) }
  }

  /// Opens a model and embeds; whatever is wrong is one of the model targets' errors and has a reason.
  static func outcome(_ damaged: FuzzCase) async throws -> FuzzOutcome {
    do {
      let folder = try ModelFolder(path: damaged.folder)
      try encode(folder)
      try await embed(folder)
      return .works
    } catch let error as any CustomStringConvertible & Error {
      let isOurs =
        error is CheckpointError || error is EncoderError || error is TokenizationError
        || error is EmbeddingError
        || error is RecipeError
      #expect(isOurs && error.description.count > 10, "\(damaged.testDescription): \(error)")
      return .refused
    }
  }

  /// The encoder alone, its weights used where they are mapped.
  private static func encode(_ folder: ModelFolder) throws {
    let encoder = try Encoder(folder, mappedFrom: 0)
    let rows = folder.configuration.vocabulary
    let ids = [0, 1, rows / 2, rows - 1].filter { 0..<rows ~= $0 }.map { Int32($0) }
    let layers = Set(0...encoder.layers)
    let batch = TokenBatch([Array(ids.prefix(encoder.positions ?? .max)), [0]])
    let output = try encoder.forward(
      batch, layers: layers, attention: true, decoder: encoder.hasDecoder, work: .inline)
    #expect(output.hiddenStates.count == layers.count)
  }

  /// The whole way; a vector that is not finite is an error of its own.
  private static func embed(_ folder: ModelFolder) async throws {
    let embedder = try TextEmbedder(folder, team: ParityTests.team)
    for role in [Role.query, .document] {
      let recipe = try embedder.description.recipe(queriesAs: role).recipe
      let vectors = try await embedder.embed(texts, recipe.queries, recipe.readout).vectors
      let worst = vectors.values.first { !$0.isFinite }
      #expect(worst == nil)
      #expect(vectors.rows == texts.count && vectors.columns > 0)
    }
  }
}
