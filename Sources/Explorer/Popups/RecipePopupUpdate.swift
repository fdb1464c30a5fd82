import Recipes
import Screen

extension State {
  /// Opens a popup of the recipe; where it is open already, goes to its next row.
  mutating func openRecipePopup(_ subject: RecipePopup.Subject) {
    if case .recipe(let popup) = popup, popup.subject.opener == subject.opener {
      let count = popup.list.matches.count
      let next = ((popup.list.list.selection ?? -1) + 1) % max(1, count)
      selectInRecipePopup { $0.select(line: next) }
      return
    }
    closePopup(keeping: false)
    present(subject, before: overrides)
  }

  private mutating func present(_ subject: RecipePopup.Subject, before: RecipeOverrides) {
    var popup = RecipePopup(
      subject: subject, before: before, list: PopupList(title: "", items: [], isFilterable: false),
      field: TextField())
    if case .instruction(let role) = subject {
      let prompt = role == .document ? recipe?.documentPrompt : recipe?.queryPrompt
      popup.field = TextField(PromptText.escaped(prompt?.text ?? ""))
    }
    let choices = choices(popup)
    popup.list = PopupList(
      title: subject.title, items: choices.map(\.item), isFilterable: false,
      selected: choices.firstIndex { $0.item.isCurrent })
    popup.isTyping = popup.list.selectedIndex.map { choices[$0].kind == .ownWords } ?? false
    self.popup = .recipe(popup)
  }

  /// Changes the selection, and the recipe with it where the popup is live.
  mutating func selectInRecipePopup(_ change: (inout PopupList) -> Void) {
    guard case .recipe(var popup) = popup else { return }
    let before = popup.list.selectedIndex
    change(&popup.list)
    let choices = choices(popup)
    guard let index = popup.list.selectedIndex, choices.indices.contains(index), index != before else {
      return
    }
    popup.isTyping = choices[index].kind == .ownWords
    self.popup = .recipe(popup)
    guard popup.isLive else { return }
    switch choices[index].kind {
    case .option, .ownWords: preview(choices[index])
    case .toggle, .template: break
    }
  }

  /// Types into the line of the user's own instruction, which a first letter selects.
  mutating func editInstruction(_ edit: (inout TextField) -> Bool) -> Bool {
    guard case .recipe(var popup) = popup, case .instruction = popup.subject else { return false }
    if !popup.isTyping { popup.field.replace(with: "") }
    guard edit(&popup.field) else { return false }
    popup.isTyping = true
    let choices = choices(popup)
    popup.list.select(line: choices.count - 1)
    self.popup = .recipe(popup)
    if popup.isLive, let choice = choices.last { preview(choice) }
    return true
  }

  /// Space: switches the row where it is a switch.
  mutating func toggleInRecipePopup() {
    guard case .recipe(let popup) = popup, let index = popup.list.selectedIndex else { return }
    let choices = choices(popup)
    guard choices.indices.contains(index), choices[index].kind == .toggle else { return }
    if let reason = choices[index].item.disabledReason {
      notice = .hint(reason)
    } else {
      preview(choices[index])
    }
  }

  /// Tab: the other side of the search, what is previewed on this side stays until Esc.
  mutating func switchSide() {
    guard case .recipe(let popup) = popup, case .instruction(let role) = popup.subject else { return }
    present(.instruction(role == .query ? .document : .query), before: popup.before)
  }

  /// Enter: keeps what is selected and closes, or says why it cannot be.
  mutating func acceptRecipePopup() {
    guard case .recipe(let popup) = popup else { return }
    let choices = choices(popup)
    if let index = popup.list.selectedIndex, choices.indices.contains(index) {
      if let reason = choices[index].item.disabledReason {
        notice = .hint(reason)
        return
      }
      if case .template(let words) = choices[index].kind {
        writeInstruction(words)
        return
      }
      if !popup.isLive { preview(choices[index]) }
    }
    self.popup = nil
  }

  /// Puts words on the line of the user's own instruction, to be changed there.
  private mutating func writeInstruction(_ words: String) {
    guard case .recipe(var popup) = popup else { return }
    popup.field = TextField(PromptText.escaped(words))
    popup.isTyping = true
    let choices = choices(popup)
    popup.list.select(line: choices.count - 1)
    self.popup = .recipe(popup)
    if popup.isLive, let choice = choices.last { preview(choice) }
  }

  private mutating func preview(_ choice: RecipeChoice) {
    guard choice.item.disabledReason == nil else { return }
    setOverrides(choice.overrides)
  }

  /// Puts choices in force; those that do not fit the model are refused with a notice.
  mutating func setOverrides(_ new: RecipeOverrides) {
    guard let description = model.description else {
      overrides = new
      return
    }
    do {
      recipe = try description.recipe(new)
      overrides = new
    } catch {
      notice = .hint(error.description)
    }
  }
}

extension RecipePopup.Subject {
  var title: String {
    switch self {
    case .instruction(.document): "Instruction of documents (Tab: of queries)"
    case .instruction: "Instruction of queries (Tab: of documents)"
    case .pooling: "Pooling"
    case .metric: "Metric"
    case .dimensions: "Dimensions"
    case .layer: "Layer"
    case .precision: "Precision"
    }
  }
}
