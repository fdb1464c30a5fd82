import Recipes
import Screen

/// Tokens: why a text matches, token by token.
///
/// Elements for annotations: `seen`, `shares`, `matrix` (the panels), `sum`, `method`, `legend`, `token 5`
/// (the text's fifth token among the shares), `cell 2 4` (the query's second token, the text's fourth).
enum TokensContent: PaneContent {
  static let settings = [
    Setting("panel of Tokens", \.tokens.panel), Setting("side of Tokens", \.tokens.side),
    Setting("order of the shares", \.tokens.order), Setting("values of token pairs", \.tokens.values),
  ]

  static func title(_ state: State, columns: Int) -> String { state.tokensTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? {
    state.unavailable(.explanation, needsCorpus: false)
  }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    TokensView(state: state).draw(into: &frame, inner)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleTokens(inner) }

  /// The selected text is known once the search has answered: until then the last explanation stays.
  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] {
    guard !state.query.field.isEmpty, !state.requests.isOutstanding(.search) else { return [] }
    return [
      .explanation(
        ExplanationRequest(
          query: state.query.field.text, text: state.neighbours.selected?.text ?? "", recipe: recipe))
    ]
  }

  static func move(_ state: inout State, _ key: Key) { state.moveTokens(key) }

  static let hints: [Action] = [
    .tokensPanel, .tokensSide, .tokensOrder, .tokensValues, .nextText, .previousText,
  ]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    state.runTokens(action)
    return []
  }

  static func unavailable(_ action: Action, _ state: State) -> String? { state.tokensUnavailable(action) }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    state.pressTokens(point, in: inner)
    return []
  }

  static func drag(_ state: inout State, from: Point, to: Point, in inner: Rect) {
    guard TokensLayout(inner, panel: state.tokensPanel).panel(at: from) == .matrix else { return }
    state.pressTokens(to, in: inner)
  }

  static func turn(_ state: inout State, by lines: Int, at point: Point, in inner: Rect) {
    let layout = TokensLayout(inner, panel: state.tokensPanel)
    if let panel = layout.panel(at: point), state.tokens.shown?.document != nil { state.tokens.panel = panel }
    for _ in 0..<min(abs(lines), 100) { state.moveTokens(lines < 0 ? .up : .down) }
  }

  static func selectedText(_ state: State) -> String? {
    state.tokensSide == .query ? state.query.field.text : nil
  }

  static func table(_ state: State) -> ViewTable? { state.tokensTable }

  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    TokensView(state: state).place(of: element, in: inner)
  }

  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .tokensPanel:
      Action.Row(
        "Next panel of Tokens", "Panel",
        "What the model saw, shares of the score, or tokens against tokens",
        [KeyPress("p")], [.view(.tokens)])
    case .tokensSide:
      Action.Row(
        "Tokens of the query or of the text", "Side", "Whose tokens the arrows go through",
        [KeyPress("s")], [.view(.tokens)])
    case .tokensOrder:
      Action.Row(
        "Order of the shares", "Order", "Lists tokens by their place in the text, or the largest share first",
        [KeyPress("o")], [.view(.tokens)])
    case .tokensValues:
      Action.Row(
        "Similarities or contributions", "Values",
        "The cosine of two tokens’ states, or what the pair adds to the score",
        [KeyPress("v")], [.view(.tokens)])
    default: nil
    }
  }
}
