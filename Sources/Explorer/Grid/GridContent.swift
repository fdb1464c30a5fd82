import Recipes
import Screen

/// Pooling × instruction: what every pooling finds with every instruction.
enum GridContent: PaneContent {
  static func title(_ state: State, columns: Int) -> String { state.gridTitle(columns: columns) }

  static func unavailable(_ state: State) -> String? { state.gridUnavailable }

  static func draw(_ state: State, into frame: inout Frame, _ inner: Rect) {
    GridView(state: state, inner: inner)?.draw(into: &frame)
  }

  static func settle(_ state: inout State, _ inner: Rect?) { state.settleGrid(inner) }

  static func requests(_ state: State, _ recipe: Recipe) -> [ViewRequest] {
    [state.gridRequest()].compactMap(\.self)
  }

  static func move(_ state: inout State, _ key: Key) { state.moveInGrid(key) }

  static let hints: [Action] = [.openGridRecipe, .editInstruction, .addInstruction, .removeInstruction]

  static func run(_ state: inout State, _ action: Action) -> [Effect] {
    switch action {
    case .openGridRecipe: state.openGridRecipe()
    case .editInstruction: state.editGridInstruction()
    case .addInstruction: state.addGridInstruction("")
    case .removeInstruction: state.removeGridInstruction()
    default: break
    }
    return []
  }

  static func unavailable(_ action: Action, _ state: State) -> String? {
    switch action {
    case .openGridRecipe: state.gridUnavailable ?? state.openingUnavailable
    case .editInstruction:
      state.selectedGridRow?.ownIndex == nil ? state.addingInstructionUnavailable : state.gridUnavailable
    case .addInstruction: state.addingInstructionUnavailable
    case .removeInstruction:
      state.selectedGridRow?.ownIndex == nil ? "the selected instruction is not one of your own" : nil
    default: nil
    }
  }

  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .openGridRecipe:
      Action.Row(
        "Open the recipe of the cell", "Open", "Puts the cell's instruction and pooling in force",
        [KeyPress(.enter)], [.view(.grid)])
    case .editInstruction:
      Action.Row(
        "Edit an instruction of the grid", "Edit",
        "Edits your instruction, or a new one from this; its row follows as you type",
        [KeyPress("i")], [.view(.grid)])
    case .addInstruction:
      Action.Row(
        "Add an instruction to the grid", "New", "Opens a line for an instruction of your own",
        [KeyPress("n")], [.view(.grid)])
    case .removeInstruction:
      Action.Row(
        "Remove an instruction from the grid", "Remove", "Removes your own instruction under the cursor",
        [KeyPress("d"), KeyPress(.delete)], [.view(.grid)])
    default: nil
    }
  }

  static func press(_ state: inout State, _ point: Point, in inner: Rect) -> [Effect] {
    guard let plan = state.grid.shown?.plan else { return [] }
    let layout = GridLayout(inner, columns: plan.columns.count)
    for row in 0..<layout.visibleRows where layout.row(row).contains(point) {
      guard plan.rows.indices.contains(state.grid.firstRow + row) else { return [] }
      state.grid.row = state.grid.firstRow + row
      for column in 0..<layout.visibleColumns where layout.cell(row: row, column: column).contains(point) {
        state.grid.column = min(state.grid.firstColumn + column, plan.columns.count - 1)
      }
    }
    return []
  }

  static func selectedText(_ state: State) -> String? { state.grid.shown?.selected?.found.text }

  static func table(_ state: State) -> ViewTable? { state.grid.shown?.table }

  /// `row 3`, `cell 3 2` (row and column, from 1), `variants`, `legend`, `read-out`.
  static func place(of element: String, _ state: State, in inner: Rect) -> Rect? {
    guard let plan = state.grid.shown?.plan else { return nil }
    let layout = GridLayout(inner, columns: plan.columns.count)
    let words = element.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    func shown(_ number: Int?, _ first: Int, _ count: Int) -> Int? {
      guard let number, number > first, number <= first + count else { return nil }
      return number - 1 - first
    }
    let row = shown(numbers.first, state.grid.firstRow, layout.visibleRows)
    switch words.first {
    case "row": return row.map(layout.row)
    case "cell":
      let column = shown(numbers.dropFirst().first, state.grid.firstColumn, layout.visibleColumns)
      guard let row, let column else { return nil }
      return layout.cell(row: row, column: column)
    case "variants": return layout.variants
    case "legend": return layout.legend
    case "read-out": return layout.readOut
    default: return nil
    }
  }
}
