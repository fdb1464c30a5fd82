import Recipes

extension ShownGrid {
  /// Every cell as a row; the variants of the selected instruction as facts.
  var table: ViewTable {
    let columns: [ViewTable.Column] = [
      .init("instruction"), .init("prompt"), .init("pooling"), .init("id", spoken: "first text's id"),
      .init("text", spoken: "first text"), .init("score"), .init("margin"),
      .init("overlap", spoken: "overlap with the declared recipe"),
      .init("as_declared", spoken: "same first text as declared"), .init("in_force", spoken: "in force"),
      .init("unavailable", spoken: "unavailable because"),
    ]
    let rows = plan.rows.indices.flatMap { row in
      plan.columns.indices.map { column in values(row, column) }
    }
    return ViewTable(
      title: "What every pooling finds with every instruction, for the current query",
      facts: [(name: "overlap_depth", value: .whole(depth))] + variants.map(fact), columns: columns,
      rows: rows)
  }

  private func fact(_ variant: Variant) -> (name: String, value: ViewTable.Value) {
    let words = [
      variant.stability?.words, variant.overlap.map { "overlap \($0) of \(depth)" },
      variant.found.map { "first " + $0.firstWords(200) },
    ]
    let text = words.compactMap(\.self).joined(separator: ", ")
    return ("ending \(variant.variant.name)", text.isEmpty ? .missing : .text(text))
  }

  private func values(_ row: Int, _ column: Int) -> [ViewTable.Value] {
    let (instruction, pooling) = (plan.rows[row], plan.columns[column])
    let names: [ViewTable.Value] = [
      .text(instruction.name), .text(instruction.text), .text(pooling.name),
    ]
    let end: [ViewTable.Value] = [
      .flag(instruction.isInForce && pooling.isInForce),
      (instruction.refusal ?? pooling.refusal).map { .text($0) } ?? .missing,
    ]
    guard let cell = cells[row][column]?.found else {
      return names + [ViewTable.Value](repeating: .missing, count: 6) + end
    }
    let score = metric.isDistance ? -cell.score : cell.score
    return names + [
      .text(cell.id), .text(cell.text), .number(Double(score)),
      cell.margin.map { .number(Double($0)) } ?? .missing, .number(cell.overlap),
      agrees(cell).map { .flag($0) } ?? .missing,
    ] + end
  }
}
