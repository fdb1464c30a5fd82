import Screen

/// Where the maps of the grid are: layers below each other, heads side by side.
struct AttentionLayout {
  /// The numbers of the heads.
  let header: Rect
  /// The numbers of the layers.
  let labels: Rect
  let maps: Rect
  let readOut: Rect
  let legend: Rect
  /// The size of one map, and with what keeps it from the next.
  let map: Size
  let step: Size
  let shownHeads: Int
  let shownLayers: Int

  private static let labelColumns = 5

  init(_ inner: Rect, layers: Int, heads: Int) {
    let readOutRows = Self.readOutRows(inner)
    let legendRows = inner.columns >= 110 || inner.rows < 16 ? 1 : 2
    let (top, foot) = inner.split(top: max(0, inner.rows - readOutRows - legendRows))
    (readOut, legend) = foot.split(top: readOutRows)
    let (head, body) = top.split(top: 1)
    header = head
    (labels, maps) = body.split(left: Self.labelColumns)
    let roomColumns = maps.columns / max(1, heads)
    let columns = min(16, max(2, roomColumns - 1))
    let roomRows = maps.rows / max(1, layers)
    // A row between maps where each keeps two; no map is higher than it is wide.
    let gap = roomRows >= 3 ? 1 : 0
    let rows = min(max(1, roomRows - gap), max(1, (columns + 2) / 2))
    map = Size(columns: columns, rows: rows)
    step = Size(columns: columns + 1, rows: rows + gap)
    shownHeads = min(heads, maps.columns / step.columns)
    shownLayers = min(layers, (maps.rows + gap) / step.rows)
  }

  /// Where a head looks takes one row or two.
  static func readOutRows(_ inner: Rect) -> Int { inner.columns >= 70 ? 1 : 2 }

  /// The samples of one map: two a cell where colours draw half-blocks.
  func samples(hasColor: Bool) -> Size {
    Size(columns: map.columns, rows: hasColor ? map.rows * 2 : map.rows)
  }

  /// The place of a map by its place in the grid's shown part.
  func place(layer: Int, head: Int) -> Rect {
    Rect(
      column: maps.left + head * step.columns, row: maps.top + layer * step.rows, columns: map.columns,
      rows: map.rows)
  }
}

/// Where the parts of one head's large map are.
struct LargeAttentionLayout {
  let heading: Rect
  let map: Rect
  let readOut: Rect

  init(_ inner: Rect) {
    let (top, rest) = inner.split(top: AttentionLayout.readOutRows(inner))
    heading = top
    (map, readOut) = rest.split(top: max(0, rest.rows - 1))
  }
}
