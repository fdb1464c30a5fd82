extension PopupList {
  /// Where the popup lies within a rectangle.
  public func rect(within bounds: Rect) -> Rect {
    let widest = max(title.columns + 2, itemColumns)
    let columns = min(bounds.columns, max(40, widest + 4))
    let rows = min(bounds.rows, items.count + (isFilterable ? 5 : 4))
    return bounds.centered(Size(columns: columns, rows: rows))
  }

  /// How many rows of items there are room for within a rectangle: what `fit(height:)` is told.
  public func listHeight(within bounds: Rect) -> Int { max(1, listRect(rect(within: bounds).inset()).rows) }

  /// The line of `matches` at a place; nil beside the lines.
  public func line(at point: Point, within bounds: Rect) -> Int? {
    let rect = listRect(rect(within: bounds).inset())
    let line = list.offset + point.row - rect.top
    return rect.contains(point) && line < matches.count ? line : nil
  }

  /// Draws the popup in the middle of a rectangle; its last line explains the selected item.
  public func draw(into frame: inout Frame, within bounds: Rect) {
    let outer = rect(within: bounds)
    frame.fill(outer, style: Style(.popup))
    let inner = frame.box(
      outer, title: title, style: Style(.popupBorder, on: .popup), titleStyle: Style(.popupTitle, on: .popup))
    guard !inner.isEmpty else { return }
    frame.cursor = nil
    if isFilterable {
      let row = inner.row(0)
      frame.put("› ", at: row.origin, style: Style(.popupKey, on: .popup), width: row.columns)
      filter.draw(
        into: &frame, row.split(left: 2).rest, style: Style(.popupFilter, on: .popup),
        placeholder: "type to filter")
    }
    let rows = listRect(inner)
    for (row, line) in list.visible.prefix(rows.rows).enumerated() {
      drawItem(line, into: &frame, rows.row(row))
    }
    if matches.isEmpty {
      frame.put(
        "nothing matches", at: rows.origin, style: Style(.popupDisabled, on: .popup), width: rows.columns)
    }
    drawScrollBar(into: &frame, rows)
    drawHelp(into: &frame, inner)
  }

  static func columns(of item: PopupItem) -> Int {
    max(item.title.columns + item.key.columns + 6, item.help.columns, item.disabledReason?.columns ?? 0)
  }

  private func listRect(_ inner: Rect) -> Rect {
    let below = isFilterable ? inner.split(top: 1).rest : inner
    return below.split(top: max(0, below.rows - 2)).top
  }

  private func drawItem(_ line: Int, into frame: inout Frame, _ rect: Rect) {
    let item = items[matches[line]]
    let surface: StyleName = line == list.selection ? .popupSelected : .popup
    let name: StyleName = item.disabledReason == nil ? .popup : .popupDisabled
    frame.fill(rect, style: Style(surface))
    frame.put(
      item.isCurrent ? "•" : " ", at: rect.origin, style: Style(.popupKey, on: surface), width: rect.columns)
    let text = rect.split(left: 2).rest
    let room = text.columns - (item.key.isEmpty ? 0 : item.key.columns + 2)
    let title = item.title.truncated(to: room)
    let positions = Set(FuzzyMatch(filter.text, in: item.title)?.positions ?? [])
    var column = text.left
    for (offset, character) in title.enumerated() {
      let style = positions.contains(offset) ? Style(.popupMatch, on: surface) : Style(name, on: surface)
      column += frame.put(
        String(character), at: Point(column: column, row: text.top), style: style, width: text.right - column)
    }
    guard !item.key.isEmpty, room > 0 else { return }
    frame.put(
      item.key, at: Point(column: text.right - item.key.columns - 1, row: text.top),
      style: Style(item.disabledReason == nil ? .popupKey : .popupDisabled, on: surface))
  }

  private func drawScrollBar(into frame: inout Frame, _ rows: Rect) {
    guard let thumb = list.thumb else { return }
    for row in thumb where row < rows.rows {
      frame.put(
        "┃", at: Point(column: rows.right, row: rows.top + row), style: Style(.popupBorder, on: .popup))
    }
  }

  private func drawHelp(into frame: inout Frame, _ inner: Rect) {
    guard inner.rows >= 3, let index = selectedIndex else { return }
    let item = items[index]
    let text = item.disabledReason.map { "unavailable: \($0)" } ?? item.help
    frame.put(
      text.truncated(to: inner.columns), at: Point(column: inner.left, row: inner.bottom - 1),
      style: Style(item.disabledReason == nil ? .popupHelp : .textWarning, on: .popup))
  }
}
