import Recipes
import Screen

extension State {
  /// The pane's title: method and its progress, of how many texts, how large, what is out of date.
  func mapTitle(columns: Int) -> String {
    guard let shown = shownMap else { return View.map.title }
    var parts = [View.map.title]
    if mapIsMarked { parts.append("out of date") }
    parts.append(mapMethodPart(shown.request, shown.map))
    let count = map.ground?.count ?? shown.map.ids.count
    parts.append(
      count < shown.map.total
        ? "\(Numbers.grouped(count)) of \(Numbers.count(shown.map.total, "text"))"
        : Numbers.count(count, "text"))
    if !map.viewport.isWhole {
      parts.append("\(Numbers.fixed(map.viewport.zoom, digits: 1))× · \(hint(.showWholeMap, "whole"))")
    }
    if shown.map.method == .pca, shown.map.varianceShares.count >= 2 {
      let shares = shown.map.varianceShares.prefix(2).map {
        Numbers.fixed(Double($0) * 100, digits: 1) + " %"
      }
      let part = "axes \(shares[0]) + \(shares[1])"
      let long = part + " of the variance"
      parts.append((parts + [long]).joined(separator: " · ").columns <= columns ? long : part)
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }

  private func mapMethodPart(_ request: MapRequest, _ shown: TextMap) -> String {
    guard case .map(let asked)? = inquiries[.map].asked else { return shown.method.title }
    let name = shown.method.title
    if requests.isOutstanding(.view(.map)) {
      let percent = inquiries[.map].progress.map { " \($0.done * 100 / max(1, $0.total)) %" } ?? ""
      // PCA is there at once; what is still measured is how true it is.
      if asked.method == .pca, request == asked { return name }
      return shown.method == asked.method && request == asked
        ? name + percent : "\(name), \(asked.method.title)\(percent) follows"
    }
    if let stopped = map.stopped, stopped.request == asked {
      return shown.method == asked.method
        ? "\(name) stopped at \(stopped.percent) %" : "\(name), \(asked.method.title) stopped"
    }
    return name
  }

  /// Every point with its fields, trust and place.
  var mapTable: ViewTable? {
    guard let ground = map.ground else { return nil }
    let source = ground.source
    var ranks: [Int: Int] = [:]
    for (rank, index) in (placement?.nearest ?? []).enumerated() where ranks[index] == nil {
      ranks[index] = rank + 1
    }
    let rows = (0..<ground.count).map { mapRow($0, ground, rank: ranks[$0]) }
    let columns: [ViewTable.Column] =
      [
        .init("id"), .init("text"), .init("x"), .init("y"), .init("trust"),
        .init("doubtful", spoken: "its drawn neighbours are doubtful"),
        .init("query_rank", spoken: "rank among the query's nearest"),
        .init("nearest", spoken: "truly nearest texts"),
      ] + source.fields.map { ViewTable.Column("field_\($0.name)", spoken: $0.name) }
    return ViewTable(title: mapTitle(columns: .max), facts: mapFacts(ground), columns: columns, rows: rows)
  }

  private func mapRow(_ index: Int, _ ground: MapGround, rank: Int?) -> [ViewTable.Value] {
    let source = ground.source
    let hasTrust = ground.trust.indices.contains(index) && !ground.trust[index].isNaN
    let nearest = ground.nearest(to: index).map { source.ids[$0] }.joined(separator: " ")
    var row: [ViewTable.Value] = [
      .text(source.ids[index]),
      source.labels.indices.contains(index) ? .text(source.labels[index]) : .missing,
      .number(Double(source.x[index])), .number(Double(source.y[index])),
      hasTrust ? .number(Double(source.trust[index])) : .missing,
      hasTrust ? .flag(source.trust[index] < MapGround.doubt) : .missing,
      rank.map { .whole($0) } ?? .missing,
      source.neighbourCount > 0 ? .text(nearest) : .missing,
    ]
    for field in source.fields { row.append(MapReadOut.value(field, index).map { .text($0) } ?? .missing) }
    return row
  }

  private func mapFacts(_ ground: MapGround) -> [(name: String, value: ViewTable.Value)] {
    let source = ground.source
    let shares = source.method == .pca ? source.varianceShares : []
    return [
      ("method", .text(source.method.title)),
      ("trustworthiness", source.trustworthiness.map { .number($0) } ?? .missing),
      ("doubtful_texts", ground.trust.isEmpty ? .missing : .whole(ground.doubtfulCount)),
      ("judged_texts", ground.trust.isEmpty ? .missing : .whole(ground.judgedCount)),
      ("variance_share_x", shares.isEmpty ? .missing : .number(Double(shares[0]))),
      ("variance_share_y", shares.count < 2 ? .missing : .number(Double(shares[1]))),
      ("query_x", placement.map { .number(Double($0.x)) } ?? .missing),
      ("query_y", placement.map { .number(Double($0.y)) } ?? .missing),
      ("texts", .whole(source.total)), ("out_of_date", .flag(mapIsMarked)),
    ]
  }
}
