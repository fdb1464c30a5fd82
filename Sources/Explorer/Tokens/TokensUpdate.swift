import Recipes
import Screen

extension State {
  /// Prepares what the panels show, where it has changed, and keeps the cursor within it.
  mutating func settleTokens(_ inner: Rect?) {
    guard let inner, let explanation else {
      if explanation == nil { tokens.shown = nil }
      return
    }
    var layout = TokensLayout(inner, panel: tokens.panel)
    let columns = layout.seenLines?.columns ?? tokens.shown?.seen.columns ?? inner.columns
    if tokens.shown?.source != explanation {
      tokens.shown = ShownExplanation(explanation, columns: columns)
      tokens.seenOffset = 0
    } else if tokens.shown?.seen.columns != columns {
      tokens.shown?.seen = SeenTokens(explanation, columns: columns)
    }
    layout = TokensLayout(inner, panel: tokensPanel)
    keepTokenCursor()
    for side in TokensState.Side.allCases {
      let rect = layout.shares(tokensSide).first { $0.side == side }?.rect
      fitShares(side, height: rect.map { SharesLayout($0).rows.rows } ?? tokens.lists[side].height)
    }
    if let lines = layout.seenLines { scrollSeen(height: lines.rows) }
  }

  private mutating func keepTokenCursor() {
    for side in TokensState.Side.allCases {
      let count = tokens.shown?.tokens(side)?.labels.count ?? 0
      tokens.selected[side] = min(max(0, tokens.selected[side]), max(0, count - 1))
    }
  }

  private mutating func fitShares(_ side: TokensState.Side, height: Int) {
    guard let shown = tokens.shown?.tokens(side) else { return }
    tokens.lists[side].fit(count: shown.labels.count, height: height)
    guard !shown.labels.isEmpty else { return }
    tokens.lists[side].select(shown.place(of: tokens.selected[side], in: tokens.order))
  }

  /// Scrolls as little as shows the selected token's two lines.
  private mutating func scrollSeen(height: Int) {
    guard let seen = tokens.shown?.seen else { return }
    let (side, last) = (tokensSide, max(0, seen.lines.count - height))
    if seen.rows[side].indices.contains(tokens.selected[side]) {
      let line = seen.rows[side][tokens.selected[side]]
      // With its first tokens a text shows its heading.
      let first = line == seen.rows[side].first ? line - 1 : line
      tokens.seenOffset = min(max(tokens.seenOffset, line + 2 - height), first)
    }
    tokens.seenOffset = min(max(0, tokens.seenOffset), last)
  }

  mutating func moveTokens(_ key: Key) {
    switch tokensPanel {
    case .seen: moveInSeen(key)
    case .shares: moveInShares(key)
    case .matrix: moveInMatrix(key)
    }
    keepTokenCursor()
  }

  private mutating func moveInSeen(_ key: Key) {
    let side = tokensSide
    let last = (tokens.shown?.tokens(side)?.labels.count ?? 1) - 1
    switch key {
    case .left: tokens.selected[side] -= 1
    case .right: tokens.selected[side] += 1
    case .up: moveLine(by: -1)
    case .down: moveLine(by: 1)
    case .pageUp: for _ in 0..<5 { moveLine(by: -1) }
    case .pageDown: for _ in 0..<5 { moveLine(by: 1) }
    case .home: tokens.selected[side] = 0
    case .end: tokens.selected[side] = last
    default: break
    }
  }

  private mutating func moveLine(by step: Int) {
    let side = tokensSide
    guard let next = tokens.shown?.seen.token(from: side, tokens.selected[side], by: step) else { return }
    tokens.side = next.side
    tokens.selected[next.side] = next.index
  }

  private mutating func moveInShares(_ key: Key) {
    let side = tokensSide
    switch key {
    case .left: tokens.side = .query
    case .right: tokens.side = .document
    default:
      guard tokens.lists[side].apply(KeyPress(key)), let place = tokens.lists[side].selection,
        let shown = tokens.shown?.tokens(side), shown.labels.indices.contains(place)
      else { return }
      tokens.selected[side] = shown.order(tokens.order, place: place)
    }
  }

  private mutating func moveInMatrix(_ key: Key) {
    switch key {
    case .up: tokens.selected.query -= 1
    case .down: tokens.selected.query += 1
    case .left: tokens.selected.document -= 1
    case .right: tokens.selected.document += 1
    case .pageUp: tokens.selected.document -= 10
    case .pageDown: tokens.selected.document += 10
    case .home: tokens.selected = Sided(query: 0, document: 0)
    case .end: tokens.selected = Sided(query: .max, document: .max)
    default: break
    }
  }

  mutating func runTokens(_ action: Action) {
    switch action {
    case .tokensPanel:
      let panels = TokensState.Panel.allCases
      let index = panels.firstIndex(of: tokens.panel) ?? 0
      tokens.panel = panels[(index + 1) % panels.count]
    case .tokensSide: tokens.side = tokens.side.other
    case .tokensOrder:
      tokens.order = tokens.order == .place ? .size : .place
      // The largest first: that is what one wants to see.
      if tokens.order == .size, let shown = tokens.shown {
        for side in TokensState.Side.allCases {
          tokens.selected[side] = shown.tokens(side)?.order(.size, place: 0) ?? 0
        }
      }
    case .tokensValues:
      tokens.values = tokens.values == .similarities ? .contributions : .similarities
    default: break
    }
  }

  func tokensUnavailable(_ action: Action) -> String? {
    guard let shown = tokens.shown else { return "nothing is explained yet" }
    if shown.document == nil {
      return action == .tokensOrder || action == .tokensValues || action == .tokensSide
        || action == .tokensPanel ? "no text is selected to explain" : nil
    }
    if action == .tokensValues, shown.source.contributions == nil {
      return "pairs of tokens have no contribution of their own: the shares are by leave-one-out"
    }
    return nil
  }

  /// Puts the cursor on what lies at a place.
  mutating func pressTokens(_ point: Point, in inner: Rect) {
    guard let shown = tokens.shown else { return }
    let layout = TokensLayout(inner, panel: tokensPanel)
    guard let panel = layout.panel(at: point) else { return }
    if shown.document != nil { tokens.panel = panel }
    switch panel {
    case .seen:
      guard let lines = layout.seenLines, lines.contains(point),
        let hit = shown.seen.token(
          line: tokens.seenOffset + point.row - lines.top, column: point.column - lines.left)
      else { return }
      tokens.side = hit.side
      tokens.selected[hit.side] = hit.index
    case .shares:
      for (side, rect) in layout.shares(tokensSide) where SharesLayout(rect).rows.contains(point) {
        let place = tokens.lists[side].offset + point.row - SharesLayout(rect).rows.top
        tokens.side = side
        guard let list = shown.tokens(side), list.labels.indices.contains(place) else { continue }
        tokens.selected[side] = list.order(tokens.order, place: place)
      }
    case .matrix:
      guard let rect = layout.matrix, let map = TokensView(state: self).matrix(shown, in: rect),
        let value = map.layout(in: rect).value(at: point)
      else { return }
      tokens.selected = Sided(query: value.row, document: value.column)
    }
  }
}
