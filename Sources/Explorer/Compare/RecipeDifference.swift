import Recipes

/// A part in which two recipes differ.
struct RecipeDifference: Equatable, Sendable {
  var name: String
  var a: String
  var b: String

  /// Every part that differs, in the order of the header.
  static func all(_ a: ComparedRecipe, _ b: ComparedRecipe) -> [RecipeDifference] {
    let (first, second) = (parts(a), parts(b))
    return zip(first, second).compactMap { a, b in
      a.value == b.value ? nil : RecipeDifference(name: a.name, a: a.value, b: b.value)
    }
  }

  /// Both recipes have the same parts in the same order.
  private static func parts(_ side: ComparedRecipe) -> [(name: String, value: String)] {
    let (recipe, readout) = (side.recipe, side.recipe.readout)
    let (queries, documents) = (recipe.queries, recipe.documents)
    return [
      ("model", side.model),
      ("pooling", Pooling.describe(readout.pooling)),
      ("prompt", prompt(queries)),
      ("of documents", prompt(documents)),
      ("dims", readout.dimensions.map { "\($0)" } ?? "all"),
      ("metric", recipe.metric.rawValue),
      ("layer", "\(readout.layer)"),
      ("head", readout.head.rawValue),
      ("vectors", readout.normalizes ? "normalised" : "as they are"),
      ("prompt tokens", readout.poolsPrompt ? "pooled" : "left out"),
      ("joined", queries.joining.rawValue),
      ("precision", queries.precision.rawValue),
      ("query length", length(queries.maximumLength)),
      ("document length", length(documents.maximumLength)),
      ("strip", queries.strip ? "yes" : "no"),
    ]
  }

  private static func prompt(_ encoding: Encoding) -> String {
    Prompt(name: nil, text: encoding.prompt, source: .declared, markers: encoding.markers).shown
  }

  private static func length(_ length: Int) -> String {
    length == Encoding.unlimited ? "any" : "\(length)"
  }
}
