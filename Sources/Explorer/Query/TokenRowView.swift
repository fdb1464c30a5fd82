import Recipes
import Screen

/// What the model really saw of the query, token by token, and what it did not see.
struct TokenRowView {
  var state: State

  func draw(into frame: inout Frame, _ rect: Rect) {
    guard !state.query.field.isEmpty, let tokenized = state.query.tokens else { return }
    let row = Rect(column: rect.left + 3, row: rect.top, columns: rect.columns - 4, rows: 1)
    // The end that was cut off must be seen: it keeps up to a third of the row.
    let dropped = tokenized.tokens.droppedText.prefixOnOneLine(row.columns)
    let tail = dropped.isEmpty ? 0 : min(dropped.columns + 6, row.columns / 3)
    let used = draw(tokenized.tokens.tokens, into: &frame, row, width: row.columns - tail)
    if !dropped.isEmpty {
      var line = StyledLine()
      line.add(" cut: ", Style(.textWarning))
      line.add(dropped, Style(.tokenTruncated))
      line.draw(into: &frame, at: Point(column: row.left + used, row: row.top), width: tail)
    }
    if isMarked(tokenized) { frame.restyle(row) { $0.name = .listStale } }
  }

  /// Draws tokens from the left; where they do not fit, `…` and how many are left out.
  private func draw(
    _ tokens: [QueryTokens.Token], into frame: inout Frame, _ row: Rect, width: Int
  ) -> Int {
    var used = 0
    for (index, token) in tokens.enumerated() {
      let rest = tokens.count - index - 1
      let note = rest > 0 ? " …+\(rest + 1)" : ""
      let text = token.text.prefixOnOneLine(width)
      guard used + 1 + text.columns + (rest > 0 ? note.columns : 0) <= width else {
        let left = "…+\(tokens.count - index)"
        used += frame.put(
          (used > 0 ? " " : "") + left, at: Point(column: row.left + used, row: row.top),
          style: Style(.textMuted), width: width - used)
        break
      }
      if used > 0 { used += 1 }
      used += frame.put(
        text, at: Point(column: row.left + used, row: row.top), style: Style(style(of: token)))
    }
    return used
  }

  private func style(of token: QueryTokens.Token) -> StyleName {
    if token.isUnknown { return .tokenUnknown }
    if token.isSpecial { return .tokenSpecial }
    return token.isPrompt ? .tokenPrompt : .token
  }

  /// True once the tokens are those of an earlier query for longer than a moment.
  private func isMarked(_ tokenized: QueryState.Tokenized) -> Bool {
    let isCurrent =
      tokenized.query == state.query.field.text && tokenized.encoding == state.recipe?.recipe.queries
    return !isCurrent && (!state.requests.isOutstanding(.search) || state.requests.isSlow(.search))
  }
}

extension String {
  /// The beginning on one line, with some more than so many columns: enough to be cut to them.
  ///
  /// - Complexity: O(columns), however long the text is.
  func prefixOnOneLine(_ columns: Int) -> String {
    String(prefix(max(0, columns) * 2 + 32)).onOneLine
  }
}
