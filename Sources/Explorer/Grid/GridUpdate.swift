import Recipes
import Screen

extension State {
  mutating func moveInGrid(_ key: Key) {
    guard let plan = gridPlan else { return }
    let (lastRow, lastColumn) = (plan.rows.count - 1, plan.columns.count - 1)
    switch key {
    case .up: grid.row -= 1
    case .down: grid.row += 1
    case .left: grid.column -= 1
    case .right: grid.column += 1
    case .pageUp: grid.row -= 5
    case .pageDown: grid.row += 5
    case .home: (grid.row, grid.column) = (0, 0)
    case .end: (grid.row, grid.column) = (lastRow, lastColumn)
    default: break
    }
    grid.row = min(max(0, grid.row), max(0, lastRow))
    grid.column = min(max(0, grid.column), max(0, lastColumn))
  }

  /// The row under the cursor.
  var selectedGridRow: GridPlan.Row? {
    guard let plan = gridPlan, plan.rows.indices.contains(grid.row) else { return nil }
    return plan.rows[grid.row]
  }

  /// Why the recipe under the cursor cannot be opened; nil where it can.
  var openingUnavailable: String? {
    guard let plan = gridPlan, plan.rows.indices.contains(grid.row),
      plan.columns.indices.contains(grid.column)
    else { return "no cell is selected" }
    let (row, column) = (plan.rows[grid.row], plan.columns[grid.column])
    if let reason = row.refusal ?? column.refusal { return reason }
    return row.isInForce && column.isInForce ? "this recipe is in force" : nil
  }

  /// Puts the recipe under the cursor in force.
  mutating func openGridRecipe() {
    guard let plan = gridPlan, plan.rows.indices.contains(grid.row),
      plan.columns.indices.contains(grid.column)
    else { return }
    var changed = overrides
    changed.queryPrompt = plan.rows[grid.row].choice
    changed.pooling = plan.columns[grid.column].choice
    setOverrides(changed)
  }

  /// Opens the line of the selected instruction, or of a new one that begins with its words.
  mutating func editGridInstruction() {
    guard let row = selectedGridRow else { return }
    if let index = row.ownIndex, grid.own.indices.contains(index) {
      popup = .line(LinePopup(.instruction(index: index, before: grid.own[index]), grid.own[index]))
    } else {
      addGridInstruction(row.text)
    }
  }

  /// Adds an instruction of one's own and opens its line.
  mutating func addGridInstruction(_ text: String) {
    grid.own.append(text)
    let index = grid.own.count - 1
    grid.row = gridPlan?.rows.firstIndex { $0.ownIndex == index } ?? grid.row
    popup = .line(LinePopup(.instruction(index: index, before: nil), text))
  }

  mutating func removeGridInstruction() {
    guard let index = selectedGridRow?.ownIndex, grid.own.indices.contains(index) else { return }
    grid.own.remove(at: index)
  }

  /// Takes what is typed in the line over at once.
  mutating func writeGridInstruction(_ index: Int, _ text: String) {
    guard grid.own.indices.contains(index) else { return }
    grid.own[index] = PromptText.unescaped(text)
  }

  /// Esc in the line: the instruction is as it was before, a new one is gone.
  mutating func restoreGridInstruction(_ index: Int, _ before: String?) {
    guard grid.own.indices.contains(index) else { return }
    if let before { grid.own[index] = before } else { grid.own.remove(at: index) }
  }

  /// Enter in the line: one that has no words, or that is there already, is not kept twice.
  mutating func keepGridInstruction(_ index: Int) {
    guard grid.own.indices.contains(index) else { return }
    let text = grid.own[index]
    if text.isEmpty {
      grid.own.remove(at: index)
      notice = .hint("an instruction without words is the row “none”")
    } else if let other = grid.own.firstIndex(of: text), other != index {
      grid.own.remove(at: index)
      grid.row = gridPlan?.rows.firstIndex { $0.ownIndex == other } ?? grid.row
      notice = .hint("this instruction is there already")
    }
  }

  var addingInstructionUnavailable: String? {
    if let reason = gridUnavailable { return reason }
    return grid.own.count >= GridState.ownLimit
      ? "there are \(GridState.ownLimit) instructions of your own; remove one first" : nil
  }
}
