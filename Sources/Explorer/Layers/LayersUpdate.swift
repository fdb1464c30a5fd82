import Recipes
import Screen

extension State {
  /// Prepares what the pane shows, where it has changed, and keeps the cursor in sight.
  mutating func settleLayers(_ inner: Rect?) {
    guard let sweep, let last = model.description?.layers else {
      layers.shown = nil
      return
    }
    guard let inner else { return }
    if layers.shown?.source != sweep || layers.shown?.layers.count != max(0, last) + 1 {
      layers.shown = ShownSweep(sweep, last: last)
    }
    let count = layers.shown?.layers.count ?? 1
    let layout = LayersLayout(inner, layers: count)
    let row = layersCursor / layout.blocksPerRow
    let rows = (count + layout.blocksPerRow - 1) / layout.blocksPerRow
    layers.offset = min(max(layers.offset, row - max(1, layout.rowsShown) + 1), row)
    layers.offset = max(0, min(layers.offset, rows - layout.rowsShown))
  }

  mutating func moveLayers(_ key: Key) {
    guard let count = layers.shown?.layers.count else { return }
    let perRow =
      layout.pane(of: .layers).map { LayersLayout($0.rect.inset(), layers: count).blocksPerRow } ?? 1
    let step: Int
    switch key {
    case .left: step = -1
    case .right: step = 1
    case .up, .pageUp: step = -perRow
    case .down, .pageDown: step = perRow
    case .home: step = -count
    case .end: step = count
    default: return
    }
    layers.layer = min(max(0, layersCursor + step), count - 1)
  }

  mutating func runLayers(_ action: Action) {
    switch action {
    case .takeLayer:
      guard let last = model.description?.layers else { return }
      var changed = overrides
      changed.layer = layersCursor == last ? nil : layersCursor
      setOverrides(changed)
    case .followText:
      let id = neighbours.selected?.id
      layers.followed = layers.followed == id ? nil : id
    default: break
    }
  }

  func layersUnavailable(_ action: Action) -> String? {
    switch action {
    case .takeLayer:
      guard layers.shown != nil else { return "no layer is swept yet" }
      return recipeLayer == layersCursor ? "layer \(layersCursor) is in use already" : nil
    case .followText: return neighbours.selected == nil ? "no text is selected" : nil
    default: return nil
    }
  }

  mutating func pressLayers(_ point: Point, in inner: Rect) {
    guard let count = layers.shown?.layers.count else { return }
    let layout = LayersLayout(inner, layers: count)
    if let index = (0..<count).first(where: { index in
      layout.block(index, offset: layers.offset)?.contains(point) ?? false
    }) {
      layers.layer = index
    } else if layout.curve.contains(point), point.column >= layout.curve.left + LayersLayout.labelColumns {
      let place = (point.column - layout.curve.left - LayersLayout.labelColumns) / layout.layerColumns
      guard place < layout.layersShown else { return }
      layers.layer = layout.firstLayer(cursor: layersCursor, of: count) + place
    }
  }

  /// Every nearest text of every layer, with what the curve shows.
  var layersTable: ViewTable? {
    guard let shown = layers.shown else { return nil }
    let source = shown.source
    let facts: [(name: String, value: ViewTable.Value)] = [
      ("metric", .text(source.metric.rawValue)), ("settles", .text(settledSentence)),
      ("settled at layer", source.settledAt.map { .whole($0) } ?? .missing),
      ("followed id", source.followed.map { .text($0.id) } ?? .missing),
      ("followed text", source.followed.map { .text($0.text) } ?? .missing),
      ("layer in use", recipeLayer.map { .whole($0) } ?? .missing), ("texts swept", .whole(source.swept)),
      ("texts", .whole(source.total)), ("bytes", .whole(source.bytes)),
      ("limit of bytes", .whole(source.limitBytes)),
    ]
    let columns = [
      ViewTable.Column("layer"), .init("rank"), .init("id"), .init("score"), .init("text"),
      .init("first_at_last", spoken: "first at the last layer"),
      .init("followed_score", spoken: "score of the followed text"),
      .init("followed_rank", spoken: "rank of the followed text"),
      .init("overlap_with_last", spoken: "overlap with the last layer"),
    ]
    let rows = shown.layers.compactMap(\.self).flatMap { layer in
      layer.nearest.enumerated().map { rank, neighbour -> [ViewTable.Value] in
        [
          .whole(layer.layer), .whole(rank + 1), .text(neighbour.id), .number(Double(neighbour.score)),
          .text(neighbour.text), .flag(neighbour.id == shown.first),
          layer.followedScore.map { .number(Double($0)) } ?? .missing,
          layer.followedRank.map { .whole($0) } ?? .missing, .number(layer.overlapWithLast),
        ]
      }
    }
    return ViewTable(title: "The nearest texts at every layer", facts: facts, columns: columns, rows: rows)
  }
}
