import Recipes
import Screen

/// The heatmap: whose similarities, which cell, which colours.
struct HeatmapState: Equatable, Sendable {
  enum Mode: String, CaseIterable, Equatable, Sendable {
    /// The query and its nearest texts.
    case query
    /// The user's own list.
    case list
    /// The nearest texts alone.
    case results
  }

  enum Range: String, Equatable, Sendable {
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
  var ramp = Ramp.sequential
  /// True where texts that are near to each other stand together.
  var isOrdered = false
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
  /// The cursor, counted as the rows and columns are shown.
  var row = 0
  var column = 0

  /// Up to how many texts can be added to the list: its matrix grows with the square.
  static let listLimit = 200
  static let nearestCounts = 4...80

  init(texts: [String]) {
    self.texts = texts
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
  private var heatmapSource: ShownSimilarities.Source? {
    let matrix: SimilarityMatrix?
    switch heatmap.mode {
    case .query, .results: matrix = neighbours.list?.similarities
    case .list: matrix = heatmap.texts.count >= 2 ? heatmap.compared?.matrix : nil
    }
    guard let matrix else { return nil }
    let count = heatmap.mode == .list ? matrix.texts.count : min(comparedCount + 1, matrix.texts.count)
    let places = (heatmap.mode == .results ? min(1, count) : 0)..<count
    guard places.count >= 2 else { return nil }
    return .init(matrix: matrix, places: places, mode: heatmap.mode, isOrdered: heatmap.isOrdered)
  }

  /// Prepares what the heatmap shows, where it has changed.
  mutating func settleHeatmap() {
    let source = shows(.heatmap) ? heatmapSource : nil
    if let source {
      if heatmap.shown?.source != source { heatmap.shown = ShownSimilarities(source) }
    } else {
      heatmap.shown = nil
    }
    keepHeatmapCursor()
  }

  /// True where the similarities shown are those of the texts and the recipe in force.
  var heatmapIsCurrent: Bool {
    switch heatmap.mode {
    case .query, .results: neighboursAreCurrent
    case .list: heatmap.compared?.request == recipe.map { .init(texts: heatmap.texts, recipe: $0.recipe) }
    }
  }

  /// True once what is shown has been out of date for longer than a moment.
  var heatmapIsMarked: Bool {
    switch heatmap.mode {
    case .query, .results: neighboursAreMarked
    case .list:
      heatmap.compared != nil && !heatmapIsCurrent
        && (!requests.isOutstanding(.compare) || requests.isSlow(.compare))
    }
  }

  var heatmapUnavailable: String? {
    if heatmapSource != nil { return nil }
    switch heatmap.mode {
    case .query, .results:
      return modelUnavailable ?? corpusUnavailable ?? resultsUnavailable
    case .list:
      if heatmap.texts.count < 2 { return listUnavailable }
      return modelUnavailable ?? heatmap.failure?.sentence ?? "the texts are being compared"
    }
  }

  private var listUnavailable: String {
    let add = hint(.addQuery, "adds the query")
    let load = hint(.loadTexts, "loads a file")
    let only = heatmap.texts.first.map { " (“\($0.prefixOnOneLine(40).truncated(to: 40))”)" } ?? ""
    return
      "your list has \(Numbers.count(heatmap.texts.count, "text")) of at least 2\(only); \(add), \(load), "
      + "and what is pasted here becomes a text a line"
  }

  private var resultsUnavailable: String? {
    if query.field.isEmpty {
      return "the query is empty; \(hint(.pasteLines, "takes texts of your own"))"
    }
    if let reason = neighbours.failure?.sentence ?? indexUnavailable { return reason }
    guard let list = neighbours.list, !requests.isOutstanding(.search) else {
      return "the query is being compared"
    }
    return list.neighbours.isEmpty ? "no text was found" : "fewer than 2 texts were compared"
  }
}
