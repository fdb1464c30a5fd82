import Recipes
import Screen

extension Assertion {
  /// What there is instead of what is asserted; nil where the assertion holds.
  public func found(in state: State) -> String? {
    switch self {
    case .recipe(let expected):
      let fingerprint = state.recipe?.recipe.fingerprint
      return fingerprint == expected ? nil : fingerprint ?? "no recipe"
    case .view(let expected): return state.view == expected ? nil : state.view.rawValue
    case .screen(let text):
      return FrameRenderer.text(Explorer.view(state)).contains(text) ? nil : "a screen without it"
    default: return foundInList(state)
    }
  }

  private func foundInList(_ state: State) -> String? {
    guard let list = state.neighbours.list, state.neighboursAreCurrent else {
      return "no results: \(state.neighboursUnavailable ?? "nothing was searched")"
    }
    let ids = list.neighbours.map(\.id)
    func compare<Number: Comparable>(
      _ number: Number?, _ comparison: Comparison, _ expected: Number, missing: String
    ) -> String? {
      guard let number else { return missing }
      return comparison.holds(number, expected) ? nil : "\(number)"
    }
    let absent = "not among the \(ids.count) nearest"
    func neighbour(_ id: String) -> NeighbourList.Neighbour? { list.neighbours.first { $0.id == id } }
    switch self {
    case .text(let rank, let id):
      guard ids.indices.contains(rank - 1) else { return "\(ids.count) texts" }
      return ids[rank - 1] == id ? nil : ids[rank - 1]
    case .contains(let top, let id):
      if ids.prefix(top).contains(id) { return nil }
      return ids.firstIndex(of: id).map { "rank \($0 + 1)" } ?? absent
    case .rank(let id, let comparison, let rank):
      return compare(ids.firstIndex(of: id).map { $0 + 1 }, comparison, rank, missing: absent)
    case .score(let id, let comparison, let score):
      return compare(neighbour(id)?.score.exactly, comparison, score, missing: absent)
    case .percentile(let id, let comparison, let percentile):
      guard let found = neighbour(id) else { return absent }
      return compare(
        found.percentile?.exactly, comparison, percentile, missing: "no percentile: there is no background")
    case .margin(let comparison, let margin):
      guard list.neighbours.count > 1 else { return "\(ids.count) texts" }
      return compare(
        (list.neighbours[0].score - list.neighbours[1].score).exactly, comparison, margin, missing: absent)
    case .count(let comparison, let count): return compare(list.searched, comparison, count, missing: absent)
    case .recipe, .view, .screen: return nil
    }
  }
}

extension Float {
  /// The number that the shortest decimal text of this one names: what files and people compare with.
  fileprivate var exactly: Double { Double(description) ?? Double(self) }
}

/// What reports tell of a list of results.
public struct ShownText: Equatable, Sendable {
  public var rank: Int
  public var id: String
  public var score: Float
  public var text: String
}

extension State {
  /// The fingerprint of the recipe in force; nil without a model.
  public var recipeFingerprint: String? { recipe?.recipe.fingerprint }

  /// The content hash of the model in use.
  public var modelIdentity: String? { model.description?.identity }

  /// How many texts the open corpus has.
  public var corpusCount: Int? { corpus.summary?.count }

  /// The nearest texts that are shown, best first.
  public func topTexts(_ count: Int) -> [ShownText] {
    (neighbours.list?.neighbours.prefix(count) ?? []).enumerated().map { index, neighbour in
      ShownText(rank: index + 1, id: neighbour.id, score: neighbour.score, text: neighbour.text)
    }
  }
}
