import Recipes
import Screen

/// Compare: two recipes or models side by side.
enum CompareContent: PaneContent {
  static func title(_ state: State, columns: Int) -> String { state.compareTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? { state.compareUnavailable }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    CompareView(state: state, inner: inner)?.draw(into: &frame)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleCompare(inner) }

  static func move(_ state: inout State, _ key: Key) { state.moveInCompare(key) }

  static let hints: [Action] = [
    .readCompared, .swapSides, .openQueryFile, .switchComparison, .compareDeeper, .letGo,
  ]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    switch action {
    case .readCompared: state.openCompared()
    case .swapSides: return state.swapSides()
    case .letGo: state.letFrozenGo()
    case .compareDeeper: state.compare(deeper: true)
    case .compareShallower: state.compare(deeper: false)
    case .openQueryFile: state.openQueryFileLine()
    case .switchComparison: state.switchComparison()
    default: break
    }
    return []
  }

  static func unavailable(_ action: Action, _ state: State) -> String? {
    switch action {
    case .readCompared: state.openingComparedUnavailable
    case .swapSides, .letGo:
      state.frozen == nil ? "nothing is frozen; \(state.hint(.freeze, "freezes"))" : nil
    case .compareDeeper:
      state.compare.depth == CompareState.depths.last ? "\(state.compare.depth) is the deepest" : nil
    case .compareShallower:
      state.compare.depth == CompareState.depths.first ? "\(state.compare.depth) is the least" : nil
    case .openQueryFile: state.compareUnavailable
    default: nil
    }
  }

  static func row(of action: Action) -> Action.Row? { CompareRows.row(of: action) }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    let layout = CompareLayout(inner, mode: state.compare.mode)
    guard layout.rows.contains(point) else { return [] }
    let row = point.row - layout.rows.top
    if state.compare.mode == .queries {
      let index = state.compare.queries.offset + row
      if index < state.compare.queries.count { state.compare.queries.select(index) }
      return []
    }
    let sides: [(CompareState.Side, Rect)] = [(.a, layout.a), (.b, layout.b)]
    guard let side = sides.first(where: { $0.1.contains(point) })?.0, let shown = state.compare.shown else {
      return []
    }
    let rank = state.compare.ranks.offset + row
    guard rank < shown.list(side).count else { return [] }
    state.compare.side = side
    state.compare.ranks.fit(count: shown.list(side).count, height: state.compare.ranks.height)
    state.compare.ranks.select(rank)
    return []
  }

  static func turn(_ state: inout State, by lines: Int, at point: Point, in inner: Rect) {
    if state.compare.mode == .queries {
      state.compare.queries.scroll(by: lines)
    } else {
      state.compare.ranks.scroll(by: lines)
    }
  }

  static func selectedText(_ state: State) -> String? {
    state.compare.mode == .queries ? state.selectedAgreement?.query : state.selectedCompared?.text
  }

  static func table(_ state: State) -> ViewTable? { state.compareTable }

  /// `row 3`, `a`, `b`, `lines`, `differences`, `agreement`, `read-out`.
  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    let layout = CompareLayout(inner, mode: state.compare.mode)
    let words = element.split(separator: " ")
    switch words.first {
    case "row":
      guard let number = words.last.flatMap({ Int($0) }) else { return nil }
      let list = state.compare.mode == .queries ? state.compare.queries : state.compare.ranks
      let row = number - 1 - list.offset
      return row >= 0 && row < layout.rows.rows ? layout.rows.row(row) : nil
    case "a": return layout.a
    case "b": return layout.b
    case "lines": return layout.gutter
    case "differences": return layout.head.row(1)
    case "agreement": return layout.head.row(2)
    case "read-out": return layout.readOut
    default: return nil
    }
  }
}

extension State {
  /// The pane's title: what is compared, how deep, what is out of date.
  func compareTitle(columns: Int) -> String {
    guard let shown = compare.shown else { return View.compare.title }
    var parts = [View.compare.title]
    if compare.mode == .queries {
      if queryAnswersAreOld { parts.append("out of date") }
      if let file = compare.file { parts.append(file.truncatedAtStart(to: 40)) }
      parts.append("least agreement first")
    } else {
      if isMarked(.comparison) { parts.append("out of date") }
      parts.append("top \(shown.request.depth) of \(Numbers.count(shown.result.a.total, "text"))")
      parts.append("↑↓ against B")
    }
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }
}
