import Screen

/// A note in a box beside what it is about, with arrows at the element that it points at.
struct AnnotationView {
  /// Where the box lies.
  let box: Rect
  /// What is pointed at; nil where that is nothing or not on the screen.
  let target: Rect?
  private let title: String
  private let lines: [String]
  private let foot: String

  /// The note that is open; nil where none is, or there is no room.
  init?(_ state: State) {
    guard let annotation = state.annotations.current, !Layout.isTooSmall(state.size) else { return nil }
    let layout = state.layout
    target = Self.target(annotation, state)
    let place = Self.place(annotation, target, layout)
    let room = place.rows - 2
    var lines = annotation.text.wrapped(to: max(1, place.columns - 4))
    if lines.count > room {
      let hidden = lines.count - room + 1
      lines = lines.prefix(max(0, room - 1)) + ["… \(Numbers.count(hidden, "line")) more: enlarge the screen"]
    }
    self.lines = lines
    let rows = lines.count + 2
    // Below the view; above it where it would hide what it points at.
    let below = Rect(column: place.left, row: place.bottom - rows, columns: place.columns, rows: rows)
    let above = Rect(column: place.left, row: place.top, columns: place.columns, rows: rows)
    let hides = target.map { !below.intersection($0).isEmpty } ?? false
    box = hides ? above : below
    title = "\(state.annotations.index + 1)/\(state.annotations.all.count) \(annotation.title)"
    foot = Self.foot(annotation, isMissing: target == nil, state)
  }

  private static func target(_ annotation: Annotation, _ state: State) -> Rect? {
    guard let element = annotation.highlight else { return nil }
    if let place = state.place(of: element) { return place.isEmpty ? nil : place }
    guard let view = annotation.view, let pane = state.layout.pane(of: view), view.unavailable(state) == nil
    else { return nil }
    let inner = pane.rect.inset()
    guard let place = view.content.place(of: element, state, in: inner)?.intersection(inner), !place.isEmpty
    else { return nil }
    return place
  }

  /// The room for the box: the pane beside the one that the note is about, else the lower part of the body.
  private static func place(_ annotation: Annotation, _ target: Rect?, _ layout: Layout) -> Rect {
    if layout.panes.count > 1 {
      let other = layout.panes.last { $0.view != annotation.view } ?? layout.panes[layout.panes.count - 1]
      return other.rect
    }
    let body = layout.body.inset(columns: 2, rows: 1)
    let columns = min(72, body.columns)
    return Rect(column: body.right - columns, row: body.top, columns: columns, rows: body.rows)
  }

  private static func foot(_ annotation: Annotation, isMissing: Bool, _ state: State) -> String {
    var parts: [String] = []
    if let element = annotation.highlight, isMissing { parts.append("\(element) is not on the screen now") }
    let isLast = state.annotations.index == state.annotations.all.count - 1
    if !isLast, let key = state.bindings.label(for: .nextAnnotation, in: state.place) {
      parts.append("\(key) next")
    }
    if let key = state.bindings.label(for: .back, in: state.place) { parts.append("\(key) closes") }
    return parts.joined(separator: " · ")
  }

  func draw(into frame: inout Frame) {
    if let target { point(at: target, in: &frame) }
    frame.fill(box, style: Style(.popup))
    frame.box(
      box, title: title, style: Style(.popupBorder, on: .popup), titleStyle: Style(.popupTitle, on: .popup),
      lines: .rounded)
    for (index, line) in lines.enumerated() {
      frame.put(
        line, at: Point(column: box.left + 2, row: box.top + 1 + index), style: Style(.popup),
        width: box.columns - 4)
    }
    let text = " " + foot.truncated(to: box.columns - 6) + " "
    frame.put(
      text, at: Point(column: box.right - 2 - text.columns, row: box.bottom - 1),
      style: Style(.popupHelp, on: .popup))
  }

  /// Underlines an element and puts an arrow on each side of it: signs, not colours alone.
  private func point(at target: Rect, in frame: inout Frame) {
    frame.restyle(target) { $0.attributes.formUnion(.underline) }
    let style = Style(.textAccent, attributes: .bold)
    for row in target.top..<target.bottom {
      frame.put("▶", at: Point(column: max(0, target.left - 1), row: row), style: style)
      frame.put(
        "◀", at: Point(column: min(frame.size.columns - 1, target.right), row: row), style: style)
    }
  }
}
