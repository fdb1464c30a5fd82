import Recipes
import Testing

@Suite struct RecipeTests {
  @Test func poolingsAreReadInReferenceOrder() {
    #expect(Pooling.parse("mean+cls") == [.cls, .mean])
    #expect(Pooling.parse("mean+mean") == nil)
    #expect(Pooling.parse("average") == nil)
    #expect(Pooling.parse("") == nil)
    #expect(Pooling.describe([.cls, .mean]) == "cls+mean")
  }

  @Test func aRoleGetsTheDeclaredPromptThenTheDefaultThenNothing() throws {
    var model = ModelDescription.sample
    #expect(try model.recipe().queryPrompt.text == "query: ")
    #expect(try model.recipe().documentPrompt.text == "passage: ")
    model.prompts.value.removeAll { $0.name == "passage" }
    #expect(try model.recipe().documentPrompt.text == "")
    model.defaultPromptName.value = "query"
    #expect(try model.recipe().documentPrompt.text == "query: ")
  }

  @Test func everyChoiceChangesTheFingerprint() throws {
    let model = ModelDescription.sample
    var choices = Array(repeating: RecipeOverrides(), count: 10)
    choices[1].queryPrompt = .noPrompt
    choices[2].documentPrompt = .literal("p")
    choices[3].pooling = [.cls]
    choices[4].poolsPrompt = false
    choices[5].layer = 1
    choices[6].normalizes = false
    choices[7].dimensions = 3
    choices[8].metric = .dot
    choices[9].maximumLength = 7
    let fingerprints = try choices.map { try model.recipe($0).recipe.fingerprint }
    #expect(Set(fingerprints).count == choices.count)
    #expect(fingerprints.allSatisfy { $0.count == 12 })
  }

  @Test func aPromptThatContainsTheSeparatorCannotPassForAnotherRecipe() {
    let first = Encoding(model: "m", prompt: "a\u{1F}true", strip: true, maximumLength: 8, precision: .f32)
    let second = Encoding(model: "m", prompt: "a", strip: true, maximumLength: 8, precision: .f32)
    #expect(first.fingerprint != second.fingerprint)
  }

  @Test(arguments: [
    (RecipeOverrides.with { $0.layer = 99 }, RecipeError.layerOutOfRange(99, layers: 3)),
    (.with { $0.layer = -1 }, .layerOutOfRange(-1, layers: 3)),
    (.with { $0.dimensions = 0 }, .dimensionsOutOfRange(0, available: 8)),
    (.with { $0.dimensions = 9 }, .dimensionsOutOfRange(9, available: 8)),
    (.with { $0.maximumLength = 2 }, .lengthOutOfRange(2)),
    (.with { $0.maximumLength = 513 }, .lengthBeyondModel(513, limit: 512)),
    (.with { $0.queryPrompt = .named("x") }, .unknownPrompt("x", known: ["query", "passage"])),
    (.with { $0.pooling = [.decoderFirst] }, .poolingUnavailable(.decoderFirst, model: "sample")),
  ])
  func aChoiceThatDoesNotFitIsRefused(choices: RecipeOverrides, error: RecipeError) {
    #expect(throws: error) { try ModelDescription.sample.recipe(choices) }
    #expect(!error.description.isEmpty)
  }

  @Test func aChosenPartIsMarkedAsOverridden() throws {
    let resolved = try ModelDescription.sample.recipe(.with { $0.pooling = [.max] })
    #expect(resolved.pooling == Sourced([.max], .overridden))
    #expect(resolved.metric.source == .assumed)
  }
}

extension RecipeOverrides {
  static func with(_ change: (inout RecipeOverrides) -> Void) -> RecipeOverrides {
    var overrides = RecipeOverrides()
    change(&overrides)
    return overrides
  }
}

extension ModelDescription {
  static let sample = ModelDescription(
    name: "sample", identity: "0123", modelType: "bert", architecture: "BertModel", layers: 3, hidden: 8,
    heads: 2, parameters: 1000, vocabulary: 30, positions: 512, dtype: "F32", files: ["config.json"],
    tokenizer: Sourced("WordPiece", .declared), maximumLength: Sourced(64, .declared),
    pooling: Sourced([.mean], .declared), poolsPrompt: Sourced(true, .declared), head: Sourced([], .declared),
    normalizes: Sourced(true, .declared), similarity: Sourced(.cosine, .assumed),
    prompts: Sourced(
      [
        Prompt(name: "query", text: "query: ", source: .declared),
        Prompt(name: "passage", text: "passage: ", source: .declared),
      ], .declared), defaultPromptName: Sourced(nil, .declared), strip: Sourced(false, .assumed))
}
