import Recipes
import Screen

/// Metric: what each metric finds, and how long the texts are that it finds.
enum MetricsContent: PaneContent {
  static func title(_ state: State, columns: Int) -> String { state.metricsTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? { state.unavailable(.metrics) }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    MetricsPaneView(state)?.draw(into: &frame, inner)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.keepMetricCursor() }

  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] {
    state.metricsRequest(recipe).map { [$0] } ?? []
  }

  static func move(_ state: inout State, _ key: Key) { state.moveMetricCursor(key) }

  static let hints: [Action] = [.takeMetric, .moveLeft, .moveRight]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    if action == .takeMetric { state.takeMetric() }
    return []
  }

  static func unavailable(_ action: Action, _ state: State) -> String? { state.takeMetricUnavailable }

  static func row(of action: Action) -> Action.Row? {
    guard action == .takeMetric else { return nil }
    return Action.Row(
      "Take the metric under the cursor", "Take", "Puts it in the recipe: Neighbours ranks by it",
      [KeyPress(.enter)], [.view(.metric)])
  }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    guard let view = MetricsPaneView(state), let place = view.place(at: point, inner) else { return [] }
    state.metrics.metric = place.metric
    if let row = place.row { state.metrics.row = row }
    state.keepMetricCursor()
    return []
  }

  static func selectedText(_ state: State) -> String? { state.metricFound?.neighbour.text }

  static func table(_ state: State) -> ViewTable? { state.metricsTable }

  /// Elements: a metric's name for its column, `row N`, `notes`, `read-out`.
  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    MetricsPaneView(state)?.rect(of: element, inner)
  }
}
