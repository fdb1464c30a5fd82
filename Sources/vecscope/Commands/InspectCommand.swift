import ArgumentParser
import Checkpoints
import JSONText
import ModelHub
import Recipes

/// `inspect`: what a model declares, what is assumed, and where each fact comes from.
struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model declares and where each fact comes from.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let settings = try Settings()
    let folder = try settings.hub(model).open(
      settings.model(model.model), identities: settings.identities)
    let resolved = try folder.description.recipe(recipe.overrides(promptFor: .query))
    let report = ModelReport(folder.description, resolved)
    let output = try Output(path: nil)
    try output.writeLine(json ? report.json.text : report.plain)
    try output.finish()
  }
}

/// A model's facts, for a person and for a script.
private struct ModelReport {
  private let model: ModelDescription
  private let facts: [Fact]

  private struct Fact {
    var name: String
    var value: JSONValue
    var shown: String
    var source: Source
    var file: String?
    var key: String?

    init<Value>(_ name: String, _ fact: Sourced<Value>, _ value: JSONValue, shown: String) {
      self.name = name
      self.value = value
      self.shown = shown
      source = fact.source
      file = fact.file
      key = fact.key
    }
  }

  init(_ model: ModelDescription, _ resolved: ResolvedRecipe) {
    self.model = model
    let pooling = resolved.pooling.value.map(\.rawValue)
    let headLayers = model.head.value.map(Self.describe)
    let prompts = model.prompts.value
    func marked<Value: Equatable>(_ fact: Sourced<Value>, by choice: Sourced<Value>) -> Sourced<Value> {
      choice.source == .overridden ? choice : fact
    }
    let head = resolved.appliesHead.source == .overridden && !resolved.appliesHead.value
    let headFact = head ? Sourced(model.head.value, .overridden) : model.head
    let length = marked(model.maximumLength, by: resolved.maximumLength)
    let poolsPrompt = marked(model.poolsPrompt, by: resolved.poolsPrompt)
    let normalizes = marked(model.normalizes, by: resolved.normalizes)
    let defaultPrompt = model.defaultPromptName
    facts = [
      Fact("tokenizer", model.tokenizer, .string(model.tokenizer.value), shown: model.tokenizer.value),
      Fact("max_length", length, .integer(length.value), shown: "\(length.value)"),
      Fact(
        "pooling", marked(model.pooling, by: resolved.pooling),
        pooling.count == 1 ? .string(pooling[0]) : .array(pooling.map(JSONValue.string)),
        shown: pooling.joined(separator: "+")),
      Fact("include_prompt", poolsPrompt, .bool(poolsPrompt.value), shown: poolsPrompt.value ? "yes" : "no"),
      Fact(
        "head", headFact, .array(head ? [] : headLayers.map(\.json)),
        shown: head || headLayers.isEmpty ? "none" : headLayers.map(\.shown).joined(separator: ", ")),
      Fact("normalize", normalizes, .bool(normalizes.value), shown: normalizes.value ? "yes" : "no"),
      Fact(
        "similarity", model.similarity, .string(model.similarity.value.rawValue),
        shown: model.similarity.value.rawValue),
      Fact(
        "prompts", model.prompts,
        .object(JSONObject(prompts.map { ($0.name ?? "", .string($0.text)) })),
        shown: prompts.isEmpty
          ? "none" : prompts.map { "\($0.name ?? "")=\"\($0.text)\"" }.joined(separator: " ")),
      Fact(
        "default_prompt_name", defaultPrompt, .optional(defaultPrompt.value),
        shown: defaultPrompt.value ?? "none"),
      Fact("strip", model.strip, .bool(model.strip.value), shown: model.strip.value ? "yes" : "no"),
    ]
  }

  private static func describe(_ layer: HeadLayer) -> (json: JSONValue, shown: String) {
    (
      .object([
        "kind": .string(layer.kind), "folder": .string(layer.folder),
        "in": .integer(layer.inputDimensions), "out": .integer(layer.outputDimensions),
        "activation": .string(layer.activation),
      ]), "\(layer.kind) \(layer.inputDimensions)→\(layer.outputDimensions) \(layer.activation)"
    )
  }

  var json: JSONValue {
    var members: JSONObject = [
      "model": .string(model.name), "identity": .string(model.identity),
      "model_type": .string(model.modelType), "architecture": .string(model.architecture),
      "layers": .integer(model.layers), "hidden": .integer(model.hidden), "heads": .integer(model.heads),
      "parameters": .integer(model.parameters), "vocabulary": .integer(model.vocabulary),
      "dtype": .string(model.dtype), "files": .array(model.files.map(JSONValue.string)),
    ]
    for fact in facts {
      members.append(
        fact.name,
        .object([
          "value": fact.value, "source": .string(fact.source.rawValue), "file": .optional(fact.file),
          "key": .optional(fact.key),
        ]))
    }
    return .object(members)
  }

  var plain: String {
    var lines = [
      "\(model.name)",
      "  \(model.architecture) (\(model.modelType)), \(model.layers) layers × \(model.hidden), "
        + "\(model.heads) heads, \(model.parameters) parameters, vocabulary \(model.vocabulary), \(model.dtype)",
      "  identity \(model.identity.prefix(12))", "",
    ]
    let width = facts.map(\.name.count).max() ?? 0
    for fact in facts {
      let name = fact.name + String(repeating: " ", count: width - fact.name.count)
      let place = [fact.file, fact.key].compactMap(\.self).joined(separator: " · ")
      lines.append("  \(name)  \(fact.shown)  (\(fact.source.rawValue)\(place.isEmpty ? "" : ": " + place))")
    }
    return lines.joined(separator: "\n")
  }
}
