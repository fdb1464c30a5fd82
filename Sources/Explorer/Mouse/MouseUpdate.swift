import Screen

extension State {
  /// Takes a press, a drag or a turn of the wheel.
  ///
  /// With Shift held the terminal selects text itself: what comes here all the same means nothing.
  mutating func take(_ event: MouseEvent) -> [Effect] {
    guard !Layout.isTooSmall(size), Rect(origin: .zero, size: size).contains(event.position) else {
      mouse.spot = nil
      return []
    }
    switch event.kind {
    case .press(.left):
      isAboutToQuit = false
      isJumping = false
      if notice?.kind == .hint { notice = nil }
      return popup == nil ? press(event.position) : pressInPopup(event.position)
    case .drag(.left):
      if popup == nil { drag(to: event.position) }
    case .release: mouse.spot = nil
    case .scrollUp: turn(by: -MouseState.linesPerNotch, at: event.position)
    case .scrollDown: turn(by: MouseState.linesPerNotch, at: event.position)
    case .press, .drag: break
    }
    return []
  }

  private mutating func press(_ point: Point) -> [Effect] {
    let spot = spot(at: point)
    mouse = MouseState(spot: spot, point: point)
    switch spot {
    case .action(let action): return run(action)
    case .query(let position):
      focus = .query
      query.field.moveCaret(to: position)
    case .annotation: return run(.nextAnnotation)
    case .pane(let view):
      focus(on: view)
      // The focus may have given the view another place.
      guard let inner = layout.pane(of: view)?.rect.inset(), inner.contains(point),
        view.unavailable(self) == nil
      else { return [] }
      return view.content.press(&self, point, in: inner)
    case .scrollBar(let view):
      focus(on: view)
      scroll(view, to: point)
    case .nothing: break
    }
    return []
  }

  private mutating func drag(to point: Point) {
    let start = mouse.point
    mouse.point = point
    switch mouse.spot {
    case .pane(let view):
      guard let inner = layout.pane(of: view)?.rect.inset(), view.unavailable(self) == nil else { return }
      view.content.drag(&self, from: start, to: point, in: inner)
    case .scrollBar(let view): scroll(view, to: point)
    case .query:
      let field = QueryView(state: self).field(layout.query)
      let column = min(max(point.column, field.left), field.right) - field.left
      query.field.moveCaret(to: query.field.position(atColumn: column, columns: field.columns))
    case .action, .annotation, .nothing, nil: break
    }
  }

  /// Scrolls a list so far as the point is down its scroll bar.
  private mutating func scroll(_ view: View, to point: Point) {
    guard let list = view.list, let inner = layout.pane(of: view)?.rect.inset(), inner.rows > 1 else {
      return
    }
    let row = min(max(0, point.row - inner.top), inner.rows - 1)
    let hidden = max(0, self[keyPath: list].count - self[keyPath: list].height)
    let target = hidden * row / (inner.rows - 1)
    self[keyPath: list].scroll(by: target - self[keyPath: list].offset)
  }

  private mutating func turn(by lines: Int, at point: Point) {
    if let popup {
      guard rect(of: popup).contains(point) else { return }
      return turnInPopup(by: lines)
    }
    let pane = layout.panes.first { $0.rect.contains(point) }
    guard let pane, pane.view.unavailable(self) == nil else { return }
    pane.view.content.turn(&self, by: lines, at: point, in: pane.rect.inset())
  }

  private mutating func turnInPopup(by lines: Int) {
    if case .text(var text) = popup {
      text.scroll.scroll(by: lines)
      popup = .text(text)
      return
    }
    // What previews would do so at every line: there a notch is one.
    let isLive = if case .recipe = popup { true } else { popup?.place == .list }
    for _ in 0..<(isLive ? 1 : abs(lines)) { moveInPopup(KeyPress(lines < 0 ? .up : .down)) }
  }

  /// A click selects a row, a second one takes it; beside the popup it closes as by Esc, but hints are hints.
  private mutating func pressInPopup(_ point: Point) -> [Effect] {
    guard let popup else { return [] }
    let bounds = bounds(of: popup)
    guard rect(of: popup).contains(point) else {
      let hints = layout.hints
      let hint = HintView(self, columns: hints.columns).spots(hints).first { $0.rect.contains(point) }
      return hint.map { run($0.action) } ?? leavePopup()
    }
    guard let line = popup.list?.line(at: point, within: bounds) else { return [] }
    if popup.list?.list.selection == line { return acceptPopup() }
    selectInPopup { $0.select(line: line) }
    return []
  }

  /// Changes the selection of a popup's list, with what hangs on it.
  private mutating func selectInPopup(_ change: (inout PopupList) -> Void) {
    switch popup {
    case .recipe: selectInRecipePopup(change)
    case .theme: selectInThemePopup(change)
    case .view: selectInViewPopup(change)
    case .export: selectInExportPopup(change)
    default:
      guard var list = popup?.list else { return }
      change(&list)
      popup?.list = list
    }
  }
}
