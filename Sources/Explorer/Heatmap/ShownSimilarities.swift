import Recipes
import Screen

/// Similarities prepared for drawing, so that a frame costs no more than its cells.
struct ShownSimilarities: Equatable, Sendable {
  /// What they are prepared from.
  struct Source: Equatable, Sendable {
    var matrix: SimilarityMatrix
    /// The texts of the matrix that are shown.
    var places: Range<Int>
    var mode: HeatmapState.Mode
    var isOrdered: Bool
  }

  let source: Source
  /// The part that is shown, in its own order.
  let matrix: SimilarityMatrix
  /// The places in `matrix` of what is shown from the top to the bottom and from left to right.
  let order: [Int]
  /// `Q`, a rank or a place in the list, in the order shown; ordering by nearness does not change them.
  let names: [String]
  /// A name and the beginning of each text, in the order shown.
  let labels: [String]
  /// As they are read, in the order shown: distances are positive.
  let values: [Float]
  let percentiles: ClosedRange<Float>
  let fixed: ClosedRange<Float>
  /// The columns of the widest number.
  let numberColumns: Int

  var mode: HeatmapState.Mode { source.mode }

  init(_ source: Source) {
    self.source = source
    let matrix = source.matrix.part(source.places)
    let order =
      source.isOrdered ? matrix.clusters ?? Array(matrix.texts.indices) : Array(matrix.texts.indices)
    let names = order.map { Self.name($0, source.mode) }
    self.matrix = matrix
    self.order = order
    self.names = names
    labels = zip(names, order).map { "\($0) \(matrix.texts[$1].prefixOnOneLine(20))" }
    let count = matrix.texts.count
    let sign: Float = matrix.metric.isDistance ? -1 : 1
    var values: [Float] = []
    values.reserveCapacity(count * count)
    for row in order {
      for column in order { values.append(sign * matrix.values[row * count + column]) }
    }
    self.values = values
    (percentiles, fixed) = Self.ranges(values, count: count, metric: matrix.metric)
    numberColumns = Heatmap.numberColumns(of: values)
  }

  /// The first texts of a matrix, in their own order.
  init(_ matrix: SimilarityMatrix, first count: Int, mode: HeatmapState.Mode) {
    self.init(
      Source(matrix: matrix, places: 0..<min(count, matrix.texts.count), mode: mode, isOrdered: false))
  }

  /// The text of a row or column; nil where there is none.
  func text(at place: Int) -> String? { order[checked: place].map { matrix.texts[$0] } }

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
  /// The similarities of some of the texts among themselves.
  func part(_ places: Range<Int>) -> SimilarityMatrix {
    let places = places.clamped(to: texts.indices)
    guard places.count < texts.count else { return self }
    let rows = places.flatMap { row in
      values[row * texts.count + places.lowerBound..<row * texts.count + places.upperBound]
    }
    return SimilarityMatrix(
      texts: Array(texts[places]), metric: metric, values: rows,
      order: order.filter(places.contains).map { $0 - places.lowerBound })
  }

  /// The order that puts near texts together; nil where none was computed, or what came is none.
  var clusters: [Int]? {
    guard order.count == texts.count, Set(order) == Set(texts.indices) else { return nil }
    return order
  }
}

/// What the colours of a heatmap mean.
struct HeatmapScale: Equatable {
  var ramp: Ramp
  var range: ClosedRange<Float>
  /// The value of a diverging ramp's middle, and what it is.
  var center: (value: Float, name: String)?

  /// A range of values, made symmetric round the centre for a diverging ramp: the background's mean where
  /// that is known, else the middle of the range.
  init(_ base: ClosedRange<Float>, _ ramp: Ramp, backgroundMean: Float?) {
    self.ramp = ramp
    range = base
    guard ramp == .diverging else { return }
    guard let mean = backgroundMean, mean.isFinite else {
      center = ((base.lowerBound + base.upperBound) / 2, "middle of range")
      return
    }
    let extent = max(abs(base.lowerBound - mean), abs(base.upperBound - mean), 0.01)
    range = (mean - extent)...(mean + extent)
    center = (mean, "background mean")
  }

  static func == (a: HeatmapScale, b: HeatmapScale) -> Bool {
    a.ramp == b.ramp && a.range == b.range && a.center?.value == b.center?.value
      && a.center?.name == b.center?.name
  }
}
