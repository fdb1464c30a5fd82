import Recipes
import Screen

/// Vectors: weighted sums of texts, and axes between two.
enum VectorsContent: PaneContent {
  static func title(_ state: State, columns: Int) -> String { state.vectorsTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? { state.vectorsUnavailable }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    VectorsView(state: state, inner: inner).draw(into: &frame)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleVectors(inner) }

  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] {
    [state.combinationRequest(recipe)].compactMap(\.self)
  }

  static func move(_ state: inout State, _ key: Key) { state.moveInVectors(key) }

  static let hints: [Action] = [.readFound, .weighMore, .weighLess]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    switch action {
    case .readFound: state.readFound()
    case .weighMore: state.weigh(by: VectorsState.step)
    case .weighLess: state.weigh(by: -VectorsState.step)
    default: break
    }
    return []
  }

  static func unavailable(_ action: Action, _ state: State) -> String? {
    switch action {
    case .readFound: state.selectedFound == nil ? "no text is selected" : nil
    case .weighMore, .weighLess: state.weighingUnavailable
    default: nil
    }
  }

  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .readFound:
      Action.Row(
        "Read the found text", "Read", "Opens the whole text that the sum found, with its fields",
        [KeyPress(.enter)], [.view(.vectors)])
    case .weighMore:
      Action.Row(
        "Weigh the term more", "More", "Adds 0.1 to the weight of the selected term; arrows select one",
        [KeyPress("+")], [.view(.vectors)])
    case .weighLess:
      Action.Row(
        "Weigh the term less", "Less", "Takes 0.1 from the weight of the selected term; arrows select one",
        [KeyPress("-")], [.view(.vectors)])
    default: nil
    }
  }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    let layout = VectorsLayout(inner, hasAxis: state.vectors.shown?.hasAxis == true)
    let index = state.vectors.rows.offset + point.row - layout.list.top
    if layout.list.contains(point), index < state.vectors.rows.count { state.vectors.rows.select(index) }
    return []
  }

  static func turn(_ state: inout State, by lines: Int, at point: Point, in inner: Rect) {
    state.vectors.rows.scroll(by: lines)
  }

  static func selectedText(_ state: State) -> String? { state.selectedFound?.text }

  static func table(_ state: State) -> ViewTable? { state.vectors.shown?.table }

  /// `terms`, `sum`, `axis`, `row 3`, `ends`.
  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    let layout = VectorsLayout(inner, hasAxis: state.vectors.shown?.hasAxis == true)
    let words = element.split(separator: " ")
    switch words.first {
    case "terms": return layout.terms
    case "sum": return layout.facts
    case "axis": return layout.scale.rows > 0 ? layout.scale : nil
    case "ends": return layout.ends.rows > 0 ? layout.ends : nil
    case "row":
      guard let number = words.last.flatMap({ Int($0) }) else { return nil }
      let row = number - 1 - state.vectors.rows.offset
      return row >= 0 && row < layout.list.rows ? layout.list.row(row) : nil
    default: return nil
    }
  }
}

extension ShownCombination {
  /// The found texts as rows; terms and the ends of the axis as facts.
  var table: ViewTable {
    let metric = result.list.metric
    func score(_ score: Float) -> ViewTable.Value { .number(Double(metric.isDistance ? -score : score)) }
    var facts: [(name: String, value: ViewTable.Value)] = [("length", .number(Double(result.norm)))]
    for (index, term) in request.terms.enumerated() {
      let known = self.facts(index)
      let words = "\(WeightText.signed(term.weight)) \(term.text)"
      facts.append(("term_\(index + 1)", .text(words)))
      facts.append(("term_\(index + 1)_length", known.norm.map { .number(Double($0)) } ?? .missing))
      facts.append(("term_\(index + 1)_score", known.score.map(score) ?? .missing))
    }
    if let from = request.from, let to = request.to {
      facts += [("axis_from", .text(from)), ("axis_to", .text(to))]
      facts += result.lowest.enumerated().map { ("lowest_\($0 + 1)", .text($1.text)) }
      facts += result.highest.reversed().enumerated().map { ("highest_\($0 + 1)", .text($1.text)) }
    }
    return ViewTable(
      title: "The texts nearest to a weighted sum of vectors", facts: facts,
      columns: [
        .init("rank"), .init("id"), .init("score"), .init("axis", spoken: "place on the axis"), .init("text"),
      ],
      rows: result.list.neighbours.enumerated().map { rank, neighbour in
        [
          .whole(rank + 1), .text(neighbour.id), score(neighbour.score),
          position(rank).map { .number(Double($0)) } ?? .missing, .text(neighbour.text),
        ]
      })
  }
}
