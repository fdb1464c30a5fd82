import Recipes
import Screen

extension State {
  mutating func moveInCompare(_ key: Key) {
    if compare.mode == .queries {
      _ = compare.queries.apply(KeyPress(key))
      return
    }
    switch key {
    case .left: goTo(side: .a)
    case .right: goTo(side: .b)
    default: _ = compare.ranks.apply(KeyPress(key))
    }
  }

  /// Goes to the other list: to the same text where that has it, else to the same rank.
  mutating func goTo(side: CompareState.Side) {
    guard compare.side != side, let shown = compare.shown else { return }
    let rank = compare.ranks.selection ?? 0
    let other = shown.otherRank(compare.side, rank)
    compare.side = side
    let count = shown.list(side).count
    compare.ranks.fit(count: count, height: compare.ranks.height)
    compare.ranks.select(other.map { $0 < count ? $0 : rank } ?? rank)
  }

  /// Enter: reads the selected text, or takes the selected query into the query line.
  mutating func openCompared() {
    if compare.mode == .queries {
      guard let agreement = selectedAgreement else { return }
      query.field.replace(with: agreement.query)
      compare.mode = .lists
      compare.ranks = ScrollList(height: compare.ranks.height)
      return
    }
    guard let neighbour = selectedCompared, let shown = compare.shown, let rank = compare.ranks.selection
    else { return }
    popup = .text(TextPopup(neighbour: neighbour, metric: shown.metric(compare.side), rank: rank + 1))
  }

  /// Compares so many texts as come next among the depths.
  mutating func compare(deeper: Bool) {
    let depths = CompareState.depths
    let next =
      deeper ? depths.first { $0 > compare.depth } : depths.last { $0 < compare.depth }
    if let next { compare.depth = next }
  }

  /// Compares on every query of a file.
  mutating func compareOn(file path: String) {
    guard path.contains(where: { !$0.isWhitespace }) else {
      notice = .hint("type the path of a file of queries")
      return
    }
    compare.file = path
    compare.refused = nil
    compare.mode = .queries
  }

  mutating func openQueryFileLine() {
    popup = .line(LinePopup(.queryFile, compare.file ?? ""))
  }

  mutating func switchComparison() {
    compare.mode = compare.mode == .lists ? .queries : .lists
  }

  /// Why a text or a query cannot be opened; nil where one can.
  var openingComparedUnavailable: String? {
    if let reason = compareUnavailable { return reason }
    if compare.mode == .queries {
      return queriesUnavailable ?? (selectedAgreement == nil ? "no query is selected" : nil)
    }
    return selectedCompared == nil ? "no text is selected" : nil
  }
}
