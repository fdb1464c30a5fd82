import Checkpoints
import Embedding
import Kernels
import Recipes
import TestSupport
import Testing

@Suite struct TextEmbedderTests {
  private let golden: GoldenModel
  private let embedder: TextEmbedder
  private let recipe: Recipe

  init() throws {
    golden = try GoldenModel.named("bert-e5")
    embedder = try ParityTests.embedder(golden)
    recipe = try embedder.description.recipe(queriesAs: .none).recipe
  }

  @Test func aBatchNeverChangesAVector() async throws {
    let texts = golden.rows.map(\.text)
    let together = try await embedder.embed(texts, recipe.queries, recipe.readout).vectors
    for (index, text) in texts.enumerated() {
      let alone = try await embedder.embed([text], recipe.queries, recipe.readout).vectors
      #expect(alone.row(0) == together.row(index), "\(text)")
    }
  }

  @Test(arguments: [1, 3])
  func theNumberOfThreadsNeverChangesAVector(threads: Int) async throws {
    let other = try TextEmbedder(ModelFolder(path: golden.path), team: WorkerTeam(threads: threads))
    let texts = golden.rows.map(\.text)
    let expected = try await embedder.embed(texts, recipe.queries, recipe.readout).vectors
    let found = try await other.embed(texts, recipe.queries, recipe.readout).vectors
    #expect(found.values == expected.values)
  }

  @Test func anotherPoolingOfATraceEqualsAFreshEncodeAndCallsNoEncoder() async throws {
    let text = golden.rows[0].text
    let trace = try await embedder.trace(embedder.prepare(text, recipe.queries))
    let before = embedder.encodedTexts
    var vectors: [Pooling: [Float]] = [:]
    for pooling in Pooling.ofTokenStates {
      var readout = recipe.readout
      readout.pooling = [pooling]
      let pooled = try #require(try embedder.pooledVectors(trace, layer: readout.layer))
      vectors[pooling] = try await embedder.vectors(pooled, readout).row(0)
    }
    #expect(embedder.encodedTexts == before)
    for (pooling, vector) in vectors {
      var readout = recipe.readout
      readout.pooling = [pooling]
      let fresh = try await embedder.embed([text], recipe.queries, readout).vectors.row(0)
      #expect(vector == fresh, "\(pooling)")
    }
  }

  @Test func aCutVectorIsNormalisedAgain() async throws {
    var readout = recipe.readout
    readout.dimensions = 8
    let whole = try await embedder.embed(["a cup of tea"], recipe.queries, recipe.readout).vectors.row(0)
    let cut = try await embedder.embed(["a cup of tea"], recipe.queries, readout).vectors.row(0)
    let norm = whole.prefix(8).reduce(0) { $0 + $1 * $1 }.squareRoot()
    expectClose(cut, whole.prefix(8).map { $0 / norm }, within: 1e-6, stage: "cut")
  }

  @Test func aLowerLayerIsThatOfTheTrace() async throws {
    var readout = recipe.readout
    readout.layer = 1
    let prepared = embedder.prepare("a cup of tea", recipe.queries)
    let trace = try await embedder.trace(prepared, TraceRequest(layers: [1]))
    #expect(Set(trace.hiddenStates.keys) == [1])
    #expect(try embedder.pooledVectors(trace, layer: 2) == nil)
    let pooled = try #require(try embedder.pooledVectors(trace, layer: 1))
    let fromTrace = try await embedder.vectors(pooled, readout).row(0)
    let fresh = try await embedder.embed(["a cup of tea"], recipe.queries, readout).vectors.row(0)
    #expect(fromTrace == fresh)
  }

  @Test func aTraceBeyondItsLimitIsRefusedBeforeItIsMade() async throws {
    let prepared = embedder.prepare("a cup of tea", recipe.queries)
    let before = embedder.encodedTexts
    await #expect(throws: EmbeddingError.self) {
      _ = try await embedder.trace(prepared, TraceRequest(attention: true, limitBytes: 1000))
    }
    #expect(embedder.encodedTexts == before)
  }

  @Test(arguments: [Precision.bf16, .int8])
  func everyPrecisionGivesAVectorNearThatOfF32(precision: Precision) async throws {
    var encoding = recipe.queries
    encoding.precision = precision
    let texts = golden.rows.map(\.text)
    let found = try await embedder.embed(texts, encoding, recipe.readout).vectors
    let exact = try await embedder.embed(texts, recipe.queries, recipe.readout).vectors
    #expect(found.values != exact.values)
    for index in texts.indices {
      let cosine = zip(found.row(index), exact.row(index)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(cosine > (precision == .bf16 ? 0.999 : 0.98))
    }
  }

  @Test func whiteSpaceRoundATextIsRemovedWhereTheEncodingSaysSo() throws {
    var encoding = recipe.queries
    encoding.prompt = " query: "
    encoding.strip = true
    #expect(embedder.prepare("tea \u{1C}\u{2003}\n", encoding).string == "query: tea")
    #expect(embedder.prepare(" \n", encoding).string == "query:")
    encoding.strip = false
    #expect(embedder.prepare("tea ", encoding).string == " query: tea ")
  }

  @Test func noTextsGiveNoVectors() async throws {
    let result = try await embedder.embed([], recipe.queries, recipe.readout)
    #expect(result.vectors.rows == 0)
    #expect(result.vectors.columns == embedder.description.hidden)
  }
}
