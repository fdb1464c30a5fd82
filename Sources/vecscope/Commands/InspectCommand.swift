import ArgumentParser
import Checkpoints
import JSONText
import ModelHub
import Recipes
import Tokenization

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
    let tokenizer = try Tokenizer(
      folder: folder.tokenizerPath, lowercasesFirst: folder.lowercasesFirst,
      cacheFolder: settings.modelCache)
    let report = ModelReport(folder.description, resolved, routes: folder.routes, tokenizer: tokenizer)
    let output = try Output(path: nil)
    try output.writeLine(json ? report.json.text : report.plain)
    try output.finish()
  }
}
