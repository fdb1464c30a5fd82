import Screen

/// The columns that Neighbours can show: Space switches one, and the list shows it at once.
struct ColumnsPopup: Equatable, Sendable {
  var list: PopupList
  /// What the lines name.
  var names: [String]
  /// What Esc goes back to.
  var before: [String]

  init(_ names: [String], columns: [String]) {
    self.names = names
    before = columns
    list = PopupList(title: "Columns of Neighbours", items: [], isFilterable: false)
    refresh(columns)
  }

  /// Marks those that are shown, with their places.
  mutating func refresh(_ columns: [String]) {
    let items = names.map { name in
      let place = columns.firstIndex(of: name).map { "column \($0 + 1)" } ?? ""
      let help = NeighbourColumn.builtIn.first { $0.name == name }?.help ?? "A field of the corpus"
      return PopupItem(
        name, key: place, help: help + "; Space shows or hides it", isCurrent: !place.isEmpty)
    }
    if items != list.items { list.replaceItems(items) }
  }
}

extension State {
  /// Opens the list of columns; where it is open already, goes to the next one.
  mutating func openColumnsPopup() {
    if case .columns = popup {
      popup?.list?.selectNext()
      return
    }
    closePopup(keeping: false)
    let known = NeighbourColumn.names(of: neighbours.list)
    popup = .columns(ColumnsPopup(known + columns.filter { !known.contains($0) }, columns: columns))
  }

  /// Space: shows or hides the selected column; a new one comes last.
  mutating func toggleColumn() {
    guard case .columns(var popup) = popup, let index = popup.list.selectedIndex,
      popup.names.indices.contains(index)
    else { return }
    let name = popup.names[index]
    if let place = columns.firstIndex(of: name) {
      columns.remove(at: place)
    } else {
      columns.append(name)
    }
    popup.refresh(columns)
    self.popup = .columns(popup)
  }

  /// Enter: keeps the columns, and says how to keep them for good.
  mutating func acceptColumnsPopup() {
    guard case .columns(let popup) = popup else { return }
    closePopup(keeping: true)
    guard columns != popup.before else { return }
    let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
    notice = .hint("columns = [\(names)] in config.toml keeps them for the next time")
  }
}
