import Recipes
import Screen

/// Tokens in its pane: the panels with their headings, and tokens against tokens.
struct TokensView {
  var state: State

  var hasFocus: Bool { state.focusedView == .tokens }

  func draw(into frame: inout Frame, _ inner: Rect) {
    guard let shown = state.tokens.shown else { return }
    let layout = TokensLayout(inner, panel: state.tokensPanel)
    for (panel, rect) in layout.panels {
      drawHeading(panel, shown, isAlone: layout.panels.count == 1, into: &frame, rect.row(0))
      guard let body = layout.body(panel) else { continue }
      frame.clipped(to: body) { frame in
        switch panel {
        case .seen: SeenTokensView(state: state, shown: shown).draw(into: &frame, body)
        case .shares:
          for (side, rect) in layout.shares(state.tokensSide) {
            SharesView(state: state, shown: shown, side: side).draw(into: &frame, rect)
          }
        case .matrix: drawMatrix(shown, into: &frame, body, layout)
        }
      }
    }
    if state.tokensAreMarked {
      frame.restyle(inner) { style in
        style.attributes.insert(.dim)
        if style.background == nil { style.name = .listStale }
      }
    }
  }

  /// The name of a panel, what it is of, and where its cursor is, `▸` where the arrows move.
  private func drawHeading(
    _ panel: TokensState.Panel, _ shown: ShownExplanation, isAlone: Bool, into frame: inout Frame,
    _ row: Rect
  ) {
    let isActive = hasFocus && panel == state.tokensPanel
    var text = (isActive ? "▸ " : "  ") + heading(panel, shown)
    if isAlone, shown.document != nil {
      let number = (TokensState.Panel.allCases.firstIndex(of: panel) ?? 0) + 1
      let next = state.bindings.label(for: .tokensPanel).map { ", \($0) goes on" } ?? ""
      let counter = "panel \(number) of \(TokensState.Panel.allCases.count)\(next)"
      let room = row.columns - text.columns - counter.columns
      if room >= 2 { text += String(repeating: " ", count: room) + counter }
    }
    frame.put(
      text.truncated(to: row.columns), at: row.origin,
      style: Style(isActive ? .paneTitleFocused : .paneTitle))
  }

  private func heading(_ panel: TokensState.Panel, _ shown: ShownExplanation) -> String {
    switch panel {
    case .seen: return "What the model saw"
    case .shares:
      let order = state.tokens.order == .place ? "by place" : "largest first"
      let list = state.tokens.lists[state.tokensSide]
      let part =
        list.count > list.visible.count
        ? " · \(list.visible.lowerBound + 1)–\(list.visible.upperBound) of \(list.count)" : ""
      return "Shares of the score · \(shown.source.method.name) · \(order)\(part)"
    case .matrix:
      switch state.shownValues(shown) {
      case .similarities: return "Query × text tokens · cosine of their states"
      case .contributions: return "Query × text tokens · contributions to the score"
      }
    }
  }

  /// The matrix as it is drawn; nil without a text.
  func matrix(_ shown: ShownExplanation, in rect: Rect) -> TokenMatrix? {
    guard let document = shown.document else { return nil }
    let cursor = Point(column: state.tokens.selected.document, row: state.tokens.selected.query)
    let hasColor = state.depth != .none
    if state.shownValues(shown) == .contributions, let values = shown.source.contributions {
      return TokenMatrix(
        rows: shown.query.labels, columns: document.labels, values: values, range: shown.contributionRange,
        ramp: .diverging, cursor: cursor, hasColor: hasColor, in: rect)
    }
    return TokenMatrix(
      rows: shown.query.labels, columns: document.labels, values: shown.source.similarities,
      range: shown.similarityRange, cursor: cursor, hasColor: hasColor, in: rect)
  }

  private func drawMatrix(
    _ shown: ShownExplanation, into frame: inout Frame, _ body: Rect, _ layout: TokensLayout
  ) {
    guard let rect = layout.matrix, let matrix = matrix(shown, in: rect) else {
      MessageView(text: "no text is selected", style: Style(.textMuted)).draw(into: &frame, body)
      return
    }
    matrix.draw(into: &frame, rect)
    let rows = TokensLayout.readOutRows(body)
    var lines = readOut(shown)
    if rows == 1 {
      for piece in lines[1].pieces { lines[0].add(piece.text, piece.style) }
    }
    for (index, line) in lines.prefix(rows).enumerated() {
      line.draw(
        into: &frame, at: Point(column: body.left, row: body.bottom - rows + index), width: body.columns)
    }
  }

