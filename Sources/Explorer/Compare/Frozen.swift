import Recipes
import Screen

extension State {
  /// F9: keeps model and recipe as side B, or lets it go.
  mutating func switchFrozen() {
    guard frozen == nil else {
      letFrozenGo()
      return
    }
    guard let recipe else { return }
    frozen = presentSide(recipe.recipe)
    notice = .hint("this recipe is side B now: change something, and the ranks show what it does")
  }

  mutating func letFrozenGo() {
    frozen = nil
    compare.exchange = nil
    notice = .hint("side B is let go")
  }

  /// The present recipe as side A.
  func presentSide(_ recipe: Recipe) -> ComparedRecipe? {
    guard let description = model.description else { return nil }
    return ComparedRecipe(
      model: description.name, recipe: recipe, overrides: overrides, summary: HeaderView.summary(self))
  }

  /// What is asked for while a side B is frozen, whatever the screen shows: Neighbours needs its ranks.
  func frozenRequest(_ recipe: Recipe) -> ViewRequest? {
    guard let frozen, let present = presentSide(recipe), !query.field.text.isEmpty, corpusStamp.indexed > 0
    else { return nil }
    var request = ComparisonRequest(
      a: present, b: frozen, query: query.field.text, queryFile: nil, corpus: corpusStamp,
      top: Self.neighbourCount, depth: compare.depth)
    request.queryFile = missingQueryFile(request)
    return .comparison(request)
  }

  /// The file of queries, while its answers are wanted on the screen and have not come.
  ///
  /// They are kept apart, so that another query in the query line does not compare on the file again.
  private func missingQueryFile(_ request: ComparisonRequest) -> String? {
    guard shows(.compare), compare.mode == .queries, let file = compare.file else { return nil }
    let wish = CompareState.FileWish(request, file: file)
    if compare.answered?.wish == wish || compare.refused?.wish == wish { return nil }
    return file
  }

  /// Puts side B in force and freezes side A; another model is loaded first.
  mutating func swapSides() -> [Effect] {
    guard let side = frozen, let recipe, let present = presentSide(recipe.recipe) else { return [] }
    guard side.recipe.queries.model != model.description?.identity else {
      setOverrides(side.overrides)
      frozen = present
      return []
    }
    compare.exchange = .init(wanted: side, present: present)
    notice = .hint("\(side.model) is loading: it becomes side A")
    return load(model: side.model)
  }

  /// Ends an exchange of sides once a model has come: with its own choices, if it is the one of side B.
  mutating func endExchange(_ description: ModelDescription) {
    guard let exchange = compare.exchange else { return }
    compare.exchange = nil
    guard exchange.wanted.recipe.queries.model == description.identity else { return }
    overrides = exchange.wanted.overrides
    if frozen == exchange.wanted { frozen = exchange.present }
  }
}
