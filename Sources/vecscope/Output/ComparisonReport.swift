import Corpora
import JSONText
import Recipes
import Retrieval
import Screen

/// What two recipes find, query by query, in the forms that `compare` prints.
struct ComparisonReport {
  struct Side {
    let options: String
    let recipe: Recipe

    init(_ options: String, _ recipe: Recipe) {
      self.options = options
      self.recipe = recipe
    }
  }

  private struct Row {
    var query: String
    var a: [CorpusSearch.Hit]
    var b: [CorpusSearch.Hit]
    var comparison: RankComparison
    var marginA: Float?
    var marginB: Float?
  }

  private let depth: Int
  private let a: Side
  private let b: Side
  private var rows: [Row] = []

  init(depth: Int, a: Side, b: Side) {
    self.depth = depth
    self.a = a
    self.b = b
  }

  /// Adds a query; the lists have at least two texts where the corpus has.
  mutating func add(_ query: String, _ a: [CorpusSearch.Hit], _ b: [CorpusSearch.Hit]) {
    func margin(_ hits: [CorpusSearch.Hit]) -> Float? {
      hits.count > 1 ? hits[0].score - hits[1].score : nil
    }
    var places: [String: Int] = [:]
    for hit in a + b where places[hit.text.id] == nil { places[hit.text.id] = places.count }
    let comparison = RankComparison(
      a.compactMap { places[$0.text.id] }, b.compactMap { places[$0.text.id] }, depth: depth)
    rows.append(
      Row(
        query: query, a: Array(a.prefix(depth)), b: Array(b.prefix(depth)), comparison: comparison,
        marginA: margin(a), marginB: margin(b)))
  }

  /// Over all queries.
  var meanOverlap: Double {
    rows.isEmpty ? 1 : rows.reduce(0) { $0 + $1.comparison.overlap } / Double(rows.count)
  }

  /// Over the queries that have one.
  private var meanTau: Double? {
    let taus = rows.compactMap(\.comparison.kendallTau)
    return taus.isEmpty ? nil : taus.reduce(0, +) / Double(taus.count)
  }

  /// How many queries have the same first text on both sides.
  private var sameFirst: Int { rows.filter { $0.a.first?.text.id == $0.b.first?.text.id }.count }

  var text: String {
    var lines = ["A  \(describe(a))", "B  \(describe(b))"]
    for row in rows {
      lines += ["", row.query.flattenedForTSV]
      lines.append(
        "overlap@\(depth) \(Self.number(row.comparison.overlap)) · tau \(Self.number(row.comparison.kendallTau))"
          + " · margin A \(Self.number(row.marginA)) B \(Self.number(row.marginB))")
      for (rank, hit) in row.b.enumerated() {
        let change =
          rank < row.comparison.changes.count ? Self.mark(row.comparison.changes[rank].movement) : ""
        lines.append(
          "\(Self.right("\(rank + 1)", 3)) \(change.padded(to: 4)) \(b.recipe.metric.shown(hit.score))  \(hit.text.id)"
            + "  \(hit.text.embeddedText.flattenedForTSV)")
      }
      for hit in row.a where !row.b.contains(where: { $0.text.id == hit.text.id }) {
        lines.append(
          "  – lost \(a.recipe.metric.shown(hit.score))  \(hit.text.id)  \(hit.text.embeddedText.flattenedForTSV)"
        )
      }
    }
    lines += [
      "",
      "\(rows.count) \(rows.count == 1 ? "query" : "queries"): mean overlap@\(depth) \(Self.number(meanOverlap))"
        + " · mean tau \(Self.number(meanTau)) · same first text \(sameFirst)",
      "Ranks are B's; ↑3 stood three places lower with A, new was not among A's, lost is not among B's.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func describe(_ side: Side) -> String {
    let readout = side.recipe.readout
    return "\(side.options.isEmpty ? "the model's own recipe" : side.options)  ("
      + "pooling \(Pooling.describe(readout.pooling)), \(side.recipe.metric.rawValue), recipe "
      + "\(side.recipe.fingerprint))"
  }

  var json: JSONValue {
    .object([
      "depth": .integer(depth), "a": Self.json(a), "b": Self.json(b),
      "mean_overlap": .real(meanOverlap), "mean_tau": meanTau.map(JSONValue.real) ?? .null,
      "same_first": .integer(sameFirst), "queries": .array(rows.map(Self.json)),
    ])
  }

  private static func json(_ side: Side) -> JSONValue {
    .object([
      "options": .string(side.options), "recipe": .string(side.recipe.fingerprint),
      "model": .string(side.recipe.queries.model), "metric": .string(side.recipe.metric.rawValue),
      "pooling": .string(Pooling.describe(side.recipe.readout.pooling)),
    ])
  }

  private static func json(_ row: Row) -> JSONValue {
    .object([
      "query": .string(row.query), "overlap": .real(row.comparison.overlap),
      "tau": row.comparison.kendallTau.map(JSONValue.real) ?? .null,
      "distance": .real(row.comparison.distance),
      "margin_a": row.marginA.map(JSONValue.float) ?? .null,
      "margin_b": row.marginB.map(JSONValue.float) ?? .null,
      "a": json(row.a), "b": json(row.b),
    ])
  }

  private static func json(_ hits: [CorpusSearch.Hit]) -> JSONValue {
    .array(
      hits.map { hit in
        .object([
          "rank": .integer(hit.rank), "id": .string(hit.text.id), "score": .float(hit.score),
          "text": .string(hit.text.embeddedText),
        ])
      })
  }

  private static func mark(_ movement: RankComparison.Movement) -> String {
    switch movement {
    case .same: "="
    case .up(let by): "↑\(by)"
    case .down(let by): "↓\(by)"
    case .new: "new"
    }
  }

  private static func number(_ value: Float?) -> String { number(value.map { Double($0) }) }

  private static func number(_ value: Double?) -> String {
    guard let value else { return "–" }
    let thousandths = Int((value.magnitude * 1000).rounded())
    let digits = "\(thousandths % 1000)"
    let sign = value < 0 && thousandths > 0 ? "-" : ""
    return "\(sign)\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
