import Screen

/// Earlier queries, the latest first, found by typing.
struct HistoryPopup: Equatable, Sendable {
  var list: PopupList

  init(history: [String]) {
    list = PopupList(title: "Query history", items: history.reversed().map { PopupItem($0) })
  }
}

extension State {
  mutating func openHistory() {
    if case .history = popup {
      popup?.list?.selectNext()
      return
    }
    closePopup(keeping: false)
    popup = .history(HistoryPopup(history: query.history))
  }

  /// Enter: takes the selected query into the query line.
  mutating func acceptHistory() {
    guard case .history(let popup) = popup, let index = popup.list.selectedIndex else { return }
    query.field.replace(with: popup.list.items[index].title)
    focus = .query
    self.popup = nil
  }
}
