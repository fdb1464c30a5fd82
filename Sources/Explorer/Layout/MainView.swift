public import Screen

/// Draws the whole screen for a state; the same state gives the same frame.
public func view(_ state: State) -> Frame {
  var frame = Frame(size: state.size)
  guard !Layout.isTooSmall(state.size) else {
    frame.put("vecscope needs \(Layout.smallest), not \(state.size)", at: .zero)
    return frame
  }
  let layout = state.layout
  HeaderView(state).draw(into: &frame, layout.header)
  QueryView(state: state).draw(into: &frame, layout.query)
  TokenRowView(state: state).draw(into: &frame, layout.tokens)
  for pane in layout.panes { draw(pane, of: state, into: &frame) }
  StatusView(state: state).draw(into: &frame, layout.status)
  HintView(state, columns: layout.hints.columns).draw(into: &frame, layout.hints)
  if let view = AnnotationView(state) { view.draw(into: &frame) }
  if let popup = state.popup { draw(popup, of: state, into: &frame) }
  if state.isJumping { drawJumpLetters(state, into: &frame) }
  return frame
}

private func draw(_ pane: Layout.Pane, of state: State, into frame: inout Frame) {
  let isFocused = state.focusedView == pane.view
  let unavailable = pane.view.unavailable(state)
  let title =
    unavailable == nil
    ? pane.view.content.title(state, columns: pane.rect.columns - 4) : pane.view.title
  let inner = frame.box(
    pane.rect, title: title, style: Style(isFocused ? .paneBorderFocused : .paneBorder),
    titleStyle: Style(isFocused ? .paneTitleFocused : .paneTitle))
  frame.clipped(to: inner) { frame in
    if let unavailable {
      // The offer to pull a model lies there and says the same.
      guard state.popup != .pull else { return }
      MessageView(text: "unavailable because \(unavailable)", style: Style(.textMuted)).draw(
        into: &frame, inner)
      return
    }
    pane.view.content.draw(state, into: &frame, inner)
  }
  if unavailable == nil, let list = pane.view.list {
    drawThumb(state[keyPath: list].thumb, into: &frame, pane.rect, isFocused: isFocused)
  }
}

extension View {
  /// The list whose scroll bar stands on the pane's border.
  var list: (any WritableKeyPath<State, ScrollList> & Sendable)? {
    if self == .neighbours { return \State.neighbours.rows }
    return content.list
  }
}

/// Draws a list's scroll bar upon the right border of its pane.
private func drawThumb(_ thumb: Range<Int>?, into frame: inout Frame, _ rect: Rect, isFocused: Bool) {
  guard let thumb else { return }
  for row in thumb where row < rect.rows - 2 {
    frame.put(
      "┃", at: Point(column: rect.right - 1, row: rect.top + 1 + row),
      style: Style(isFocused ? .paneBorderFocused : .paneBorder))
  }
}

/// A text in the middle of a pane.
struct MessageView {
  var text: String
  var style: Style

  func draw(into frame: inout Frame, _ rect: Rect) {
    let lines = text.wrapped(to: max(0, rect.columns - 4), limit: max(0, rect.rows))
    let top = rect.top + max(0, (rect.rows - lines.count) / 2)
    for (index, line) in lines.enumerated() {
      let left = rect.left + (rect.columns - line.columns) / 2
      frame.put(line, at: Point(column: left, row: top + index), style: style)
    }
  }
}

/// Pieces of one line, each in its style.
struct StyledLine {
  private(set) var pieces: [(text: String, style: Style)] = []

  var columns: Int { pieces.reduce(0) { $0 + $1.text.columns } }
  var isEmpty: Bool { pieces.isEmpty }

  mutating func add(_ text: String, _ style: Style) { pieces.append((text, style)) }

  /// Draws from a place to the right and says how many columns it took.
  @discardableResult
  func draw(into frame: inout Frame, at point: Point, width: Int) -> Int {
    var used = 0
    for piece in pieces where used < width {
      let text = piece.text.truncated(to: width - used)
      used += frame.put(
        text, at: Point(column: point.column + used, row: point.row), style: piece.style, width: width - used)
    }
    return used
  }
}
