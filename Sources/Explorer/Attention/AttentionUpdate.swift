import Recipes
import Screen

extension State {
  /// Prepares what the pane shows, where it has changed, and keeps the cursors within it.
  mutating func settleAttention(_ inner: Rect?) {
    guard let maps = attentionMaps, maps.layers > 0, maps.heads > 0 else {
      attention.shown = nil
      return
    }
    guard let inner else { return }
    let layout = AttentionLayout(inner, layers: maps.layers, heads: maps.heads)
    let size = layout.samples(hasColor: depth != .none)
    if attention.shown?.source != maps {
      attention.shown = ShownAttention(maps, size: size)
    } else if let shown = attention.shown, !shown.thumbnails.fits(size, tokens: shown.labels.count) {
      attention.shown?.thumbnails = .init(maps, size: size)
    }
    keepAttentionCursor(maps)
    func scrolled(_ offset: Int, _ cursor: Int, _ shown: Int, of count: Int) -> Int {
      max(0, min(min(max(offset, cursor - max(1, shown) + 1), cursor), count - shown))
    }
    attention.layerOffset = scrolled(
      attention.layerOffset, attention.layer, layout.shownLayers, of: maps.layers)
    attention.headOffset = scrolled(attention.headOffset, attention.head, layout.shownHeads, of: maps.heads)
    let head = attention.layer * maps.heads + attention.head
    if attention.isLarge, attention.shown?.large?.head != head {
      attention.shown?.large = .init(maps, head: head)
    }
  }

  private mutating func keepAttentionCursor(_ maps: AttentionMaps) {
    let last = max(0, maps.tokens.count - 1)
    attention.layer = min(max(0, attention.layer), maps.layers - 1)
    attention.head = min(max(0, attention.head), maps.heads - 1)
    attention.row = min(max(0, attention.row), last)
    attention.column = min(max(0, attention.column), last)
  }

  mutating func moveAttention(_ key: Key) {
    guard let maps = attention.shown?.source else { return }
    if attention.isLarge { moveInHead(key) } else { moveAmongHeads(key) }
    keepAttentionCursor(maps)
  }

  private mutating func moveInHead(_ key: Key) {
    switch key {
    case .up: attention.row -= 1
    case .down: attention.row += 1
    case .left: attention.column -= 1
    case .right: attention.column += 1
    case .pageUp: attention.row -= 10
    case .pageDown: attention.row += 10
    case .home: (attention.row, attention.column) = (0, 0)
    case .end: (attention.row, attention.column) = (.max, .max)
    default: break
    }
  }

  private mutating func moveAmongHeads(_ key: Key) {
    switch key {
    case .up: attention.layer -= 1
    case .down: attention.layer += 1
    case .left: attention.head -= 1
    case .right: attention.head += 1
    case .pageUp: attention.layer -= 4
    case .pageDown: attention.layer += 4
    case .home: (attention.layer, attention.head) = (0, 0)
    case .end: (attention.layer, attention.head) = (.max, .max)
    default: break
    }
  }

  mutating func runAttention(_ action: Action) {
    guard let maps = attention.shown?.source else { return }
    let count = maps.layers * maps.heads
    let head = attention.layer * maps.heads + attention.head
    switch action {
    case .openHead: attention.isLarge.toggle()
    case .attentionSide: attention.side = attention.side.other
    case .nextHead: goTo(head: (head + 1) % count, maps)
    case .previousHead: goTo(head: (head + count - 1) % count, maps)
    default: break
    }
  }

  private mutating func goTo(head: Int, _ maps: AttentionMaps) {
    (attention.layer, attention.head) = (head / maps.heads, head % maps.heads)
  }

  func attentionUnavailable(_ action: Action) -> String? {
    guard attention.shown != nil else { return "there are no maps yet" }
    return action == .attentionSide && neighbours.selected == nil ? "no text is selected" : nil
  }

  mutating func pressAttention(_ point: Point, in inner: Rect) {
    guard let shown = attention.shown else { return }
    if attention.isLarge {
      let rect = LargeAttentionLayout(inner).map
      guard let map = AttentionView(state: self).matrix(shown, in: rect),
        let value = map.layout(in: rect).value(at: point)
      else { return }
      (attention.row, attention.column) = (value.row, value.column)
      return
    }
    let layout = AttentionLayout(inner, layers: shown.source.layers, heads: shown.source.heads)
    guard layout.maps.contains(point) else { return }
    let line = (point.row - layout.maps.top) / layout.step.rows
    let place = (point.column - layout.maps.left) / layout.step.columns
    guard line < layout.shownLayers, place < layout.shownHeads else { return }
    let (layer, head) = (attention.layerOffset + line, attention.headOffset + place)
    // A second press opens what the first one selected.
    if (layer, head) == (attention.layer, attention.head) { attention.isLarge = true }
    (attention.layer, attention.head) = (layer, head)
  }

  /// Of the grid where every head looks; of one head every pair of tokens.
  var attentionTable: ViewTable? {
    guard let shown = attention.shown else { return nil }
    return attention.isLarge ? shown.pairTable(attention) : shown.headTable
  }
}

extension ShownAttention.Thumbnails {
  /// True where they are what a place of that size would get.
  fileprivate func fits(_ place: Size, tokens: Int) -> Bool {
    size
      == Size(columns: max(1, min(place.columns, tokens)), rows: max(1, min(place.rows, tokens)))
  }
}

extension ShownAttention {
  private var facts: [(name: String, value: ViewTable.Value)] {
    [
      ("tokens", .text(source.tokens.map(\.text).joined(separator: " "))),
      ("last special token", .text(separator)),
    ]
  }

  fileprivate var headTable: ViewTable {
    let columns = [
      ViewTable.Column("layer"), .init("head"), .init("looks_at", spoken: "looks at"),
      .init("first", spoken: "share of the first token"), .init("itself", spoken: "share of itself"),
      .init("previous", spoken: "share of the previous token"),
      .init("next", spoken: "share of the next token"),
      .init("separator", spoken: "share of the last special token"),
    ]
    let rows = looks.enumerated().map { index, look -> [ViewTable.Value] in
      [
        .whole(index / source.heads + 1), .whole(index % source.heads + 1),
        look.target.map { .text($0.name(separator)) } ?? .missing,
      ] + look.masses.map { .number(Double($0)) }
    }
    return ViewTable(
      title: "Where every head looks: the mean share of a token’s attention", facts: facts, columns: columns,
      rows: rows)
  }

  fileprivate func pairTable(_ attention: AttentionState) -> ViewTable {
    let columns = [
      ViewTable.Column("place"), .init("token"), .init("other_place", spoken: "place looked at"),
      .init("other_token", spoken: "token looked at"), .init("attention"),
    ]
    let count = labels.count
    let map = source.map(layer: attention.layer, head: attention.head)
    let rows = map.enumerated().map { index, value -> [ViewTable.Value] in
      [
        .whole(index / count + 1), .text(source.tokens[index / count].text), .whole(index % count + 1),
        .text(source.tokens[index % count].text), .number(Double(value)),
      ]
    }
    return ViewTable(
      title: "Layer \(attention.layer + 1), head \(attention.head + 1): which token looks at which",
      facts: facts, columns: columns, rows: rows)
  }
}
