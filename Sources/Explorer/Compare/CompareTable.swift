import Recipes

extension State {
  /// Both lists as rows, or the queries of the file.
  var compareTable: ViewTable? {
    guard let shown = compare.shown else { return nil }
    if compare.mode == .queries { return compare.answered.map { queriesTable($0) } }
    let facts = shown.result.agreement
    let differences = shown.differences.map { part in
      (name: part.name, value: ViewTable.Value.text("A \(part.a), B \(part.b)"))
    }
    let measures: [(name: String, value: ViewTable.Value)] = [
      ("overlap", .number(facts.overlap)), ("depth", .whole(shown.result.depth)),
      ("tau", facts.tau.map { .number($0) } ?? .missing),
      ("margin_a", facts.marginA.map { .number(Double($0)) } ?? .missing),
      ("margin_b", facts.marginB.map { .number(Double($0)) } ?? .missing),
    ]
    return ViewTable(
      title: "A, \(shown.request.a.summary), against B, \(shown.request.b.summary)",
      facts: differences + measures,
      columns: [
        .init("side"), .init("rank"), .init("other_rank", spoken: "rank on the other side"), .init("id"),
        .init("score"), .init("text"),
      ],
      rows: rows(shown, .a) + rows(shown, .b))
  }

  private func rows(_ shown: ShownComparison, _ side: CompareState.Side) -> [[ViewTable.Value]] {
    let metric = shown.metric(side)
    return shown.list(side).enumerated().map { rank, neighbour in
      let score = metric.isDistance ? -neighbour.score : neighbour.score
      return [
        .text(side == .a ? "A" : "B"), .whole(rank + 1),
        shown.otherRank(side, rank).map { .whole($0 + 1) } ?? .missing, .text(neighbour.id),
        .number(Double(score)), .text(neighbour.text),
      ]
    }
  }

  private func queriesTable(_ answered: CompareState.Answered) -> ViewTable {
    func number(_ value: Double?) -> ViewTable.Value { value.map { .number($0) } ?? .missing }
    let agreements = answered.agreements
    return ViewTable(
      title: "How A and B agree on the queries of \(answered.wish.file), the least agreement first",
      facts: [
        (name: "mean_overlap", value: number(agreements.meanOverlap)),
        (name: "mean_tau", value: number(agreements.meanTau)),
        (name: "mean_margin_a", value: number(agreements.meanMarginA)),
        (name: "mean_margin_b", value: number(agreements.meanMarginB)),
        (name: "same_first", value: .whole(agreements.sameFirst)),
        (name: "depth", value: .whole(answered.wish.depth)),
      ],
      columns: [
        .init("query"), .init("overlap"), .init("tau"), .init("margin_a", spoken: "margin of A"),
        .init("margin_b", spoken: "margin of B"), .init("top_a", spoken: "first text of A"),
        .init("top_b", spoken: "first text of B"),
      ],
      rows: agreements.rows.map { row in
        [
          .text(row.query), .number(row.overlap), number(row.tau), number(row.marginA.map(Double.init)),
          number(row.marginB.map(Double.init)), .text(row.topA), .text(row.topB),
        ]
      })
  }
}
