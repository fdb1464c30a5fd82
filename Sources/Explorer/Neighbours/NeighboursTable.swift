import Recipes
import Screen

extension State {
  /// The pane's title: how many texts were searched, what is out of date, the margin of the first.
  func neighboursTitle(columns: Int) -> String {
    guard let shown = neighbours.shown else { return View.neighbours.title }
    let list = shown.list
    var parts = [View.neighbours.title]
    if neighboursAreMarked {
      parts.append(
        shown.query != query.field.text
          ? "of an earlier query"
          : shown.corpus != corpus.version ? "of an earlier corpus" : "of an earlier recipe")
    }
    if !neighbours.marked.isEmpty { parts.append("\(neighbours.marked.count) marked") }
    parts.append(
      list.searched < list.total
        ? "\(Numbers.grouped(list.searched)) of \(Numbers.grouped(list.total)) indexed"
        : Numbers.count(list.total, "text"))
    if let margin = list.margin {
      parts.append("margin \(Numbers.value(margin))")
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }

  /// Everything that the list shows, every text and every field of it.
  var neighboursTable: ViewTable? {
    guard let shown = neighbours.shown else { return nil }
    let list = shown.list
    let changes = neighbours.prepared.changes
    let fields = NeighbourColumn.names(of: list).filter { name in
      !NeighbourColumn.builtIn.contains { $0.name == name }
    }
    var columns: [ViewTable.Column] = [
      .init("rank"), .init("id"), .init("score", spoken: list.metric.isDistance ? "distance" : "score"),
      .init("percentile"), .init("text"), .init("length", spoken: "characters"), .init("tokens"),
      .init("norm"), .init("duplicate_of", spoken: "nearly the same as rank"),
      .init("hub_count", spoken: "a hub, near to so many texts of the background"), .init("matches"),
    ]
    if changes != nil { columns += [.init("rank_of_b", spoken: "rank with side B"), .init("change")] }
    columns += fields.map { .init("field.\($0)", spoken: $0) }
    let rows = list.neighbours.enumerated().map { index, neighbour in
      var row = values(of: neighbour, rank: index, list.metric)
      if let changes {
        row.append(changes.ranksOfB[checked: index]?.map { .whole($0 + 1) } ?? .missing)
        row.append(changes.changes[checked: index].map { .text($0.text) } ?? .missing)
      }
      return row
        + fields.map { name in
          neighbour.fields.first { $0.name == name }.map { .text($0.value) } ?? .missing
        }
    }
    return ViewTable(
      title: "The texts nearest to “\(shown.query)”", facts: facts(shown, changes), columns: columns,
      rows: rows)
  }

  private func values(
    of neighbour: NeighbourList.Neighbour, rank: Int, _ metric: Metric
  ) -> [ViewTable.Value] {
    let scalars = Array(neighbour.text.unicodeScalars.prefix(100_000))
    let words = litSpans(of: neighbour.id).compactMap { span -> String? in
      guard span.range.lowerBound >= 0, span.range.upperBound <= scalars.count else { return nil }
      return scalars[span.range].reduce(into: "") { $0.unicodeScalars.append($1) }
    }
    return [
      .whole(rank + 1), .text(neighbour.id),
      .shortest(metric.isDistance ? -neighbour.score : neighbour.score), .shortest(neighbour.percentile),
      .text(neighbour.text), .whole(neighbour.text.unicodeScalars.count),
      neighbour.tokens.map { .whole($0) } ?? .missing,
      .shortest(neighbour.norm), neighbour.duplicateOf.map { .whole($0 + 1) } ?? .missing,
      neighbour.hubCount.map { .whole($0) } ?? .missing,
      words.isEmpty ? .missing : .text(words.joined(separator: " ")),
    ]
  }

  private func facts(
    _ shown: NeighboursState.Shown, _ changes: RankChanges?
  ) -> [(name: String, value: ViewTable.Value)] {
    let list = shown.list
    var facts: [(name: String, value: ViewTable.Value)] = [
      ("query", .text(shown.query)), ("metric", .text(list.metric.rawValue)),
      ("recipe", .text(list.fingerprint)), ("current", .flag(neighboursAreCurrent)),
      ("searched", .whole(list.searched)), ("texts", .whole(list.total)),
      ("margin", .shortest(list.margin)),
    ]
    if let points = list.marginInPercentiles { facts.append(("margin in percentiles", .shortest(points))) }
    for lost in changes?.lost ?? [] {
      facts.append(("lost, side B's \(lost.rankOfB + 1)", .text(lost.neighbour.text)))
    }
    return facts
  }
}

extension NeighbourList {
  /// How far the first is before the second; nil for fewer than two.
  var margin: Float? {
    neighbours.count >= 2 ? neighbours[0].score - neighbours[1].score : nil
  }

  /// The same in percentiles of the background; nil as long as they are not known.
  var marginInPercentiles: Float? {
    guard neighbours.count >= 2, let first = neighbours[0].percentile, let second = neighbours[1].percentile
    else { return nil }
    return first - second
  }
}

extension ViewTable.Value {
  /// A number by the shortest decimal that reads back the same; missing for nil.
  static func shortest(_ number: Float?) -> ViewTable.Value {
    guard let number else { return .missing }
    return .number(Double("\(number)") ?? Double(number))
  }
}
