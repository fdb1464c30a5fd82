extension Heatmap {
  /// Draws labels, cells and legend into a rectangle, and says where they lie.
  ///
  /// Without colour, cells have density glyphs, and numbers stay numbers.
  @discardableResult
  public func draw(into frame: inout Frame, _ rect: Rect, hasColor: Bool) -> HeatmapLayout {
    let layout = layout(in: rect, hasColor: hasColor)
    frame.clipped(to: rect) { frame in
      drawRowLabels(into: &frame, layout)
      drawColumnLabels(into: &frame, layout)
      for (line, row) in stride(
        from: layout.shownRows.lowerBound, to: layout.shownRows.upperBound, by: layout.rowsPerLine
      ).enumerated() {
        for (place, column) in layout.shownColumns.enumerated() {
          let cell = Rect(
            column: layout.cells.left + place * layout.cellColumns, row: layout.cells.top + line,
            columns: layout.cellColumns, rows: 1)
          if layout.mode == .halfBlocks {
            drawHalves(column: column, row: row, into: &frame, cell)
          } else {
            drawCell(column: column, row: row, into: &frame, cell, layout.mode, hasColor: hasColor)
          }
        }
      }
      drawLegend(into: &frame, layout.legend, hasColor: hasColor)
    }
    return layout
  }

  private func drawCell(
    column: Int, row: Int, into frame: inout Frame, _ rect: Rect, _ mode: Mode, hasColor: Bool
  ) {
    let value = value(column: column, row: row)
    let isCursor = shownCursor == Point(column: column, row: row)
    let position = position(of: value)
    var style = Style(position == nil ? .heatmapMissing : .heatmapCell)
    if hasColor, let position { style.background = .ramp(ramp, position) }
    if isCursor { style.attributes = [.bold, .reverse] }
    frame.fill(rect, style: style)
    if mode == .numbers {
      let text = number(value)
      let left = rect.right - 1 - text.columns
      frame.put(
        text, at: Point(column: max(rect.left, left), row: rect.top), style: style, width: rect.columns)
    } else if let position, !hasColor {
      frame.fill(rect, with: ramp.glyph(at: position), style: style)
    } else if position == nil {
      frame.put("·", at: rect.origin, style: style)
    } else if isCursor {
      frame.put(rect.columns > 1 ? "◂▸" : "◆", at: rect.origin, style: style, width: rect.columns)
    }
  }

  /// Draws two values over each other: `▀` has the upper one as its text's colour.
  private func drawHalves(column: Int, row: Int, into frame: inout Frame, _ rect: Rect) {
    let upper = position(of: value(column: column, row: row))
    let hasLower = row + 1 < rowLabels.count
    let lower = hasLower ? position(of: value(column: column, row: row + 1)) : nil
    if let cursor = shownCursor, cursor.column == column, cursor.row == row || cursor.row == row + 1,
      cursor.row < rowLabels.count
    {
      let position = cursor.row == row ? upper : lower
      let style = Style(.heatmapCursor, background: position.map { .ramp(ramp, $0) })
      frame.put(cursor.row == row ? "▴" : "▾", at: rect.origin, style: style)
      return
    }
    let style: Style
    let glyph: String
    switch (upper, lower) {
    case (let upper?, let lower?):
      style = Style(.heatmapCell, foreground: .ramp(ramp, upper), background: .ramp(ramp, lower))
      glyph = "▀"
    case (let upper?, nil):
      style = Style(.heatmapCell, foreground: .ramp(ramp, upper))
      glyph = "▀"
    case (nil, let lower?):
      style = Style(.heatmapCell, foreground: .ramp(ramp, lower))
      glyph = "▄"
    case (nil, nil):
      style = Style(.heatmapMissing)
      glyph = "·"
    }
    frame.put(glyph, at: rect.origin, style: style)
  }

  private func drawRowLabels(into frame: inout Frame, _ layout: HeatmapLayout) {
    let rect = layout.rowLabels
    for (line, row) in stride(
      from: layout.shownRows.lowerBound, to: layout.shownRows.upperBound, by: layout.rowsPerLine
    ).enumerated() {
      let lines = row..<min(row + layout.rowsPerLine, rowLabels.count)
      let isSelected = shownCursor.map { lines.contains($0.row) } ?? false
      let shown = isSelected ? shownCursor?.row ?? row : row
      frame.put(
        rowLabels[shown].onOneLine.padded(to: max(0, rect.columns - 1)),
        at: Point(column: rect.left, row: rect.top + line),
        style: Style(isSelected ? .heatmapLabelSelected : .heatmapLabel))
    }
  }

  /// Labels above the columns: their text where four columns fit, else every so many their number.
  ///
  /// The selected column always has its label; those that would run into it give way.
  private func drawColumnLabels(into frame: inout Frame, _ layout: HeatmapLayout) {
    guard layout.columnLabels.rows > 0 else { return }
    let width = layout.cellColumns
    let spacing = String(layout.shownColumns.upperBound).count + 1
    let every = width >= 4 ? 1 : (spacing + width - 1) / width
    for (place, column) in layout.shownColumns.enumerated() {
      let isSelected = shownCursor?.column == column
      let distance = shownCursor.map { abs($0.column - column) } ?? every
      guard isSelected || (place % every == 0 && distance >= every) else { continue }
      let text =
        width >= 4
        ? columnLabels[column].onOneLine.padded(
          to: width - 1, alignment: layout.mode == .numbers ? .right : .left)
        : columnLabels[column].columns < spacing ? columnLabels[column] : String(column + 1)
      let point = Point(column: layout.columnLabels.left + place * width, row: layout.columnLabels.top)
      guard point.column + text.columns <= layout.columnLabels.right else { continue }
      frame.put(text, at: point, style: Style(isSelected ? .heatmapLabelSelected : .heatmapLabel))
    }
  }

  /// The cursor where it is to be seen.
  private var shownCursor: Point? { isCursorShown ? cursor : nil }

  /// Draws the ramp between the values of its ends, with that of its centre, and a note or the value under
  /// the cursor.
  private func drawLegend(into frame: inout Frame, _ rect: Rect, hasColor: Bool) {
    guard rect.rows > 0 else { return }
    let style = Style(.heatmapLegend)
    var line = LegendLine(rect: rect)
    line.put(number(range.lowerBound) + " ", style, into: &frame)
    // A centre stands between two equal halves, and its number and name need room.
    let steps =
      center == nil
      ? min(16, max(Ramp.densityGlyphs.count, rect.columns / 4)) : min(16, max(6, rect.columns / 16 * 2))
    for step in 0..<steps {
      if let center, step == steps / 2 { line.put(" \(number(center)) ", style, into: &frame) }
      let position = Float(step) / Float(steps - 1)
      let glyph = hasColor ? " " : String(ramp.glyph(at: position))
      line.put(glyph, Style(.heatmapCell, background: hasColor ? .ramp(ramp, position) : nil), into: &frame)
    }
    line.put(" " + number(range.upperBound), style, into: &frame)
    if let first = legendNotes.first {
      line.put(("  " + first).truncated(to: line.room), style, into: &frame)
      for note in legendNotes.dropFirst() where note.columns + 3 <= line.room {
        line.put(" · " + note, style, into: &frame)
      }
    } else if readsOut, let cursor = shownCursor, rowLabels.indices.contains(cursor.row),
      columnLabels.indices.contains(cursor.column)
    {
      let value = number(value(column: cursor.column, row: cursor.row))
      line.put("  \(value)  ", Style(.textStrong), into: &frame)
      let labels = "\(rowLabels[cursor.row].onOneLine) × \(columnLabels[cursor.column].onOneLine)"
      line.put(labels.truncated(to: line.room), style, into: &frame)
    }
  }
}

/// The legend while it is drawn, from the left to the right.
private struct LegendLine {
  let rect: Rect
  private var column: Int

  init(rect: Rect) {
    self.rect = rect
    column = rect.left
  }

  var room: Int { max(0, rect.right - column) }

  mutating func put(_ text: String, _ style: Style, into frame: inout Frame) {
    column += frame.put(text, at: Point(column: column, row: rect.top), style: style)
  }
}
