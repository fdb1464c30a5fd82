import Checkpoints
import Embedding
import Kernels
import Recipes
import TestSupport
import Testing

/// Vectors as sums over tokens.
struct VectorPartsTests {
  private static let text = "The kettle has boiled, who wants tea?"

  @Test(arguments: GoldenModel.all, [true, false])
  func partsAndBiasAddUpToTheVector(golden: GoldenModel, normalizes: Bool) async throws {
    let embedder = try ParityTests.embedder(golden)
    for pooling in [Pooling.mean, .meanSqrtLen, .weightedMean] {
      var choices = RecipeOverrides()
      choices.pooling = [pooling]
      choices.normalizes = normalizes
      choices.dimensions = 7
      let recipe = try embedder.description.recipe(choices).recipe
      let trace = try await embedder.trace(
        embedder.prepare(Self.text, recipe.queries), for: recipe.readout)
      let parts = try await embedder.parts(trace, recipe.readout)
      #expect((parts == nil) == (embedder.nonlinearity(recipe.readout, route: recipe.queries.route) != nil))
      guard let parts else { continue }
      let vector = try await embedder.embed([Self.text], recipe.queries, recipe.readout).vectors.row(0)
      var sum = parts.bias
      for token in 0..<parts.tokens.rows { sum = zip(sum, parts.tokens.row(token)).map(+) }
      ParityTests.expectVector(sum, vector, "\(golden.model) \(pooling)")
    }
  }

  @Test func aReadoutThatIsNoSumHasNoParts() async throws {
    let embedder = try ParityTests.embedder(GoldenModel.named("bert-mean"))
    for pooling in [Pooling.cls, .max, .lastToken] {
      var choices = RecipeOverrides()
      choices.pooling = [pooling]
      let recipe = try embedder.description.recipe(choices).recipe
      #expect(embedder.nonlinearity(recipe.readout)?.contains(pooling.rawValue) == true)
      let trace = try await embedder.trace(embedder.prepare(Self.text, recipe.queries))
      #expect(try await embedder.parts(trace, recipe.readout) == nil)
    }
  }

  @Test func aTokensVectorIsThatOfATextOfItsStateAlone() async throws {
    let embedder = try ParityTests.embedder(GoldenModel.named("static-embedding"))
    var choices = RecipeOverrides()
    choices.queryPrompt = .noPrompt
    let recipe = try embedder.description.recipe(choices).recipe
    let trace = try await embedder.trace(embedder.prepare("the river", recipe.queries))
    let found = try #require(try await embedder.tokenVectors(trace, recipe.readout, limit: 1))
    let states = try #require(trace.hiddenStates[0])
    #expect(found.rows == 1)
    let norm = states.row(0).reduce(0) { $0 + $1 * $1 }.squareRoot()
    let expected = recipe.readout.normalizes ? states.row(0).map { $0 / norm } : states.row(0)
    expectClose(found.row(0), expected, within: 1e-6, stage: "vector of a token")
  }
}
