import Screen

/// Where the panels of Tokens are: one in a small pane, else all three.
struct TokensLayout {
  /// Each with its heading in the first row.
  var panels: [(panel: TokensState.Panel, rect: Rect)]

  /// Below these there is one panel.
  static let columns = 60
  static let rows = 20
  /// From so many columns on the shares of both texts stand side by side.
  static let bothSides = 76

  init(_ inner: Rect, panel: TokensState.Panel) {
    guard inner.columns >= Self.columns, inner.rows >= Self.rows else {
      panels = [(panel, inner)]
      return
    }
    if inner.columns >= 140 || (inner.columns >= 90 && inner.rows < 34) {
      let (left, rest) = inner.split(left: max(inner.columns * 2 / 5, 40))
      let right = rest.split(left: 1).rest
      let (top, bottom) = right.split(top: inner.rows * 2 / 5)
      panels = [(.seen, top), (.shares, left), (.matrix, bottom)]
      return
    }
    let (top, rest) = inner.split(top: inner.rows * 3 / 10)
    let (middle, bottom) = rest.split(top: inner.rows * 7 / 20)
    panels = [(.seen, top), (.shares, middle), (.matrix, bottom)]
  }

  /// The place of a panel below its heading; nil where it is not on the screen.
  func body(_ panel: TokensState.Panel) -> Rect? {
    panels.first { $0.panel == panel }?.rect.split(top: 1).rest
  }

  func panel(at point: Point) -> TokensState.Panel? {
    panels.first { $0.rect.contains(point) }?.panel
  }

  /// The place of the matrix above its read-out.
  var matrix: Rect? { body(.matrix).map { $0.split(top: max(0, $0.rows - Self.readOutRows($0))).top } }

  /// The read-out of a pair takes one row or two.
  static func readOutRows(_ body: Rect) -> Int { body.columns >= 90 ? 1 : 2 }

  /// The lines of what the model saw, above the legend.
  var seenLines: Rect? { body(.seen).map { $0.split(top: max(0, $0.rows - 1)).top } }

  /// The shares of each side that is shown.
  func shares(_ side: TokensState.Side) -> [(side: TokensState.Side, rect: Rect)] {
    guard let body = body(.shares) else { return [] }
    guard body.columns >= Self.bothSides else { return [(side, body)] }
    let (left, rest) = body.split(left: (body.columns - 2) / 2)
    return [(.query, left), (.document, rest.split(left: 2).rest)]
  }
}

/// Where the parts of one text's shares are.
struct SharesLayout {
  let sum: Rect
  let rows: Rect
  let bias: Rect
  let method: Rect

  init(_ rect: Rect) {
    // The tokens stay as long as there is a row; the rest goes first.
    let (head, lower) = rect.split(top: rect.rows >= 2 ? 1 : 0)
    sum = head
    let feet = rect.rows >= 10 ? 3 : rect.rows >= 5 ? 1 : 0
    let (top, foot) = lower.split(top: lower.rows - feet)
    rows = top
    bias = foot.row(0)
    method = foot.split(top: 1).rest
  }
}
