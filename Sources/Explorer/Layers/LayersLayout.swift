import Screen

/// Where the parts of Layers are: facts, the curve, and a block for each layer.
struct LayersLayout {
  let facts: Rect
  /// Bars, and below them a row each for numbers.
  let curve: Rect
  /// The name of the followed text.
  let followed: Rect
  let blocks: Rect
  /// How many blocks stand side by side, and their size.
  let blocksPerRow: Int
  let blockColumns: Int
  let blockRows: Int
  /// The columns of one layer in the curve, and how many fit.
  let layerColumns: Int
  let layersShown: Int

  static let labelColumns = 12
  private static let smallestBlock = 24

  init(_ inner: Rect, layers: Int) {
    let factRows = inner.rows >= 15 ? 2 : 1
    let (facts, rest) = inner.split(top: factRows)
    self.facts = facts
    let room = max(1, inner.columns - Self.labelColumns)
    layerColumns = min(7, max(1, room / max(1, layers)))
    layersShown = min(layers, room / layerColumns)
    // Bars of 2 to 5 rows; layer, score, rank and overlap.
    let bars = min(5, max(1, (inner.rows - 8) / 5))
    let (curve, below) = rest.split(top: min(rest.rows, bars + 4))
    self.curve = curve
    (followed, blocks) = below.split(top: below.rows > 5 ? 1 : 0)
    let most = max(1, inner.columns / Self.smallestBlock)
    // As wide as lets every block have all its texts; else as many side by side as there is room for.
    let height = blocks.rows
    let whole = (1...most).first { ((layers + $0 - 1) / $0) * (LayersState.top + 2) <= height }
    let rows = (max(1, layers) + (whole ?? most) - 1) / (whole ?? most)
    blocksPerRow = max(1, min(most, (max(1, layers) + rows - 1) / rows))
    blockColumns = inner.columns / blocksPerRow
    let fitting = max(1, blocks.rows / rows)
    blockRows = min(LayersState.top + 2, max(min(4, blocks.rows), fitting))
  }

  /// The rows of bars in the curve.
  var bars: Rect { curve.split(top: max(0, curve.rows - 4)).top }

  /// A row below the bars: 0 the layer's number, 1 the score, 2 the rank, 3 the overlap.
  func numbers(_ row: Int) -> Rect { curve.row(curve.rows - 4 + row) }

  /// How many rows of blocks fit.
  var rowsShown: Int { blockRows > 0 ? blocks.rows / blockRows : 0 }

  /// The place of a layer's block; nil where it is scrolled away.
  func block(_ index: Int, offset: Int) -> Rect? {
    let row = index / blocksPerRow - offset
    guard row >= 0, row < rowsShown else { return nil }
    return Rect(
      column: blocks.left + index % blocksPerRow * blockColumns, row: blocks.top + row * blockRows,
      columns: blockColumns - 1, rows: blockRows)
  }

  /// The first layer in the curve: those round the cursor where not all fit.
  func firstLayer(cursor: Int, of count: Int) -> Int {
    min(max(0, cursor - layersShown / 2), max(0, count - layersShown))
  }
}
