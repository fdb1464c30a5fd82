import Screen

/// Where the parts of the screen are.
struct Layout: Equatable {
  struct Pane: Equatable {
    var view: View
    /// With its border.
    var rect: Rect
  }

  /// The size below which there is only a line that says so.
  static let smallest = Size(columns: 80, rows: 24)
  /// From so many columns there are two panes.
  static let twoPaneColumns = 100

  var header: Rect
  var query: Rect
  var tokens: Rect
  var body: Rect
  var status: Rect
  var hints: Rect
  /// From left to right.
  var panes: [Pane]

  init(size: Size, view: View, isZoomed: Bool = false) {
    let screen = Rect(origin: .zero, size: size)
    let (top, rest) = screen.split(top: 3)
    (header, query, tokens) = (top.row(0), top.row(1), top.row(2))
    let foot: Rect
    (body, foot) = rest.split(top: rest.rows - 2)
    (status, hints) = (foot.row(0), foot.row(1))
    guard size.columns >= Self.twoPaneColumns, !isZoomed, !view.isWide else {
      panes = [Pane(view: view, rect: body)]
      return
    }
    let (left, right) = body.split(left: (body.columns + 1) / 2)
    panes = [Pane(view: .neighbours, rect: left), Pane(view: view.beside, rect: right)]
  }

  static func isTooSmall(_ size: Size) -> Bool {
    size.columns < smallest.columns || size.rows < smallest.rows
  }

  func pane(of view: View) -> Pane? { panes.first { $0.view == view } }
}

extension State {
  var layout: Layout { Layout(size: size, view: view, isZoomed: isZoomed) }

  /// True where a view is on the screen.
  func shows(_ view: View) -> Bool { layout.pane(of: view) != nil }
}
