import Recipes
import Screen

extension Action {
  /// Why it cannot be done now; nil where it can.
  func unavailable(_ state: State) -> String? {
    switch self {
    case .chooseInstruction, .choosePooling, .chooseMetric:
      state.model.description == nil ? state.modelUnavailable : nil
    case .openHistory:
      state.query.history.isEmpty ? "no query has been kept; Enter in the query keeps one" : nil
    case .pullModel: state.model.offer == nil ? "no model is missing" : nil
    case .resetRecipe:
      state.overrides == .init() ? "every value is the model's own" : nil
    case .acceptQuery: state.query.field.isEmpty ? "the query is empty" : nil
    case .openText: state.neighbours.selected == nil ? "no text is selected" : nil
    case .addQuery: state.addingUnavailable(state.query.field.text, "the query is empty")
    case .addSelected: state.addingUnavailable(state.selectedText ?? "", "no text is selected")
    case .removeText: removeUnavailable(state)
    case .clearList: state.heatmap.texts.isEmpty ? "the list is empty" : nil
    case .compareMore, .compareFewer:
      state.heatmap.mode == .list ? "the list is compared whole" : nil
    case .accept: acceptUnavailable(state)
    case .toggle: toggleUnavailable(state)
    case .switchSide:
      if case .recipe(let popup) = state.popup, case .instruction = popup.subject {
        nil
      } else {
        "only the instruction has two sides"
      }
    case .help, .palette, .chooseModel, .nextView, .chooseTheme, .openCorpus, .focusNext, .focusPrevious,
      .back, .moveUp,
      .moveDown, .moveLeft, .moveRight, .pageUp, .pageDown, .moveToFirst, .moveToLast, .pasteLines,
      .switchHeatmap, .switchRange, .suspend, .interrupt, .quit:
      nil
    }
  }

  private func acceptUnavailable(_ state: State) -> String? {
    guard let popup = state.popup else { return "no popup is open" }
    return popup == .pull && state.model.offer?.isRunning == true ? "it is being fetched" : nil
  }

  private func removeUnavailable(_ state: State) -> String? {
    if state.heatmap.texts.isEmpty { return "the list is empty" }
    guard state.heatmap.mode == .query else { return nil }
    return "these are results; \(state.hint(.switchHeatmap, "goes to the list"))"
  }

  private func toggleUnavailable(_ state: State) -> String? {
    guard case .recipe(let popup) = state.popup, let index = popup.list.selectedIndex else {
      return "nothing to switch"
    }
    let choices = state.choices(popup)
    guard choices.indices.contains(index), choices[index].kind == .toggle else {
      return "this row has nothing to switch"
    }
    return choices[index].item.disabledReason
  }
}
