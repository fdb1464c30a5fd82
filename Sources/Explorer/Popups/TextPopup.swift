import Recipes
import Screen

/// The whole of one text, to read: its matching words lit, its fields and what is remarkable below it.
struct TextPopup: Equatable, Sendable {
  var neighbour: NeighbourList.Neighbour
  var metric: Metric
  var rank: Int
  /// The text, its fields and the remarks, wrapped to `columns`.
  private(set) var lines: [String] = []
  /// By line, the characters that are part of a matching word; it may be shorter than the lines.
  private(set) var lit: [[LitRange]] = []
  private(set) var columns = 0
  private(set) var remarks: [String] = []
  private var spans: [Highlights.Span] = []
  private var isWrapped = false
  var scroll = ScrollList()

  /// Characters of one line that are lit.
  struct LitRange: Equatable, Sendable {
    var characters: Range<Int>
    var isBest: Bool
  }

  /// More is not shown: a text of megabytes would take seconds to wrap.
  private static let characterLimit = 100_000

  init(neighbour: NeighbourList.Neighbour, metric: Metric, rank: Int) {
    self.neighbour = neighbour
    self.metric = metric
    self.rank = rank
  }

  /// Takes the words by which the text matches and what is to be said of it, as they come in.
  mutating func take(_ spans: [Highlights.Span], remarks: [String]) {
    guard spans != self.spans || remarks != self.remarks else { return }
    self.spans = spans
    self.remarks = remarks
    isWrapped = false
  }

  /// Wraps the text to a size.
  mutating func fit(_ size: Size) {
    if size.columns != columns || !isWrapped {
      columns = size.columns
      isWrapped = true
      lines = shownText.wrapped(to: columns)
      lit = litRanges
    }
    scroll.fit(count: lines.count, height: size.rows)
  }

  private var shownText: String {
    let start = neighbour.text.prefix(Self.characterLimit)
    let isCut = start.endIndex < neighbour.text.endIndex
    let body =
      String(start) + (isCut ? "… (the first \(Numbers.grouped(Self.characterLimit)) characters)" : "")
    let fields = neighbour.fields.map { "\($0.name): \($0.value.prefix(Self.characterLimit))" }
    return [body, fields.joined(separator: "\n"), remarks.joined(separator: "\n")]
      .filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// Finds the words again in the lines: wrapping moves white space alone, so that the other characters
  /// come in the same order.
  private var litRanges: [[LitRange]] {
    let marked = MarkedText(spans)
    guard marked.best != nil else { return [] }
    var result: [[LitRange]] = []
    var rest = neighbour.text.prefix(Self.characterLimit)[...]
    var position = 0
    func isBreak(_ character: Character) -> Bool { character == " " || character.isNewline }
    for line in lines {
      guard position < marked.end else { break }
      var ranges: [LitRange] = []
      for (place, character) in line.enumerated() where character != " " {
        while let first = rest.first, isBreak(first) { position += rest.removeFirst().unicodeScalars.count }
        guard let next = rest.popFirst(), next == character else { break }
        let end = position + next.unicodeScalars.count
        let emphasis = marked.emphasis(position..<end)
        position = end
        guard emphasis != .none else { continue }
        let isBest = emphasis == .best
        if let last = ranges.last, last.characters.upperBound == place, last.isBest == isBest {
          ranges[ranges.count - 1].characters = last.characters.lowerBound..<place + 1
        } else {
          ranges.append(LitRange(characters: place..<place + 1, isBest: isBest))
        }
      }
      result.append(ranges)
    }
    return result
  }

  var title: String {
    var parts = ["\(neighbour.id) · rank \(rank)"]
    parts.append(
      "\(metric.isDistance ? "distance" : "score") \(Numbers.score(neighbour.score, metric))")
    if let percentile = neighbour.percentile { parts.append(Numbers.percentile(percentile)) }
    if let tokens = neighbour.tokens { parts.append(Numbers.count(tokens, "token")) }
    if let norm = neighbour.norm { parts.append("norm \(Numbers.value(norm))") }
    return parts.joined(separator: " · ")
  }

  static func rect(within bounds: Rect) -> Rect {
    bounds.centered(Size(columns: min(100, bounds.columns), rows: bounds.rows))
  }
}

/// Draws a text to read.
func draw(_ popup: TextPopup, into frame: inout Frame, _ bounds: Rect) {
  let outer = TextPopup.rect(within: bounds)
  frame.fill(outer, style: Style(.popup))
  frame.box(
    outer, title: popup.title, style: Style(.popupBorder, on: .popup),
    titleStyle: Style(.popupTitle, on: .popup))
  let inner = outer.inset(columns: 2, rows: 1)
  frame.cursor = nil
  frame.clipped(to: inner) { frame in
    for (row, index) in popup.scroll.visible.enumerated() where popup.lines.indices.contains(index) {
      draw(
        popup.lines[index], lit: popup.lit[checked: index] ?? [], into: &frame,
        Point(column: inner.left, row: inner.top + row))
    }
  }
  for row in popup.scroll.thumb ?? 0..<0 where row < inner.rows {
    frame.put(
      "┃", at: Point(column: outer.right - 1, row: inner.top + row), style: Style(.popupBorder, on: .popup))
  }
}

/// Draws one line, its lit characters as matches.
private func draw(_ line: String, lit: [TextPopup.LitRange], into frame: inout Frame, _ point: Point) {
  guard !lit.isEmpty else {
    frame.put(line, at: point, style: Style(.popup))
    return
  }
  var column = point.column
  for (place, character) in line.enumerated() {
    let range = lit.first { $0.characters.contains(place) }
    let emphasis: Snippet.Emphasis = range.map { $0.isBest ? .best : .match } ?? .none
    column += frame.put(
      String(character), at: Point(column: column, row: point.row),
      style: emphasis.style(.popup, match: .popupMatch, on: .popup))
  }
}
