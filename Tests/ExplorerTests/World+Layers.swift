import Recipes

@testable import Explorer

/// Made-up sweeps: the first text of the last layer rises from layer to layer.
extension World {
  /// The layers up to a number; the rest is not swept yet.
  func sweep(_ request: LayersRequest, upTo limit: Int = .max) -> LayerSweep {
    let last = description.layers
    let followed = request.followed.flatMap { id in texts.indices.first { "text-\($0 + 1)" == id } } ?? 0
    let layers = (0...last).filter { $0 <= limit }.map { layer in
      let order = ranking(layer: layer, of: last)
      let rank = order.firstIndex(of: followed)
      let top = order.prefix(request.top)
      let finals = Set(ranking(layer: last, of: last).prefix(request.top))
      return LayerSweep.Layer(
        layer: layer,
        nearest: top.enumerated().map {
          neighbour($1, rank: $0, layer: layer, metric: request.recipe.metric)
        },
        followedScore: rank.map { Self.score(rank: $0, layer: layer, metric: request.recipe.metric) },
        followedRank: rank.map { $0 + 1 },
        overlapWithLast: Double(top.filter(finals.contains).count) / Double(max(1, top.count)))
    }
    return LayerSweep(
      layers: layers, metric: request.recipe.metric,
      followed: neighbour(followed, rank: 0, layer: last, metric: request.recipe.metric),
      settledAt: limit >= last ? max(0, last - 2) : nil, swept: texts.count, total: texts.count,
      bytes: 43_100_000, limitBytes: 512_000_000)
  }

  /// Text 0 is the further down the lower the layer, and first in the last three.
  private func ranking(layer: Int, of last: Int) -> [Int] {
    var order = Array(texts.indices.dropFirst())
    let step = max(0, last - 2 - layer)
    order = Array(order.dropFirst(step * 2) + order.prefix(step * 2))
    order.insert(0, at: min(step * step, order.count))
    return order
  }

  private static func score(rank: Int, layer: Int, metric: Metric) -> Float {
    let score = 0.9 - 0.035 * Float(layer) - 0.02 * Float(rank)
    return metric.isDistance ? score - 2 : score
  }

  private func neighbour(
    _ index: Int, rank: Int, layer: Int, metric: Metric
  ) -> NeighbourList.Neighbour {
    NeighbourList.Neighbour(
      id: "text-\(index + 1)", text: texts[index], fields: [],
      score: Self.score(rank: rank, layer: layer, metric: metric), percentile: nil)
  }
}
