import Recipes
import Screen

/// What the grid tries: its rows and columns, and what each of them needs of the recipe.
struct GridPlan: Equatable, Sendable {
  /// An instruction.
  struct Row: Equatable, Sendable {
    var name: String
    /// The literal text of the prompt.
    var text: String
    /// The prompt as it is shown.
    var words: String
    var choice: PromptChoice
    /// With the declared pooling; nil where the instruction does not fit the model.
    var recipe: Recipe?
    var refusal: String?
    var isInForce: Bool
    /// The place in the list of one's own instructions.
    var ownIndex: Int?
  }

  /// A pooling.
  struct Column: Equatable, Sendable {
    var pooling: [Pooling]
    /// What the overrides say of it; nil for the declared one.
    var choice: [Pooling]?
    var refusal: String?
    var isInForce: Bool

    var isDeclared: Bool { choice == nil }
    var name: String { Pooling.describe(pooling) }
  }

  var rows: [Row]
  var columns: [Column]
  /// Declared instruction and pooling, with everything else as it is in force.
  var declared: Recipe
}

/// The same instruction with another ending.
struct InstructionVariant: Equatable, Sendable {
  var ending: String
  var text: String

  /// The endings that are tried: what models are sensitive to, though no reader would care.
  static let endings = [";", ":", ": ", ""]

  /// The variants of an instruction; none for one that has no words.
  static func all(of instruction: String) -> [InstructionVariant] {
    var stem = Substring(instruction)
    while let last = stem.last, last.isWhitespace { stem.removeLast() }
    if stem.last == ";" || stem.last == ":" { stem.removeLast() }
    guard stem.contains(where: { !$0.isWhitespace }) else { return [] }
    return endings.map { InstructionVariant(ending: $0, text: stem + $0) }
  }

  /// How the strip names it.
  var name: String { ending.isEmpty ? "none" : "\"\(ending)\"" }
}

extension State {
  /// The rows and columns of the grid; nil without a model, or where no recipe of it fits.
  var gridPlan: GridPlan? {
    guard let description = model.description, let recipe else { return nil }
    let plain = overridesOfGrid
    do {
      let declared = try description.recipe(plain).recipe
      return GridPlan(
        rows: gridRows(description, plain), columns: gridColumns(description, recipe, plain),
        declared: declared)
    } catch {
      // `gridUnavailable` says why.
      return nil
    }
  }

  /// The choices in force, without what the grid tries.
  var overridesOfGrid: RecipeOverrides {
    var plain = overrides
    plain.pooling = nil
    plain.queryPrompt = .declared
    return plain
  }

  private func gridRows(_ description: ModelDescription, _ plain: RecipeOverrides) -> [GridPlan.Row] {
    let chosen = overrides.queryPrompt
    func row(_ name: String, _ choice: PromptChoice, own: Int? = nil) -> GridPlan.Row {
      var row = GridPlan.Row(
        name: name, text: "", words: "", choice: choice, isInForce: choice == chosen, ownIndex: own)
      var changed = plain
      changed.queryPrompt = choice
      do {
        let resolved = try description.recipe(changed)
        row.recipe = resolved.recipe
        row.text = resolved.queryPrompt.text
        row.words = resolved.queryPrompt.shown
      } catch {
        row.refusal = error.description
      }
      return row
    }
    var rows = [row("declared", .declared)]
    // Of a model without a prompt both would be the same.
    if !rows[0].text.isEmpty || chosen == .noPrompt { rows.append(row("none", .noPrompt)) }
    rows += description.prompts.value.compactMap { prompt in
      prompt.name.map { row($0, .named($0)) }
    }
    rows += grid.own.enumerated().map { row("own \($0 + 1)", .literal($1), own: $0) }
    if case .literal(let text) = chosen, !grid.own.contains(text) { rows.append(row("typed", chosen)) }
    return rows
  }

  private func gridColumns(
    _ description: ModelDescription, _ recipe: ResolvedRecipe, _ plain: RecipeOverrides
  ) -> [GridPlan.Column] {
    let inForce = recipe.pooling.value
    let declared = description.pooling.value
    var poolings = [declared]
    let known = Pooling.ofTokenStates + (description.hasDecoder ? [.decoderFirst] : [])
    for pooling in [inForce] + known.map({ [$0] }) where !poolings.contains(pooling) {
      poolings.append(pooling)
    }
    return poolings.map { pooling in
      var changed = plain
      changed.pooling = pooling == declared ? nil : pooling
      return GridPlan.Column(
        pooling: pooling, choice: changed.pooling, refusal: description.refusal(of: changed),
        isInForce: pooling == inForce)
    }
  }

  /// What the grid asks of the engine: its rows, and the small variants of the selected one.
  func gridRequest() -> ViewRequest? {
    guard let plan = gridPlan, !query.field.text.isEmpty, corpusStamp.indexed > 0 else { return nil }
    var instructions: [GridRequest.Instruction] = []
    func add(_ name: String, _ choice: PromptChoice, _ recipe: Recipe) {
      instructions.append(.init(name: name, choice: choice, recipe: recipe))
    }
    for row in plan.rows {
      // Rows of the same words share an answer; one's own keep theirs by name while they are typed.
      guard let recipe = row.recipe,
        row.ownIndex != nil || !instructions.contains(where: { $0.recipe == recipe })
      else { continue }
      add(row.name, row.choice, recipe)
    }
    if plan.rows.indices.contains(grid.row) {
      for variant in gridVariants(of: plan.rows[grid.row]) {
        guard !instructions.contains(where: { $0.recipe == variant.recipe }) else { continue }
        add("ending \(variant.variant.name)", .literal(variant.variant.text), variant.recipe)
      }
    }
    let poolings = plan.columns.filter { $0.refusal == nil }.map(\.pooling)
    guard !instructions.isEmpty, !poolings.isEmpty else { return nil }
    return .grid(
      GridRequest(
        query: query.field.text, corpus: corpusStamp, instructions: instructions, poolings: poolings,
        declared: plan.declared, depth: min(GridState.depth, max(1, corpus.summary?.count ?? 1))))
  }

  /// The variants of a row's instruction, with the recipe of each.
  func gridVariants(of row: GridPlan.Row) -> [(variant: InstructionVariant, recipe: Recipe)] {
    guard let recipe = row.recipe, recipe.queries.markers == nil else { return [] }
    return InstructionVariant.all(of: row.text).map { variant in
      var changed = recipe
      changed.queries.prompt = variant.text
      return (variant, changed)
    }
  }
}
