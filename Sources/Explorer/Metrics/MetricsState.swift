import Recipes
import Screen

/// Metric: the metric and the rank under the cursor.
struct MetricsState: Equatable, Sendable {
  var metric = Metric.cosine
  var row = 0
}

extension State {
  /// The study that is shown.
  var metricStudy: MetricStudy? {
    guard case .metrics(let study)? = inquiries[.metrics].shown?.result else { return nil }
    return study
  }

  /// How many texts each metric finds.
  static let metricTop = 10

  func metricsRequest(_ recipe: Recipe) -> ViewRequest? {
    guard !query.field.isEmpty, corpusStamp.indexed > 0 else { return nil }
    var plain = recipe
    plain.metric = .cosine
    plain.readout.normalizes = false
    return .metrics(
      MetricsRequest(query: query.field.text, recipe: plain, corpus: corpusStamp, top: Self.metricTop))
  }

  /// The metric under the cursor, or the first that there is.
  var metricSide: MetricStudy.Side? {
    guard let study = metricStudy else { return nil }
    return study.sides.first { $0.metric == metrics.metric } ?? study.sides.first
  }

  var metricFound: MetricStudy.Found? {
    guard let found = metricSide?.found, found.indices.contains(metrics.row) else { return nil }
    return found[metrics.row]
  }

  mutating func moveMetricCursor(_ key: Key) {
    guard let study = metricStudy, let side = metricSide,
      let index = study.sides.firstIndex(where: { $0.metric == side.metric })
    else { return }
    switch key {
    case .left: metrics.metric = study.sides[max(0, index - 1)].metric
    case .right: metrics.metric = study.sides[min(study.sides.count - 1, index + 1)].metric
    case .up: metrics.row -= 1
    case .down: metrics.row += 1
    case .pageUp: metrics.row -= 5
    case .pageDown: metrics.row += 5
    case .home: metrics.row = 0
    case .end: metrics.row = side.found.count - 1
    default: break
    }
    keepMetricCursor()
  }

  /// Keeps the cursor within the list.
  mutating func keepMetricCursor() {
    guard let side = metricSide else { return }
    metrics.row = min(max(0, metrics.row), max(0, side.found.count - 1))
  }

  /// Takes the metric under the cursor into the recipe.
  mutating func takeMetric() {
    guard let metric = metricSide?.metric, let description = model.description else { return }
    var changed = overrides
    changed.metric = metric == description.similarity.value ? nil : metric
    setOverrides(changed)
  }

  var takeMetricUnavailable: String? {
    guard let side = metricSide else { return "the metrics are not compared yet" }
    return side.metric == recipe?.metric.value ? "the recipe has \(side.metric.rawValue) already" : nil
  }

  /// The pane's title: how many each metric finds, what is out of date, which one is in force.
  func metricsTitle(columns: Int) -> String {
    guard let study = metricStudy else { return View.metric.title }
    var parts = [View.metric.title]
    if isMarked(.metrics) { parts.append("out of date") }
    parts.append("top \(study.sides.map(\.found.count).max() ?? 0) by each")
    if let metric = recipe?.metric.value { parts.append("✓ \(metric.rawValue) in force") }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }

  /// What every metric found, with lengths and norms.
  var metricsTable: ViewTable? {
    guard let study = metricStudy else { return nil }
    let rows = study.sides.flatMap { side in
      side.found.enumerated().map { rank, found -> [ViewTable.Value] in
        let metric = side.metric
        let score = metric.isDistance ? -found.neighbour.score : found.neighbour.score
        return [
          .text(metric.rawValue), .whole(rank + 1), .text(found.neighbour.id), .number(Double(score)),
          .whole(found.tokens), .number(Double(found.norm)), .text(found.neighbour.text),
        ]
      }
    }
    return ViewTable(
      title: metricsTitle(columns: .max), facts: metricFacts(study),
      columns: [
        .init("metric"), .init("rank"), .init("id"), .init("score", spoken: "score or distance"),
        .init("tokens"), .init("norm", spoken: "length of the vector"), .init("text"),
      ],
      rows: rows)
  }

  private func metricFacts(_ study: MetricStudy) -> [(name: String, value: ViewTable.Value)] {
    let bias = MetricBias(study)
    var facts: [(name: String, value: ViewTable.Value)] = [
      ("summary", .text(bias.sentence)), ("norms", .text(bias.normSentence)),
      ("mean_tokens", .number(study.meanTokens)), ("query_norm", .number(Double(study.queryNorm))),
      ("least_norm", .number(Double(study.leastNorm))),
      ("greatest_norm", .number(Double(study.greatestNorm))),
      ("norm_length_correlation", study.lengthCorrelation.map { .number($0) } ?? .missing),
      ("normalised_by_model", .flag(study.isNormalized)), ("out_of_date", .flag(isMarked(.metrics))),
    ]
    for side in study.sides {
      facts.append(("mean_tokens_\(side.metric.rawValue)", .number(side.meanTokens)))
    }
    func list(_ numbers: [Int]) -> ViewTable.Value { .text(numbers.map { "\($0)" }.joined(separator: " ")) }
    facts.append(("token_bins", list(study.bins)))
    facts.append(("texts_in_bins", list(study.histogram)))
    for side in study.sides { facts.append(("found_in_bins_\(side.metric.rawValue)", list(side.histogram))) }
    return facts
  }
}

/// The lengths of what metrics find, in sentences.
struct MetricBias {
  let study: MetricStudy

  init(_ study: MetricStudy) { self.study = study }

  /// How many times as long as the average text the found ones of a metric are; nil where nothing was found.
  func ratio(_ side: MetricStudy.Side) -> Double? {
    guard study.meanTokens > 0, !side.found.isEmpty, side.meanTokens.isFinite else { return nil }
    return side.meanTokens / study.meanTokens
  }

  static func times(_ ratio: Double) -> String { Numbers.fixed(ratio, digits: 1) + "×" }

  /// The metric that leans furthest to long or short texts, by how much; that none does is a finding as well.
  var sentence: String {
    let ratios = study.sides.compactMap { side in ratio(side).map { (side: side, ratio: $0) } }
    let strong = ratios.filter { $0.ratio >= 1.25 || ($0.ratio > 0 && $0.ratio <= 0.8) }
    let average = Numbers.fixed(study.meanTokens, digits: 1)
    guard !strong.isEmpty else {
      return "no metric leans to long or short texts here: the average text has \(average) tokens"
    }
    let parts = strong.map { side, ratio in
      "\(side.metric.rawValue)'s top \(side.found.count) are \(Self.times(ratio))"
    }
    return parts.joined(separator: ", ") + " as long as the average text (\(average) tokens)"
  }

  /// The lengths of vectors, and how they go with those of texts.
  var normSentence: String {
    let norms =
      "norms \(Numbers.value(study.leastNorm)) to \(Numbers.value(study.greatestNorm)),"
      + " query \(Numbers.value(study.queryNorm))"
    guard let correlation = study.lengthCorrelation else { return norms }
    let meaning =
      correlation >= 0.2
      ? "longer texts, longer vectors: dot rewards them"
      : correlation <= -0.2 ? "longer texts, shorter vectors" : "hardly tied to the length of texts"
    let sign = correlation < 0 ? "" : "+"
    return "\(norms); with length ρ \(sign)\(Numbers.fixed(correlation, digits: 2)): \(meaning)"
  }
}
