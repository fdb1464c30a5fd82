import Checkpoints
import Corpora
import Embedding
import Kernels
import ModelHub
import Recipes

/// A loaded model and what a command does with it.
struct Workbench {
  let embedder: TextEmbedder

  /// Finds and loads the model that options, environment and configuration name.
  ///
  /// Its weights are packed for `precision`; those of others follow at the first need.
  static func open(
    _ options: ModelOptions, _ precision: Precision? = nil, settings: Settings? = nil
  ) async throws -> Workbench {
    let settings = try settings ?? Settings()
    let folder = try settings.hub(options).open(
      settings.model(options.model), identities: settings.identities)
    let team = WorkerTeam(threads: try settings.threads(options.threads) ?? WorkerTeam.defaultThreads)
    return Workbench(
      embedder: try TextEmbedder(
        folder, kernels: options.kernelSet, precision: precision ?? .f32, team: team,
        cacheFolder: settings.modelCache))
  }

  /// The recipe for the texts of each role.
  func encodings(_ options: RecipeOptions, role: Role, metric: Metric? = nil) throws -> RecipesByRole {
    let overrides = options.overrides(promptFor: .query, metric: metric)
    let description = embedder.description
    let recipe = try description.recipe(overrides, queriesAs: role).recipe
    if description.closesTexts == false, recipe.readout.pooling.contains(.lastToken),
      recipe.queries.markers == nil
    {
      StandardError.warn(
        "\(description.name): the last token is pooled, but no special token closes a text; "
          + "the last word's state is taken")
    }
    return RecipesByRole(
      recipes: Dictionary(
        uniqueKeysWithValues: try Role.allCases.map { role in
          (role, try embedder.description.recipe(overrides, queriesAs: role).recipe)
        }), role: role)
  }

  /// The vectors of texts that may stand in different roles, in the order given.
  func embed(
    _ texts: [InputText],
    _ encodings: RecipesByRole,
    progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> Embeddings {
    let groups = Dictionary(grouping: texts.indices) { texts[$0].role ?? encodings.role }
    if groups.count <= 1 {
      let recipe = encodings[groups.keys.first ?? encodings.role]
      return try await embedder.embed(
        texts.map(\.embeddedText), recipe.queries, recipe.readout, progress: progress)
    }
    var parts: [(rows: [Int], result: Embeddings)] = []
    for (role, rows) in groups.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let recipe = encodings[role]
      let result = try await embedder.embed(
        rows.map { texts[$0].embeddedText }, recipe.queries, recipe.readout)
      parts.append((rows, result))
    }
    return Embeddings(joining: parts, count: texts.count)
  }

  func dimensions(_ encodings: RecipesByRole) -> Int {
    let readout = encodings.any.readout
    let all = embedder.description.vectorDimensions(
      pooling: readout.pooling, head: readout.head)
    return min(readout.dimensions ?? all, all)
  }
}

/// The recipe of each role; they differ in the prompt alone.
struct RecipesByRole {
  fileprivate let recipes: [Role: Recipe]
  /// The role of a text that names none.
  let role: Role

  fileprivate init(recipes: [Role: Recipe], role: Role) {
    self.recipes = recipes
    self.role = role
  }

  subscript(role: Role) -> Recipe {
    guard let recipe = recipes[role] else { preconditionFailure("no recipe for role \(role)") }
    return recipe
  }

  var any: Recipe { self[role] }
}
