import Recipes
import TestSupport

@testable import Explorer

/// Maps, cuts and metrics of the made-up world.
extension World {
  /// Texts in clusters by topic; UMAP's are tighter than PCA's, and its seed moves them.
  func map(_ request: MapRequest) -> TextMap {
    var random = SeededGenerator(seed: 7 &+ request.seed)
    let spread: Float = request.method == .pca ? 1.6 : 0.7
    var x: [Float] = []
    var y: [Float] = []
    for index in texts.indices {
      let middle = Self.middle(index)
      let (across, up) = (Float.random(in: -1...1, using: &random), Float.random(in: -1...1, using: &random))
      x.append(middle.x + across * spread)
      y.append(middle.y + up * spread)
    }
    let neighbours = texts.indices.flatMap { index in
      (1...5).map { Int32((index + $0 * Self.topics.count) % texts.count) }
    }
    let isPCA = request.method == .pca
    return TextMap(
      method: request.method, ids: texts.indices.map { "text-\($0 + 1)" }, labels: texts, x: x, y: y,
      fields: Self.mapFields(texts.count), neighbours: neighbours, neighbourCount: 5,
      trustworthiness: isPCA ? 0.8127 : 0.9312,
      trust: texts.indices.map { $0.isMultiple(of: 9) ? 0.61 : 0.6 + 0.1 * Float(2 + $0 % 3) },
      varianceShares: isPCA ? [0.1432, 0.0816] : [], total: texts.count)
  }

  static let topics = ["money", "travel", "music"]

  private static func middle(_ index: Int) -> (x: Float, y: Float) {
    [(-3, 0.5), (3, 1), (0.5, -1.5)][index % topics.count]
  }

  private static func mapFields(_ count: Int) -> [TextMap.Field] {
    [
      TextMap.Field(name: "topic", values: topics, indices: (0..<count).map { $0 % topics.count }),
      TextMap.Field(
        name: "作者", values: ["Ana", "Åsa", "Ben", "李明", "Zoë", "Mo", "Ann", "Oz"],
        indices: (0..<count).map { $0 % 11 < 8 ? $0 % 11 : -1 }),
    ]
  }

  func placement(_ request: PlacementRequest) -> Placement {
    Placement(
      x: -2.6 + 0.1 * Float(request.query.count % 7), y: 0.4,
      nearest: (0..<10).map { ($0 * Self.topics.count) % texts.count })
  }

  /// Overlaps that rise with the size.
  func dimensions(_ request: DimensionsRequest) -> DimensionStudy {
    let whole = Double(request.sizes.last ?? 1)
    func point(_ size: Int, _ overlap: Double, bytes: Int) -> DimensionStudy.Point {
      DimensionStudy.Point(
        size: size, overlap: (overlap * Double(request.depth)).rounded() / Double(request.depth),
        averageOverlap: overlap * 0.96, margin: Float(0.219 * overlap), top: texts[overlap > 0.5 ? 0 : 1],
        bytes: bytes)
    }
    return DimensionStudy(
      points: request.sizes.map { size in
        let part = Double(size) / whole
        return point(size, part >= 1 ? 1 : 1 - (1 - part) * (1 - part) * (1 - part), bytes: size * 4)
      },
      int8: point(Int(whole), 0.98, bytes: Int(whole)),
      binary: point(Int(whole), 0.72, bytes: Int(whole) / 8),
      depth: request.depth, metric: request.recipe.metric)
  }

  /// Dot product finds long texts, cosine short ones.
  func metrics(_ request: MetricsRequest) -> MetricStudy {
    let bins = [0, 4, 8, 12, 16, 24, 32, 48, 64]
    func side(_ metric: Metric, start: Int, tokens: @escaping (Int) -> Int) -> MetricStudy.Side {
      let found = (0..<min(request.top, texts.count)).map { rank in
        let index = (start + rank) % texts.count
        return MetricStudy.Found(
          neighbour: NeighbourList.Neighbour(
            id: "text-\(index + 1)", text: texts[index], fields: [],
            score: metric.isDistance ? -0.9 - 0.03 * Float(rank) : 0.82 - 0.04 * Float(rank), percentile: nil),
          tokens: tokens(rank), norm: 5 + 0.1 * Float(tokens(rank)))
      }
      var histogram = [Int](repeating: 0, count: bins.count - 1)
      for tokens in found.map(\.tokens) {
        if let bin = bins.lastIndex(where: { $0 <= tokens }) { histogram[min(bin, histogram.count - 1)] += 1 }
      }
      let mean = Double(found.map(\.tokens).reduce(0, +)) / Double(max(1, found.count))
      return .init(metric: metric, found: found, histogram: histogram, meanTokens: mean)
    }
    return MetricStudy(
      sides: [
        side(.cosine, start: 0) { 7 + $0 % 4 }, side(.dot, start: 2) { 30 + 3 * $0 },
        side(.euclidean, start: 1) { 14 + $0 % 9 }, side(.manhattan, start: 1) { 13 + $0 % 9 },
      ],
      bins: bins, histogram: [2, 9, 17, 12, 10, 6, 3, 1], meanTokens: 18.2, queryNorm: 5.6, leastNorm: 4.9,
      greatestNorm: 9.81, lengthCorrelation: 0.61, isNormalized: false)
  }
}
