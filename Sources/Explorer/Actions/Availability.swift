import Recipes
import Screen

extension Action {
  /// Why it cannot be done now; nil where it can.
  func unavailable(_ state: State) -> String? {
    switch self {
    case .chooseInstruction, .choosePooling, .chooseMetric, .chooseDimensions, .chooseLayer,
      .choosePrecision, .freeze:
      state.model.description == nil ? state.modelUnavailable : nil
    case .openHistory:
      state.query.history.isEmpty ? "no query has been kept; Enter in the query keeps one" : nil
    case .pullModel: state.model.offer == nil ? "no model is missing" : nil
    case .resetRecipe:
      state.overrides == .init() ? "every value is the model's own" : nil
    case .acceptQuery: state.query.field.isEmpty ? "the query is empty" : nil
    case .openText, .nextText, .previousText: state.neighbours.selected == nil ? "no text is selected" : nil
    case .undo: state.undoUnavailable
    case .redo: state.redoUnavailable
    case .copyText: state.selectedText == nil ? "no text is selected" : nil
    case .copyTable: state.tableUnavailable
    case .openEditor: state.editingUnavailable
    case .exportView: state.exportUnavailable
    case .nextAnnotation, .previousAnnotation:
      state.annotations.all.isEmpty ? "there are no annotations; --annotations FILE brings some" : nil
    case .closeAnnotation: state.annotations.isOpen ? nil : "no annotation is open"
    case .addQuery: state.addingUnavailable(state.query.field.text, "the query is empty")
    case .addSelected: addSelectedUnavailable(state)
    case .removeText: state.listTextUnavailable
    case .clearList: state.heatmap.texts.isEmpty ? "the list is empty" : nil
    case .accept: acceptUnavailable(state)
    case .toggle: toggleUnavailable(state)
    case .switchSide:
      if case .recipe(let popup) = state.popup, case .instruction = popup.subject {
        nil
      } else {
        "only the instruction has two sides"
      }
    case .zoom: state.size.columns < Layout.twoPaneColumns ? "there is one pane already" : nil
    case .saveSession, .assertTop: sessionUnavailable(state)
    default: view?.content.unavailable(self, state)
    }
  }

  private func acceptUnavailable(_ state: State) -> String? {
    guard let popup = state.popup else { return "no popup is open" }
    return popup == .pull && state.model.offer?.isRunning == true ? "it is being fetched" : nil
  }

  private func addSelectedUnavailable(_ state: State) -> String? {
    let texts = state.textsToAdd
    // Of several, those that can be added are.
    return texts.count > 1 ? nil : state.addingUnavailable(texts.first ?? "", "no text is selected")
  }

  private func toggleUnavailable(_ state: State) -> String? {
    if case .columns = state.popup { return nil }
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
