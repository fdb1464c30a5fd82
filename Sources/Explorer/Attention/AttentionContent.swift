import Recipes
import Screen

/// Attention: every head of one text as a small map, one head large.
///
/// Elements for annotations: `head 3 5` (the map of layer 3, head 5), `legend`, `readout`, and in the large map
/// `cell 2 4` (the second token looking at the fourth).
enum AttentionContent: PaneContent {
  static func title(_ state: State, columns: Int) -> String { state.attentionTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? {
    if let description = state.model.description, description.layers == 0 || description.heads == 0 {
      return "\(description.name) has no attention: it looks each token's vector up in a table"
    }
    if let reason = state.unavailable(.attention, needsCorpus: false) { return reason }
    return state.attention.shown == nil ? "the model gave no attention for this text" : nil
  }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    AttentionView(state: state).draw(into: &frame, inner)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleAttention(inner) }

  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] {
    guard let description = state.model.description, description.layers > 0, description.heads > 0,
      !state.query.field.isEmpty
    else { return [] }
    guard state.attentionSide == .document, let text = state.neighbours.selected?.text else {
      return [.attention(AttentionRequest(text: state.query.field.text, encoding: recipe.queries))]
    }
    // Which text is selected is known once the search has answered.
    guard !state.requests.isOutstanding(.search) else { return [] }
    return [.attention(AttentionRequest(text: text, encoding: recipe.documents))]
  }

  static func move(_ state: inout State, _ key: Key) { state.moveAttention(key) }

  static let hints: [Action] = [
    .openHead, .attentionSide, .nextHead, .previousHead, .nextText, .previousText,
  ]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    state.runAttention(action)
    return []
  }

  static func leave(_ state: inout State) -> Bool {
    guard state.attention.isLarge else { return false }
    state.attention.isLarge = false
    return true
  }

  static func unavailable(_ action: Action, _ state: State) -> String? {
    state.attentionUnavailable(action)
  }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    state.pressAttention(point, in: inner)
    return []
  }

  static func drag(_ state: inout State, from: Point, to: Point, in inner: Rect) {
    if state.attention.isLarge { state.pressAttention(to, in: inner) }
  }

  static func selectedText(_ state: State) -> String? {
    state.attentionSide == .query ? state.query.field.text : nil
  }

  static func table(_ state: State) -> ViewTable? { state.attentionTable }

  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    guard let shown = state.attention.shown else { return nil }
    let layout = AttentionLayout(inner, layers: shown.source.layers, heads: shown.source.heads)
    let large = LargeAttentionLayout(inner)
    let words = element.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    switch (words.first, numbers.count, state.attention.isLarge) {
    case ("legend", 0, false): return layout.legend
    case ("readout", 0, let isLarge): return isLarge ? large.readOut : layout.readOut
    case ("head", 2, false):
      let line = numbers[0] - 1 - state.attention.layerOffset
      let place = numbers[1] - 1 - state.attention.headOffset
      guard (0..<layout.shownLayers).contains(line), (0..<layout.shownHeads).contains(place) else {
        return nil
      }
      return layout.place(layer: line, head: place)
    case ("cell", 2, true):
      let map = AttentionView(state: state).matrix(shown, in: large.map)?.layout(in: large.map)
      return map?.place(column: numbers[1] - 1, row: numbers[0] - 1)
    default: return nil
    }
  }

  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .openHead:
      Action.Row(
        "One head large", "Large", "Shows the head under the cursor with its tokens, or all heads again",
        [KeyPress(.enter)], [.view(.attention)])
    case .attentionSide:
      Action.Row(
        "Attention of the query or of the text", "Side", "Whose tokens look at each other",
        [KeyPress("s")], [.view(.attention)])
    case .nextHead:
      Action.Row(
        "Next head", "Next head", "Goes to the next head, also while one is large",
        [KeyPress("n")], [.view(.attention)])
    case .previousHead:
      Action.Row(
        "Previous head", "Previous head", "Goes to the head before, also while one is large",
        [KeyPress("b")], [.view(.attention)])
    default: nil
    }
  }
}
