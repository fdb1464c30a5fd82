import Screen

/// The themes that there are: moving shows each at once, Esc takes that back.
struct ThemePopup: Equatable, Sendable {
  var list: PopupList
  /// What Esc goes back to.
  var before: ThemeEntry

  init(_ entries: [ThemeEntry]?, current: ThemeEntry) {
    before = current
    list = PopupList(title: "Theme", items: [], isFilterable: false)
    refresh(entries, current: current)
    list.select(line: list.items.firstIndex(where: \.isCurrent) ?? 0)
  }

  /// Lists what is known.
  mutating func refresh(_ entries: [ThemeEntry]?, current: ThemeEntry) {
    let items =
      entries?.map { entry in
        PopupItem(
          entry.name, help: entry.faults.first?.description ?? entry.about,
          disabledReason: entry.isUnreadable ? entry.faults.first { $0.isUnreadable }?.description : nil,
          isCurrent: entry.path == current.path)
      } ?? [PopupItem("looking for themes", disabledReason: "the list of themes has not come yet")]
    guard items != list.items else { return }
    let isFirst = list.items.allSatisfy { $0.disabledReason != nil }
    list.replaceItems(items)
    if isFirst { list.select(line: items.firstIndex(where: \.isCurrent) ?? 0) }
  }
}

extension State {
  /// Opens the list of themes; where it is open already, goes to the next one.
  mutating func openThemePopup() -> [Effect] {
    if case .theme = popup {
      selectInThemePopup { $0.selectNext() }
      return []
    }
    closePopup(keeping: false)
    popup = .theme(ThemePopup(look.entries, current: look.entry))
    return [.listThemes(generation: requests.begin(.themes))]
  }

  /// Changes the selection, and the look of the screen with it.
  mutating func selectInThemePopup(_ change: (inout PopupList) -> Void) {
    guard case .theme(var popup) = popup else { return }
    let before = popup.list.selectedIndex
    change(&popup.list)
    self.popup = .theme(popup)
    guard let entries = look.entries, let index = popup.list.selectedIndex, index != before,
      entries.indices.contains(index), !entries[index].isUnreadable
    else { return }
    look.entry = entries[index]
  }

  /// Enter: keeps the selected theme, and says how to keep it for good.
  mutating func acceptThemePopup() {
    guard case .theme(let popup) = popup else { return }
    if let index = popup.list.selectedIndex, let reason = popup.list.items[index].disabledReason {
      notice = .hint(reason)
      return
    }
    closePopup(keeping: true)
    if look.entry.path != popup.before.path {
      notice = .hint("theme = \"\(look.entry.name)\" in config.toml keeps it for the next time")
    }
  }
}
