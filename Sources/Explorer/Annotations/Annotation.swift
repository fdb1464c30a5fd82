import Screen

/// A note on what the screen shows, for teaching: a title, a text, and what it points at.
public struct Annotation: Equatable, Sendable {
  /// The view that it brings on the screen; nil for a note on whatever is there.
  public var view: View?
  public var title: String
  public var text: String
  /// What is pointed at: `query`, `tokens`, `status`, `hints`, `header`, `header pooling`, or an element that the view
  /// knows, such as `row 3`.
  public var highlight: String?

  public init(view: View? = nil, title: String, text: String, highlight: String? = nil) {
    self.view = view
    self.title = title
    self.text = text
    self.highlight = highlight
  }

  /// The facts that `header NAME` can point at.
  static let headerNames = ["model", "dimensions", "pooling", "layer", "prompt", "metric", "b"]
}

/// The notes, and which of them is on the screen.
struct AnnotationState: Equatable, Sendable {
  var all: [Annotation]
  var index = 0
  var isOpen = false

  init(all: [Annotation]) { self.all = all }

  var current: Annotation? { isOpen && all.indices.contains(index) ? all[index] : nil }
}

extension State {
  /// Opens the first note, where there are notes.
  mutating func showFirstAnnotation() {
    guard !annotations.all.isEmpty else { return }
    annotations.index = 0
    openAnnotation()
  }

  /// Goes to another note; a closed one opens first.
  mutating func moveAnnotation(by step: Int) {
    guard annotations.isOpen else { return openAnnotation() }
    let next = annotations.index + step
    guard annotations.all.indices.contains(next) else {
      notice = .hint(step > 0 ? "this is the last annotation" : "this is the first annotation")
      return
    }
    annotations.index = next
    openAnnotation()
  }

  private mutating func openAnnotation() {
    annotations.isOpen = true
    guard let view = annotations.current?.view, !shows(view) else { return }
    self.view = view
    if focusedView != nil { focus = .pane(view) }
  }

  /// Where an element of the screen lies that is no view's; nil where it is not there.
  func place(of element: String) -> Rect? {
    let layout = layout
    switch element {
    case "header": return layout.header
    case "query": return layout.query
    case "tokens": return layout.tokens
    case "status": return layout.status
    case "hints": return layout.hints
    default:
      guard element.hasPrefix("header ") else { return nil }
      let name = element.dropFirst("header ".count)
      return HeaderView(self).spots(layout.header).first { $0.name == name }?.rect
    }
  }
}
