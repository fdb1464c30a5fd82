import Recipes
import Screen

/// Draws a popup over the screen.
func draw(_ popup: Popup, of state: State, into frame: inout Frame) {
  let bounds = state.bounds(of: popup)
  switch popup {
  case .recipe(let popup): draw(popup, into: &frame, bounds)
  case .model(let popup): draw(popup, of: state, into: &frame, bounds)
  case .history(let popup): popup.list.draw(into: &frame, within: bounds)
  case .theme(let popup): popup.list.draw(into: &frame, within: bounds)
  case .view(let popup): popup.list.draw(into: &frame, within: bounds)
  case .palette(let popup), .help(let popup): popup.list.draw(into: &frame, within: bounds)
  case .corpus(let popup): draw(popup, of: state, into: &frame, bounds)
  case .line(let popup): draw(popup, of: state, into: &frame, bounds)
  case .columns(let popup): popup.list.draw(into: &frame, within: bounds)
  case .pull:
    if let offer = state.model.offer { PullView(offer: offer, state: state).draw(into: &frame, bounds) }
  case .text(let popup): draw(popup, into: &frame, bounds)
  case .export(let popup): draw(popup, of: state, into: &frame, bounds)
  }
}

extension State {
  /// Where a popup may lie.
  ///
  /// What previews leaves the first results free: it lies below them, or beside them in two panes.
  func bounds(of popup: Popup) -> Rect {
    let layout = layout
    let list: PopupList
    switch popup {
    case .recipe(let recipe): list = recipe.list
    case .theme(let theme): list = theme.list
    case .view(let view): list = view.list
    case .columns(let columns): list = columns.list
    case .line(let line) where line.isInPane: return line.row(in: layout)
    case .export: return layout.body.inset(columns: 1, rows: 2)
    default: return layout.body.inset(columns: 1, rows: 1)
    }
    if layout.panes.count > 1 { return layout.panes[layout.panes.count - 1].rect }
    let rows = min(list.items.count + 4, layout.body.rows - 6)
    return layout.body.split(top: layout.body.rows - rows).rest
  }

  /// Tells the open popup how much room it has, and brings its rows up to date.
  mutating func settlePopup() {
    guard var popup else { return }
    let bounds = bounds(of: popup)
    switch popup {
    case .recipe(var recipe):
      let items = choices(recipe).map(\.item)
      if items != recipe.list.items { recipe.list.replaceItems(items) }
      recipe.list.fit(height: recipe.list.listHeight(within: bounds))
      popup = .recipe(recipe)
    case .model(var model):
      model.refresh(current: self.model.description?.name)
      model.list.fit(height: model.list.listHeight(within: bounds))
      popup = .model(model)
    case .text(var text):
      text.take(litSpans(of: text.neighbour.id), remarks: remarks(on: text.neighbour, rank: text.rank))
      text.fit(TextPopup.rect(within: bounds).inset(columns: 2, rows: 1).size)
      popup = .text(text)
    case .theme(var theme):
      theme.refresh(look.entries, current: theme.before)
      theme.list.fit(height: theme.list.listHeight(within: bounds))
      popup = .theme(theme)
    case .export(var export):
      export.list.replaceItems(exportItems(export))
      export.list.fit(height: export.list.listHeight(within: bounds))
      popup = .export(export)
    case .view, .history, .palette, .help, .columns:
      if let height = popup.list?.listHeight(within: bounds) { popup.list?.fit(height: height) }
    case .corpus, .pull, .line: break
    }
    self.popup = popup
  }
}

private func draw(_ popup: RecipePopup, into frame: inout Frame, _ bounds: Rect) {
  popup.list.draw(into: &frame, within: bounds)
  guard popup.isTyping, let line = popup.list.list.selection else { return }
  let inner = popup.list.rect(within: bounds).inset()
  let row = inner.row(line - popup.list.list.offset).split(left: 2 + "own words: ".columns).rest
  popup.field.draw(into: &frame, row, style: Style(.popup, on: .popupSelected))
}

private func draw(_ popup: ModelPopup, of state: State, into frame: inout Frame, _ bounds: Rect) {
  var list = popup.list
  if state.requests.isOutstanding(.model) { list.title = "Model · loading \(state.model.wanted)" }
  list.draw(into: &frame, within: bounds)
  guard let failure = popup.failure else { return }
  drawFailure(failure, into: &frame, below: list.rect(within: bounds), within: bounds)
}

/// Draws why a popup's wish failed in a box below it, or upon its end where there is no room below.
func drawFailure(_ failure: Failure, into frame: inout Frame, below rect: Rect, within bounds: Rect) {
  let lines = failure.sentence.wrapped(to: max(1, rect.columns - 4), limit: 6)
  let top = max(bounds.top, min(rect.bottom - 1, bounds.bottom - lines.count - 2))
  let box = Rect(column: rect.left, row: top, columns: rect.columns, rows: lines.count + 2)
  frame.fill(box, style: Style(.popup))
  frame.box(
    box, title: "failed", style: Style(.popupBorder, on: .popup), titleStyle: Style(.textError, on: .popup))
  for (index, line) in lines.enumerated() {
    frame.put(
      line, at: Point(column: box.left + 2, row: box.top + 1 + index), style: Style(.textError, on: .popup),
      width: box.columns - 4)
  }
}

extension CorpusPopup {
  static func rect(within bounds: Rect) -> Rect { bounds.centered(Size(columns: 72, rows: 5)) }
}

private func draw(_ popup: CorpusPopup, of state: State, into frame: inout Frame, _ bounds: Rect) {
  let isOpening = state.requests.isOutstanding(.corpus)
  LineBox(
    title: isOpening ? "Open a corpus · opening" : "Open a corpus",
    help: "A file (.txt, .jsonl, .csv, .tsv) or a folder of such files:", placeholder: "path",
    field: popup.field, failure: popup.failure
  ).draw(into: &frame, bounds)
}

private func draw(_ popup: LinePopup, of state: State, into frame: inout Frame, _ bounds: Rect) {
  if popup.isInPane { return popup.draw(into: &frame, inRow: bounds) }
  LineBox(
    title: popup.title + (state.requests.isOutstanding(.texts) ? " · reading" : ""), help: popup.help,
    placeholder: popup.placeholder, field: popup.field, failure: popup.failure
  ).draw(into: &frame, bounds)
}

/// A popup with one line to type in.
private struct LineBox {
  var title: String
  var help: String
  var placeholder: String
  var field: TextField
  var failure: Failure?

  func draw(into frame: inout Frame, _ bounds: Rect) {
    let outer = bounds.centered(Size(columns: 72, rows: 5))
    frame.fill(outer, style: Style(.popup))
    let inner = frame.box(
      outer, title: title, style: Style(.popupBorder, on: .popup), titleStyle: Style(.popupTitle, on: .popup))
    frame.put(help, at: inner.origin, style: Style(.popupHelp, on: .popup), width: inner.columns)
    frame.put("› ", at: Point(column: inner.left, row: inner.top + 1), style: Style(.popupKey, on: .popup))
    field.draw(
      into: &frame, inner.row(1).split(left: 2).rest, style: Style(.popupFilter, on: .popup),
      placeholder: placeholder)
    if let failure { drawFailure(failure, into: &frame, below: outer, within: bounds) }
  }
}
