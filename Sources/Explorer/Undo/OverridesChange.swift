import Recipes
import Screen

extension RecipeOverrides {
  /// What was changed, in words: `pooling cls`, `metric dot, vectors as they are`.
  func change(from before: RecipeOverrides) -> String {
    var parts: [String] = []
    func note<T: Equatable>(_ path: KeyPath<RecipeOverrides, T>, _ text: (T) -> String) {
      if self[keyPath: path] != before[keyPath: path] { parts.append(text(self[keyPath: path])) }
    }
    note(\.queryPrompt) { "instruction \($0.inWords)" }
    note(\.documentPrompt) { "instruction of documents \($0.inWords)" }
    note(\.pooling) { "pooling \($0.map(Pooling.describe) ?? "declared")" }
    note(\.poolsPrompt) { "prompt tokens \($0.map { $0 ? "pooled" : "left out" } ?? "declared")" }
    note(\.layer) { "layer \($0.map { "\($0)" } ?? "declared")" }
    note(\.head) { "head \($0?.rawValue ?? "declared")" }
    note(\.normalizes) { "vectors \($0.map { $0 ? "normalised" : "as they are" } ?? "declared")" }
    note(\.dimensions) { "dimensions \($0.map { "\($0)" } ?? "declared")" }
    note(\.metric) { "metric \($0?.rawValue ?? "declared")" }
    note(\.precision) { "precision \($0?.rawValue ?? "declared")" }
    note(\.maximumLength) { "length \($0.map { "\($0)" } ?? "declared")" }
    note(\.joining) { "joined \($0?.rawValue ?? "declared")" }
    return parts.isEmpty ? "recipe" : parts.joined(separator: ", ")
  }
}

extension PromptChoice {
  /// How a line of text names the choice.
  var inWords: String {
    switch self {
    case .declared: "declared"
    case .noPrompt: "none"
    case .named(let name): name
    case .literal(let text): PromptText.quoted(text).truncated(to: 32)
    }
  }
}
