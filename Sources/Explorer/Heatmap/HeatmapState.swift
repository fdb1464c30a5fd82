import Recipes
import Screen

/// The heatmap: whose similarities, which cell, which range of colours.
struct HeatmapState: Equatable, Sendable {
  enum Mode: Equatable, Sendable {
    /// The query and its nearest texts.
    case query
    /// The user's own list.
    case list
  }

  enum Range: Equatable, Sendable {
    /// From the 5th to the 95th percentile of the values shown.
    case percentiles
    /// From 0 to 1 by cosine, else from the least to the greatest value.
    case fixed
  }

  struct Compared: Equatable, Sendable {
    var matrix: SimilarityMatrix
    var request: SimilarityRequest
  }

  var mode = Mode.query
  var range = Range.percentiles
  /// How many of the nearest texts are compared; nil for as many as have their numbers in the cells.
  var nearestCount: Int?
  /// The user's own list.
  var texts: [String]
  /// The similarities of the list that came last.
  var compared: Compared?
  /// Why the latest comparison has no answer.
  var failure: Failure?
  /// What is on the screen, prepared for drawing.
  var shown: ShownSimilarities?
  var row = 0
  var column = 0

  /// Up to how many texts can be added to the list: its matrix grows with the square.
  static let listLimit = 200
  static let nearestCounts = 4...80

  init(texts: [String]) {
    self.texts = texts
  }
}

/// Similarities prepared for drawing, so that a frame costs no more than its cells.
struct ShownSimilarities: Equatable, Sendable {
  /// What they were prepared from.
  let source: SimilarityMatrix
  let mode: HeatmapState.Mode
  let matrix: SimilarityMatrix
  /// A name and the beginning of each text.
  let labels: [String]
  let names: [String]
  /// As they are read: distances are positive.
  let values: [Float]
  let percentiles: ClosedRange<Float>
  let fixed: ClosedRange<Float>

  /// The first texts of a matrix.
  init(_ source: SimilarityMatrix, first count: Int, mode: HeatmapState.Mode) {
    self.source = source
    self.mode = mode
    matrix = source.first(count)
    names = matrix.texts.indices.map { Self.name($0, mode) }
    labels = zip(names, matrix.texts).map { "\($0) \($1.prefixOnOneLine(20))" }
    values = matrix.metric.isDistance ? matrix.values.map { -$0 } : matrix.values
    (percentiles, fixed) = Self.ranges(values, count: matrix.texts.count, metric: matrix.metric)
  }

  /// The query is `Q`, its nearest texts have their ranks, those of a list their places.
  private static func name(_ index: Int, _ mode: HeatmapState.Mode) -> String {
    guard mode == .query else { return "\(index + 1)" }
    return index == 0 ? "Q" : "\(index)"
  }

  /// The values of the ramp's ends; a text with itself does not count.
  private static func ranges(
    _ values: [Float], count: Int, metric: Metric
  ) -> (percentiles: ClosedRange<Float>, fixed: ClosedRange<Float>) {
    var others: [Float] = []
    for (place, value) in values.enumerated() where place / count != place % count && value.isFinite {
      others.append(value)
    }
    others.sort()
    guard let least = others.first, let greatest = others.last else { return (0...1, 0...1) }
    let end = (others.count - 1) * 5 / 100
    let percentiles = spread(others[end], others[others.count - 1 - end])
    return (percentiles, metric == .cosine ? 0...1 : spread(least, greatest))
  }

  private static func spread(_ low: Float, _ high: Float) -> ClosedRange<Float> {
    if low < high { return low...high }
    let half = max(abs(low) * 0.1, 0.05)
    return (low - half)...(low + half)
  }
}

extension SimilarityMatrix {
  /// The part of the first texts.
  func first(_ count: Int) -> SimilarityMatrix {
    guard count < texts.count else { return self }
    let rows = (0..<count).flatMap { row in values[row * texts.count..<row * texts.count + count] }
    return SimilarityMatrix(texts: Array(texts.prefix(count)), metric: metric, values: rows)
  }
}

extension State {
  /// How many of the nearest texts the heatmap compares with the query and each other.
  var comparedCount: Int {
    if let count = heatmap.nearestCount { return count }
    // A quarter of the pane is labels, a number with its space takes five columns; one is the query's.
    let columns = (layout.pane(of: .heatmap)?.rect.inset().columns ?? 0) * 3 / 4 - 1
    let counts = HeatmapState.nearestCounts
    return min(max(counts.lowerBound, columns / 5 - 1), counts.upperBound)
  }

  /// The similarities that there are for the heatmap; nil where there are none.
  private var heatmapSource: SimilarityMatrix? {
    switch heatmap.mode {
    case .query: neighbours.list?.similarities
    case .list: heatmap.texts.count >= 2 ? heatmap.compared?.matrix : nil
    }
  }

  /// Prepares what the heatmap shows, where it has changed.
  mutating func settleHeatmap() {
    if let source = heatmapSource, source.texts.count >= 2, shows(.heatmap) {
      let count = heatmap.mode == .query ? comparedCount + 1 : source.texts.count
      let shown = heatmap.shown
      if shown?.source != source || shown?.mode != heatmap.mode
        || shown?.matrix.texts.count != min(count, source.texts.count)
      {
        heatmap.shown = ShownSimilarities(source, first: count, mode: heatmap.mode)
      }
    } else {
      heatmap.shown = nil
    }
    keepHeatmapCursor()
  }

  /// True where the similarities shown are those of the texts and the recipe in force.
  var heatmapIsCurrent: Bool {
    switch heatmap.mode {
    case .query: neighboursAreCurrent
    case .list: heatmap.compared?.request == recipe.map { .init(texts: heatmap.texts, recipe: $0.recipe) }
    }
  }

  /// True once what is shown has been out of date for longer than a moment.
  var heatmapIsMarked: Bool {
    switch heatmap.mode {
    case .query: neighboursAreMarked
    case .list:
      heatmap.compared != nil && !heatmapIsCurrent
        && (!requests.isOutstanding(.compare) || requests.isSlow(.compare))
    }
  }

  var heatmapUnavailable: String? {
    if heatmapSource.map({ $0.texts.count >= 2 }) ?? false { return nil }
    switch heatmap.mode {
    case .query:
      return modelUnavailable ?? corpusUnavailable ?? queryHeatmapUnavailable
    case .list:
      if heatmap.texts.count < 2 { return listUnavailable }
      return modelUnavailable ?? heatmap.failure?.sentence ?? "the texts are being compared"
    }
  }

  private var listUnavailable: String {
    let add = hint(.addQuery, "adds the query")
    return "your list has \(Numbers.count(heatmap.texts.count, "text")) of at least 2; \(add)"
  }

  private var queryHeatmapUnavailable: String? {
    if query.field.isEmpty { return "the query is empty" }
    if let reason = neighbours.failure?.sentence ?? indexUnavailable { return reason }
    guard let list = neighbours.list, !requests.isOutstanding(.search) else {
      return "the query is being compared"
    }
    return list.neighbours.isEmpty ? "no text was found" : "fewer than 2 texts were compared"
  }
}
