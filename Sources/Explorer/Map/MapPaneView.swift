import Recipes
import Screen

/// The map in its pane: links, points, ranks, the cursor and the query; below them what they mean.
struct MapPaneView {
  var state: State

  func draw(into frame: inout Frame, _ inner: Rect) {
    guard let ground = state.map.ground, let picture = state.map.picture,
      let projection = state.mapProjection
    else { return }
    let layout = MapLayout(inner)
    let links = MapLinks(state, ground)
    frame.clipped(to: layout.canvas) { frame in
      if let links { drawLines(links, ground, projection, into: &frame, layout.canvas) }
      for cell in picture.cells {
        frame.put(
          cell.glyph,
          at: Point(column: layout.canvas.left + cell.column, row: layout.canvas.top + cell.row),
          style: cell.style)
      }
      if let links { drawRanks(links, ground, into: &frame, layout.canvas) }
      drawCursor(ground, into: &frame, layout.canvas)
      if state.mapIsMarked { frame.restyle(layout.canvas) { $0.name = .listStale } }
      drawQuery(projection, into: &frame, layout.canvas)
    }
    drawLegend(ground, picture, into: &frame, layout.legend)
    drawFacts(ground, links, into: &frame, layout.facts)
    MapReadOut(state: state, ground: ground).draw(into: &frame, layout.readOut)
  }

  /// Dotted lines to the truly nearest, beneath the points.
  private func drawLines(
    _ links: MapLinks, _ ground: MapGround, _ projection: MapProjection, into frame: inout Frame,
    _ canvas: Rect
  ) {
    var lines = BrailleCanvas(size: canvas.size)
    let start = projection.dot(Double(links.x), Double(links.y))
    for index in links.nearest {
      let end = projection.dot(Double(ground.source.x[index]), Double(ground.source.y[index]))
      lines.addLine(from: start, to: end, step: 2)
    }
    lines.draw(into: &frame, at: canvas.origin) { _ in Style(.plotAxis) }
  }

  /// The ranks of the nearest upon their points; where two share a cell, the better one.
  private func drawRanks(_ links: MapLinks, _ ground: MapGround, into frame: inout Frame, _ canvas: Rect) {
    for (rank, index) in links.nearest.prefix(9).enumerated().reversed() {
      guard let cell = state.mapCell(ground.source.x[index], ground.source.y[index], canvas) else { continue }
      frame.put("\(rank + 1)", at: cell, style: Style(.textStrong))
    }
  }

  private func drawCursor(_ ground: MapGround, into frame: inout Frame, _ canvas: Rect) {
    guard let index = state.map.selection?.index,
      let cell = state.mapCell(ground.source.x[index], ground.source.y[index], canvas)
    else { return }
    frame.put(MapReadOut.cursorGlyph, at: cell, style: Style(.heatmapCursor))
  }

  /// `◆Q` at the query's place, `◇Q` where that is out of date, an arrow at the edge where it is not to be seen.
  private func drawQuery(_ projection: MapProjection, into frame: inout Frame, _ canvas: Rect) {
    guard let placement = state.placement, !canvas.isEmpty else { return }
    let dot = projection.dot(Double(placement.x), Double(placement.y))
    let across = min(max(0, dot.x), Double(canvas.columns * 2 - 1))
    let down = min(max(0, dot.y), Double(canvas.rows * 4 - 1))
    let cell = Point(column: canvas.left + Int(across) / 2, row: canvas.top + Int(down) / 4)
    let isOld = state.isMarked(.placement)
    let mark =
      dot.x < across
      ? "◂" : dot.x > across ? "▸" : dot.y < down ? "▴" : dot.y > down ? "▾" : isOld ? "◇" : "◆"
    let style = isOld ? Style(.listStale) : Style(.textAccent).with(.bold)
    let fits = cell.column + 2 <= canvas.right
    let origin = fits ? cell : Point(column: cell.column - 1, row: cell.row)
    frame.put(fits ? mark + "Q" : "Q" + mark, at: origin, style: style)
  }

  /// The colours' values with their counts, as many as fit.
  private func drawLegend(_ ground: MapGround, _ picture: MapPicture, into frame: inout Frame, _ row: Rect) {
    guard row.rows > 0 else { return }
    var line = StyledLine()
    if let field = ground.fieldName {
      line.add(field.prefixOnOneLine(24).truncated(to: 24) + ": ", Style(.plotLabel))
      let entries = ground.categories.filter { $0.count > 0 }
      for (index, entry) in entries.enumerated() {
        let swatch = picture.key.hasLetters ? "\(entry.letter)" : "⣿\(entry.letter)"
        let text = " \(entry.title.prefixOnOneLine(20).truncated(to: 20)) \(Numbers.grouped(entry.count))"
        let rest = entries.count - index
        let note = rest > 1 ? "  …+\(rest - 1)" : ""
        guard line.columns + swatch.columns + text.columns + note.columns <= row.columns else {
          line.add("…+\(rest)", Style(.textMuted))
          break
        }
        line.add(swatch, Style(entry.style).with(.bold))
        line.add(text + "  ", Style(.plotLabel))
      }
    } else if ground.source.fields.isEmpty {
      line.add("the texts have no fields to colour them by", Style(.textMuted))
    } else {
      line.add("no field colours the points; \(state.hint(.colorMap, "chooses one"))", Style(.textMuted))
    }
    line.draw(into: &frame, at: row.origin, width: row.columns)
  }

