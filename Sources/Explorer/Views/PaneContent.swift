import Recipes
import Screen

/// What the explorer needs of a view: each is a folder of state, update and view that ends in one of these.
///
/// Everything is a function of the state; `inner` is the place inside of the pane's border.
protocol PaneContent {
  /// The pane's title: what is shown, of how many, what is out of date.
  static func title(_ state: State, columns: Int) -> String
  /// Why there is nothing to show; nil where there is.
  static func unavailable(_ state: State) -> String?
  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect)
  /// Brings selections, cursors and what is prepared for drawing in line; nil while it is not on the screen.
  static func settle(_ state: inout State, _ inner: Rect?)
  /// What it needs of the engine while it is on the screen.
  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest]
  /// Moves the selection or the cursor by a key of lists.
  static func move(_ state: inout State, _ key: Key)
  /// Runs one of the view's own actions.
  static func run(_ state: inout State, _ action: Action) -> [Effect]
  /// Esc: one level out within the view; false where the view is at its outermost.
  static func leave(_ state: inout State) -> Bool
  /// Why one of the view's own actions cannot be done now; nil where it can.
  static func unavailable(_ action: Action, _ state: State) -> String?
  /// The row of the action table of one of the view's own actions; nil for others.
  static func row(of action: Action) -> Action.Row?
  /// The actions that the hint line shows first.
  static var hints: [Action] { get }
  /// Sentences for the help on how to read what is drawn, each no longer than a line of it.
  static var notes: [String] { get }
  /// The view's own settings, for undo and redo; their order never changes while the program runs.
  static var settings: [Setting] { get }
  /// The list whose scroll bar stands on the pane's right border; nil where there is none.
  static var list: (any WritableKeyPath<State, ScrollList> & Sendable)? { get }
  /// A click with the first button.
  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect]
  /// A drag with the first button, cell by cell.
  static func drag(_ state: inout State, from: Point, to: Point, in inner: Rect)
  /// A turn of the wheel, three lines a notch; down is positive.
  static func turn(_ state: inout State, by lines: Int, at point: Point, in inner: Rect)
  /// The text under the selection or the cursor, for copying, reading and adding to the list.
  static func selectedText(_ state: State) -> String?
  /// What is shown as rows and columns, for export, pipes and screen readers; nil while there is nothing.
  static func table(_ state: State) -> ViewTable?
  /// Where an element that an annotation names lies, such as `row 3`; nil where it is not on the screen.
  static func place(of element: String, _ state: State, in inner: Rect) -> Rect?
}

extension PaneContent {
  static func settle(_ state: inout State, _ inner: Rect?) {}
  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] { [] }
  static func move(_ state: inout State, _ key: Key) {}
  static func run(_ state: inout State, _ action: Action) -> [Effect] { [] }
  static func leave(_ state: inout State) -> Bool { false }
  static func unavailable(_ action: Action, _ state: State) -> String? { nil }
  static func row(of action: Action) -> Action.Row? { nil }
  static var hints: [Action] { [] }
  static var notes: [String] { [] }
  static var settings: [Setting] { [] }
  static var list: (any WritableKeyPath<State, ScrollList> & Sendable)? { nil }
  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] { [] }
  static func drag(_ state: inout State, from: Point, to: Point, in inner: Rect) {}
  static func turn(_ state: inout State, by lines: Int, at point: Point, in inner: Rect) {
    for _ in 0..<abs(lines) { move(&state, lines < 0 ? .up : .down) }
  }
  static func selectedText(_ state: State) -> String? { nil }
  static func table(_ state: State) -> ViewTable? { nil }
  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? { nil }
}

/// What a view shows, as rows and columns.
public struct ViewTable: Equatable, Sendable {
  public enum Value: Equatable, Sendable {
    case text(String)
    case number(Double)
    case whole(Int)
    case flag(Bool)
    /// Not known, or it does not apply.
    case missing
  }

  public struct Column: Equatable, Sendable {
    /// The key in JSON and the head in CSV.
    public var name: String
    /// How a sentence names it.
    public var spoken: String

    public init(_ name: String, spoken: String? = nil) {
      self.name = name
      self.spoken = spoken ?? name
    }
  }

  /// What the table is of, in a sentence.
  public var title: String
  /// Facts about the whole, such as the margin or the trustworthiness.
  public var facts: [(name: String, value: Value)]
  public var columns: [Column]
  public var rows: [[Value]]

  public init(
    title: String, facts: [(name: String, value: Value)] = [], columns: [Column], rows: [[Value]]
  ) {
    self.title = title
    self.facts = facts
    self.columns = columns
    self.rows = rows
  }

  public static func == (a: ViewTable, b: ViewTable) -> Bool {
    a.title == b.title && a.columns == b.columns && a.rows == b.rows
      && a.facts.map(\.name) == b.facts.map(\.name) && a.facts.map(\.value) == b.facts.map(\.value)
  }
}
