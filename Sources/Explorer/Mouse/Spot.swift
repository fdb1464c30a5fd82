import Screen

/// What lies at a point of the screen, as the mouse means it.
enum Spot: Equatable, Sendable {
  /// A fact of the header or a hint: what a click on it does.
  case action(Action)
  /// The query, with the place of the caret.
  case query(Int)
  case annotation
  case pane(View)
  case scrollBar(View)
  case nothing
}

/// What the mouse is doing.
struct MouseState: Equatable, Sendable {
  /// Where the button went down; nil while none is held.
  var spot: Spot?
  /// Where the pointer was last while the button is held.
  var point = Point.zero

  /// How many lines a notch of the wheel moves.
  static let linesPerNotch = 3
}

extension State {
  /// What lies at a point while no popup is open.
  func spot(at point: Point) -> Spot {
    let layout = layout
    if let view = AnnotationView(self), view.box.contains(point) { return .annotation }
    if layout.header.contains(point) {
      let hit = HeaderView(self).spots(layout.header).first { $0.rect.contains(point) }
      return hit.map { .action($0.action) } ?? .nothing
    }
    if layout.query.contains(point) {
      let field = QueryView(state: self).field(layout.query)
      return .query(query.field.position(atColumn: point.column - field.left, columns: field.columns))
    }
    if layout.hints.contains(point) {
      let hits = HintView(self, columns: layout.hints.columns).spots(layout.hints)
      return hits.first { $0.rect.contains(point) }.map { .action($0.action) } ?? .nothing
    }
    guard let pane = layout.panes.first(where: { $0.rect.contains(point) }) else { return .nothing }
    let isAtBar = point.column == pane.rect.right - 1
    if isAtBar, let list = pane.view.list, self[keyPath: list].thumb != nil { return .scrollBar(pane.view) }
    return .pane(pane.view)
  }

  /// Where a popup lies.
  func rect(of popup: Popup) -> Rect {
    let bounds = bounds(of: popup)
    return switch popup {
    case .corpus: CorpusPopup.rect(within: bounds)
    case .line(let popup): popup.isInPane ? bounds : CorpusPopup.rect(within: bounds)
    case .text: TextPopup.rect(within: bounds)
    case .pull: model.offer.map { PullView(offer: $0, state: self).rect(within: bounds) } ?? bounds
    case .export(let popup): popup.rect(within: bounds)
    default: popup.list?.rect(within: bounds) ?? bounds
    }
  }
}