  /// The pair under the cursor with its similarity; what it contributes, and the share of either token.
  private func readOut(_ shown: ShownExplanation) -> [StyledLine] {
    var lines = [StyledLine(), StyledLine()]
    guard let document = shown.source.document else { return lines }
    let selected = state.tokens.selected
    let pair = selected.query * document.tokens.count + selected.document
    guard shown.source.similarities.indices.contains(pair) else { return lines }
    lines[0].add(shown.query.labels[selected.query], Style(.heatmapLabelSelected))
    lines[0].add(" × ", Style(.textMuted))
    lines[0].add(shown.document?.labels[selected.document] ?? "", Style(.heatmapLabelSelected))
    lines[0].add("  similarity ", Style(.textMuted))
    lines[0].add(Numbers.value(shown.source.similarities[pair]), Style(.textStrong))
    if let contributions = shown.source.contributions {
      lines[1].add("  contribution ", Style(.textMuted))
      lines[1].add(Numbers.signed(contributions[pair]), Style(.textStrong))
    }
    let shares = [
      shown.source.query.tokens[selected.query].share, document.tokens[selected.document].share,
    ]
    let texts = shares.map { $0.map(Numbers.signed) ?? "–" }
    lines[1].add("  shares \(texts[0]) and \(texts[1])", Style(.textMuted))
    return lines
  }

  /// Where an element of the doc comment of `TokensContent` is.
  func place(of element: String, in inner: Rect) -> Rect? {
    let layout = TokensLayout(inner, panel: state.tokensPanel)
    let words = element.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    let shares = layout.shares(state.tokensSide).last?.rect
    switch (words.first, numbers.count) {
    case ("seen", 0): return layout.panels.first { $0.panel == .seen }?.rect
    case ("shares", 0): return layout.panels.first { $0.panel == .shares }?.rect
    case ("matrix", 0): return layout.panels.first { $0.panel == .matrix }?.rect
    case ("sum", 0): return shares.map { SharesLayout($0).sum }
    case ("method", 0): return shares.map { SharesLayout($0).method }
    case ("legend", 0): return layout.body(.seen).map { $0.row($0.rows - 1) }
    case ("token", 1):
      guard let rect = shares, let list = state.tokens.shown?.document, numbers[0] >= 1,
        numbers[0] <= list.labels.count
      else { return nil }
      let place = list.place(of: numbers[0] - 1, in: state.tokens.order)
      let rows = SharesLayout(rect).rows
      let row = place - state.tokens.lists.document.offset
      return row >= 0 && row < rows.rows ? rows.row(row) : nil
    case ("cell", 2):
      guard let shown = state.tokens.shown, let rect = layout.matrix,
        let map = matrix(shown, in: rect)?.layout(in: rect)
      else { return nil }
      return map.place(column: numbers[1] - 1, row: numbers[0] - 1)
    default: return nil
    }
  }
}

extension State {
  /// What stands before a selected token: arrows move the cursor of one text, the other keeps its own.
  func tokensMark(_ side: TokensState.Side) -> String {
    tokensPanel == .matrix || tokensSide == side ? "▸" : "›"
  }

  /// Contributions where they are wanted and there are some.
  func shownValues(_ shown: ShownExplanation) -> TokensState.Values {
    shown.source.contributions == nil ? .similarities : tokens.values
  }

  /// The pane's title: the score, how its shares were found, which text, what is out of date.
  func tokensTitle(columns: Int) -> String {
    guard let shown = tokens.shown else { return View.tokens.title }
    let source = shown.source
    var parts = [View.tokens.title]
    if tokensAreMarked { parts.append("out of date") }
    if source.document == nil {
      parts.append("of the query alone")
    } else {
      parts.append("\(source.metric.rawValue) \(Numbers.score(source.score, source.metric))")
      if let rank = neighbours.rows.selection { parts.append("query and text \(rank + 1)") }
      parts.append(source.method.name)
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }
}

extension TokenExplanation.Method {
  /// Two words for it.
  var name: String {
    switch self {
    case .linear: "exact"
    case .leaveOneOut: "leave-one-out"
    }
  }

  /// How the shares were found, and why so.
  var sentence: String {
    switch self {
    case .linear: "exact: the score is a sum over tokens, the vectors' lengths held fixed"
    case .leaveOneOut(let reason):
      "leave-one-out, because \(reason): a share is what the score loses without the token"
    }
  }
}

extension Numbers {
  /// A value with its sign, so that gain and loss are told apart without colour: `+.031`, `-.014`.
  static func signed(_ number: Float) -> String {
    let text = value(number)
    return number > 0 ? "+" + text : text
  }
}