  /// How far the map is to be trusted, what ranks and `?` are; what does not fit is left out from the end.
  private func drawFacts(_ ground: MapGround, _ links: MapLinks?, into frame: inout Frame, _ rect: Rect) {
    var parts: [String] = []
    if ground.count < 3 {
      parts.append("too few texts for a map to be judged")
    } else if let trust = ground.source.trustworthiness {
      parts.append("trustworthiness \(Numbers.value(Float(trust)))")
    } else {
      parts.append("trustworthiness not yet known")
    }
    if !ground.trust.isEmpty, ground.count >= 3 {
      let name = state.map.showsTrust(ground) ? MapPicture.doubtGlyph + " doubtful" : "doubtful, not marked"
      let judged =
        ground.judgedCount < ground.count ? " of \(Numbers.grouped(ground.judgedCount)) judged" : ""
      parts.append("\(name): \(Numbers.count(ground.doubtfulCount, "text"))\(judged)")
    }
    if let links, !links.nearest.isEmpty {
      parts.append("1–\(min(9, links.nearest.count)) truly nearest to \(links.name)")
    }
    for (row, line) in packed(parts, columns: rect.columns).prefix(rect.rows).enumerated() {
      frame.put(line, at: Point(column: rect.left, row: rect.top + row), style: Style(.textMuted))
    }
  }
}

/// Short facts put on lines, with ` · ` between those of one line; a fact is broken only where it is longer than
/// a line.
func packed(_ parts: [String], columns: Int) -> [String] {
  var lines: [String] = []
  for part in parts {
    if let last = lines.last, (last + " · " + part).columns <= columns {
      lines[lines.count - 1] = last + " · " + part
    } else {
      lines.append(part.truncated(to: columns))
    }
  }
  return lines
}

/// The true nearest of the query or of the selected text, which the map links.
struct MapLinks {
  /// Whose they are.
  let name: String
  let x: Float
  let y: Float
  /// Best first.
  let nearest: [Int]

  /// How many are linked.
  private static let count = 10

  /// Those of the selected text while the map has the focus, else those of the query; nil where none are shown.
  init?(_ state: State, _ ground: MapGround) {
    guard state.map.showsLinks else { return nil }
    if let selection = state.map.selection, state.focusedView == .map, !state.map.followsQuery,
      ground.source.neighbourCount > 0
    {
      (x, y) = (ground.source.x[selection.index], ground.source.y[selection.index])
      name = selection.id.prefixOnOneLine(20).truncated(to: 20)
      nearest = Array(ground.nearest(to: selection.index).prefix(Self.count))
    } else if let placement = state.placement {
      (x, y) = (placement.x, placement.y)
      name = "the query"
      nearest = Array(placement.nearest.filter { $0 >= 0 && $0 < ground.count }.prefix(Self.count))
    } else {
      return nil
    }
  }
}

/// The selected text, or the query, in two lines.
struct MapReadOut {
  var state: State
  var ground: MapGround

  static let cursorGlyph = "◉"

  func draw(into frame: inout Frame, _ rect: Rect) {
    head(rect.columns).draw(into: &frame, at: rect.origin, width: rect.rows > 0 ? rect.columns : 0)
    for (row, line) in packed(facts, columns: rect.columns - 2).prefix(max(0, rect.rows - 1)).enumerated() {
      frame.put(line, at: Point(column: rect.left + 2, row: rect.top + 1 + row), style: Style(.textMuted))
    }
  }

  /// Which text it is.
  private func head(_ columns: Int) -> StyledLine {
    var line = StyledLine()
    if let selection = state.map.selection {
      line.add(Self.cursorGlyph + " ", Style(.textAccent))
      line.add(selection.id.prefixOnOneLine(24).truncated(to: 24) + "  ", Style(.textStrong))
      let labels = ground.source.labels
      let label = labels.indices.contains(selection.index) ? labels[selection.index] : ""
      line.add(label.prefixOnOneLine(columns), Style(.text))
    } else if state.placement != nil {
      line.add(state.isMarked(.placement) ? "◇Q " : "◆Q ", Style(.textAccent))
      line.add(state.query.field.text.prefixOnOneLine(columns), Style(.text))
    } else {
      let text =
        state.query.field.isEmpty ? "type a query: its place shows as ◆Q" : "the query is being placed"
      line.add(text, Style(.textMuted))
    }
    return line
  }

  private var facts: [String] {
    if let selection = state.map.selection { return facts(selection.index) }
    guard let placement = state.placement else { return [] }
    let ids = placement.nearest.prefix(3).filter(ground.source.ids.indices.contains).map {
      ground.source.ids[$0].prefixOnOneLine(24).truncated(to: 24)
    }
    return (state.isMarked(.placement) ? ["place of an earlier query"] : [])
      + (ids.isEmpty ? [] : ["nearest: " + ids.joined(separator: ", ")])
  }

  /// What is known of a text besides its beginning.
  private func facts(_ index: Int) -> [String] {
    var parts = ground.source.fields.compactMap { field in
      Self.value(field, index).map { "\(field.name) \($0.prefixOnOneLine(24).truncated(to: 24))" }
    }
    if ground.trust.indices.contains(index), !ground.trust[index].isNaN {
      let trust = ground.trust[index]
      let doubt = trust < MapGround.doubt ? " ? its drawn neighbours are doubtful" : ""
      parts.append("trust \(Numbers.fixed(Double(trust), digits: 2))\(doubt)")
    } else if !ground.trust.isEmpty {
      parts.append("trust not judged")
    }
    if let rank = state.placement?.nearest.firstIndex(of: index) {
      parts.append("number \(rank + 1) of the query's nearest")
    }
    return parts
  }

  static func value(_ field: TextMap.Field, _ index: Int) -> String? {
    guard field.indices.indices.contains(index), field.values.indices.contains(field.indices[index]) else {
      return nil
    }
    return field.values[field.indices[index]]
  }
}
