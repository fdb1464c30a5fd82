import Recipes
import Screen

/// Pooling × instruction: the user's own instructions, the cursor, what is prepared for drawing.
struct GridState: Equatable, Sendable {
  /// The user's own instructions, for as long as the explorer runs.
  var own: [String] = []
  var row = 0
  var column = 0
  var firstRow = 0
  var firstColumn = 0
  /// What is on the screen, prepared for drawing.
  var shown: ShownGrid?

  /// How many of the nearest texts are compared with those of the declared recipe.
  static let depth = 10
  /// How many instructions of one's own there may be: each costs a pass of the query.
  static let ownLimit = 50
}

/// The grid prepared for drawing, so that a frame costs no more than its cells.
struct ShownGrid: Equatable, Sendable {
  struct Cell: Equatable, Sendable {
    var found: RecipeGrid.Cell
    /// True for what an earlier wording of the instruction found.
    var isEarlier: Bool
  }

  /// How much a small change of the instruction matters.
  enum Stability: Equatable, Sendable {
    /// The same texts in the same order.
    case same
    /// The same texts in another order, the first one included.
    case reordered
    /// Another first text, or another text among the nearest.
    case changed

    var sign: String {
      switch self {
      case .same: "="
      case .reordered: "≈"
      case .changed: "≠"
      }
    }

    var words: String {
      switch self {
      case .same: "same texts in the same order"
      case .reordered: "same texts in another order"
      case .changed: "other texts"
      }
    }
  }

  struct Variant: Equatable, Sendable {
    var variant: InstructionVariant
    /// True for the ending that the instruction has.
    var isOwn: Bool
    /// nil while it is not known.
    var found: RecipeGrid.Cell?
    /// How many of the nearest texts are those of the instruction as it is; nil while it is not known.
    var overlap: Int?
    var stability: Stability?
  }

  let plan: GridPlan
  let source: Inquiry.Shown
  let row: Int
  let column: Int
  let metric: Metric
  let depth: Int
  /// `[rows][columns]` of the plan; nil where nothing is known.
  let cells: [[Cell?]]
  /// Of the instruction and pooling under the cursor.
  let variants: [Variant]
}

extension ShownGrid {
  /// Lays an answer out in the rows and columns of a plan.
  init?(_ plan: GridPlan, _ source: Inquiry.Shown, row: Int, column: Int, of state: State) {
    guard case .grid(let request) = source.request, case .grid(let result) = source.result else { return nil }
    self.plan = plan
    self.source = source
    self.row = row
    self.column = column
    metric = result.metric
    depth = request.depth
    let columns = plan.columns.map { column in request.poolings.firstIndex(of: column.pooling) }
    func found(_ instruction: Int, _ pooling: Int?) -> RecipeGrid.Cell? {
      guard let pooling, result.cells.indices.contains(instruction),
        result.cells[instruction].indices.contains(pooling)
      else { return nil }
      return result.cells[instruction][pooling]
    }
    cells = plan.rows.map { row in
      let exact = request.instructions.firstIndex { $0.recipe == row.recipe }
      let place = exact ?? request.instructions.firstIndex { $0.name == row.name }
      guard row.refusal == nil, let place else { return columns.map { _ in nil } }
      return columns.map { found(place, $0).map { Cell(found: $0, isEarlier: exact == nil) } }
    }
    guard plan.rows.indices.contains(row), columns.indices.contains(column) else {
      variants = []
      return
    }
    let base = cells[row][column].flatMap { $0.isEarlier ? nil : $0.found }
    variants = state.gridVariants(of: plan.rows[row]).map { variant, recipe in
      let place = request.instructions.firstIndex { $0.recipe == recipe }
      return Variant(
        variant, isOwn: recipe == plan.rows[row].recipe, found: place.flatMap { found($0, columns[column]) },
        base: base)
    }
  }

  /// Whether a cell has the first text of the declared recipe; nil where one of them is not known.
  func agrees(_ cell: RecipeGrid.Cell) -> Bool? {
    cells.first?.first?.map { $0.found.id == cell.id }
  }

  /// The cell under the cursor.
  var selected: Cell? {
    guard cells.indices.contains(row), cells[row].indices.contains(column) else { return nil }
    return cells[row][column]
  }

  /// How many of the declared recipe's nearest texts a cell has too.
  func overlap(_ cell: RecipeGrid.Cell) -> Int? {
    guard cell.overlap.isFinite, (0...1).contains(cell.overlap) else { return nil }
    return Int((cell.overlap * Double(depth)).rounded())
  }
}

extension ShownGrid.Variant {
  init(
    _ variant: InstructionVariant, isOwn: Bool, found: RecipeGrid.Cell?, base: RecipeGrid.Cell?
  ) {
    self.variant = variant
    self.isOwn = isOwn
    self.found = found
    guard let found, let base, !found.ids.isEmpty, !base.ids.isEmpty else { return }
    let common = Set(base.ids).intersection(found.ids).count
    overlap = common
    if found.ids == base.ids {
      stability = .same
    } else {
      stability = common == base.ids.count && found.id == base.id ? .reordered : .changed
    }
  }
}

extension RecipeGrid.Cell {
  /// The beginning of the first text, or its id where it has no words.
  func firstWords(_ columns: Int) -> String {
    let text = text.prefixOnOneLine(columns)
    return text.isEmpty ? id : text
  }
}

extension State {
  /// Brings cursor, scroll and what is prepared for drawing in line.
  mutating func settleGrid(_ inner: Rect?) {
    guard let inner, let plan = gridPlan, let source = inquiries[.grid].shown else {
      if inner == nil || gridPlan == nil { grid.shown = nil }
      return
    }
    grid.row = min(max(0, grid.row), max(0, plan.rows.count - 1))
    grid.column = min(max(0, grid.column), max(0, plan.columns.count - 1))
    let shown = grid.shown
    if shown?.plan != plan || shown?.source != source || shown?.row != grid.row
      || shown?.column != grid.column
    {
      grid.shown = ShownGrid(plan, source, row: grid.row, column: grid.column, of: self)
    }
    let layout = GridLayout(inner, columns: plan.columns.count)
    grid.firstRow = Self.scrolled(
      grid.firstRow, showing: grid.row, of: plan.rows.count, room: layout.visibleRows)
    grid.firstColumn = Self.scrolled(
      grid.firstColumn, showing: grid.column, of: plan.columns.count, room: layout.visibleColumns)
  }

  /// The least change of a scroll position that shows an item.
  private static func scrolled(_ first: Int, showing item: Int, of count: Int, room: Int) -> Int {
    let room = max(1, room)
    return max(0, min(min(max(first, item - room + 1), item), count - room))
  }

  /// True once the grid has been of another query, corpus or recipe for longer than a moment.
  ///
  /// Another instruction alone makes only its own row wait.
  var gridIsMarked: Bool {
    guard case .grid(let shown)? = inquiries[.grid].shown?.request,
      case .grid(let asked)? = inquiries[.grid].asked
    else { return false }
    if shown.query == asked.query, shown.corpus == asked.corpus, shown.declared == asked.declared {
      return false
    }
    return isMarked(.grid)
  }

  var gridUnavailable: String? {
    if let reason = model.description?.refusal(of: overridesOfGrid) {
      return "the choices in force do not fit the model's own pooling: \(reason)"
    }
    return unavailable(.grid)
  }
}
