import Recipes
import Screen

/// Layers: the query's nearest texts at every layer, and where the ranking settles.
///
/// Elements for annotations: `settled`, `memory`, `curve`, `followed`, `layer 3` (that layer's block), `cell 3 1`
/// (the first text of layer 3).
enum LayersContent: PaneContent {
  static func title(_ state: State, columns: Int) -> String { state.layersTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? {
    if let description = state.model.description, description.layers == 0 {
      return "\(description.name) has no layers: it looks each token's vector up in a table"
    }
    return state.unavailable(.layers)
  }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    LayersView(state: state).draw(into: &frame, inner)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleLayers(inner) }

  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] {
    guard let description = state.model.description, description.layers > 0, !state.query.field.isEmpty,
      state.corpus.summary != nil
    else { return [] }
    // Neither the layer in use nor how far its index is changes what a sweep of all layers finds.
    var recipe = recipe
    recipe.readout.layer = description.layers
    return [
      .layers(
        LayersRequest(
          query: state.query.field.text, recipe: recipe,
          corpus: CorpusStamp(version: state.corpus.version, indexed: 0),
          followed: state.layers.followed, top: LayersState.top))
    ]
  }

  static func move(_ state: inout State, _ key: Key) { state.moveLayers(key) }

  static let hints: [Action] = [.takeLayer, .followText, .nextText, .previousText]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    state.runLayers(action)
    return []
  }

  static func unavailable(_ action: Action, _ state: State) -> String? { state.layersUnavailable(action) }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    state.pressLayers(point, in: inner)
    return []
  }

  /// The first text of the layer under the cursor.
  static func selectedText(_ state: State) -> String? {
    state.layers.shown.flatMap { $0.layers[state.layersCursor]?.nearest.first?.text }
  }

  static func table(_ state: State) -> ViewTable? { state.layersTable }

  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    guard let shown = state.layers.shown else { return nil }
    let layout = LayersLayout(inner, layers: shown.layers.count)
    let words = element.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    switch (words.first, numbers.count) {
    case ("settled", 0): return layout.facts.row(0)
    case ("memory", 0): return layout.facts.rows > 1 ? layout.facts.row(1) : nil
    case ("curve", 0): return layout.curve
    case ("followed", 0): return layout.followed.rows > 0 ? layout.followed : nil
    case ("layer", 1):
      guard shown.layers.indices.contains(numbers[0]) else { return nil }
      return layout.block(numbers[0], offset: state.layers.offset)
    case ("cell", 2):
      guard shown.layers.indices.contains(numbers[0]), numbers[1] >= 1,
        let block = layout.block(numbers[0], offset: state.layers.offset), numbers[1] < block.rows
      else { return nil }
      return block.row(numbers[1])
    default: return nil
    }
  }

  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .takeLayer:
      Action.Row(
        "Use this layer", "Use layer",
        "Pools the layer under the cursor; the last one is the model's own choice",
        [KeyPress(.enter)], [.view(.layers)])
    case .followText:
      Action.Row(
        "Follow the selected text through the layers", "Follow",
        "The curve is of the selected text; again: of the first at the last layer",
        [KeyPress("f")], [.view(.layers)])
    default: nil
    }
  }
}
