import Recipes
import Screen

/// The views that there are: moving shows each at once, Esc takes that back.
struct ViewPopup: Equatable, Sendable {
  var list: PopupList
  /// What Esc goes back to.
  var before: View
}

extension State {
  /// Opens the list of views; where it is open already, goes to the next one.
  mutating func openViewPopup() {
    if case .view = popup {
      selectInViewPopup { $0.selectNext() }
      return
    }
    closePopup(keeping: false)
    let items = View.allCases.map { view in
      PopupItem(
        view.title, key: bindings.label(for: Action.showing(view)) ?? "", help: view.help,
        isCurrent: view == self.view)
    }
    popup = .view(
      ViewPopup(
        list: PopupList(
          title: "View", items: items, isFilterable: false, selected: View.allCases.firstIndex(of: view)),
        before: view))
  }

  /// Changes the selection, and the view with it.
  mutating func selectInViewPopup(_ change: (inout PopupList) -> Void) {
    guard case .view(var popup) = popup else { return }
    change(&popup.list)
    self.popup = .view(popup)
    guard let index = popup.list.selectedIndex else { return }
    view = View.allCases[index]
  }

  /// Enter: keeps the view and gives it the focus.
  mutating func acceptViewPopup() {
    popup = nil
    show(view)
  }
}

extension Action {
  /// The action that shows a view.
  static func showing(_ view: View) -> Action {
    allCases.first { $0.shownView == view } ?? .chooseView
  }
}
