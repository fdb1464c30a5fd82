import Recipes
import Screen

/// The models of this machine, and a line for any other.
struct ModelPopup: Equatable, Sendable {
  var list: PopupList
  /// nil while the list has not come.
  var entries: [ModelEntry]?
  var failure: Failure?

  init(current: String?) {
    list = PopupList(title: "Model · a name, a hub id or a folder", items: [])
    refresh(current: current)
  }

  /// Lists what is known; what is typed is offered as a hub id or a folder, after the names it finds.
  mutating func refresh(current: String?) {
    var items = (entries ?? []).map { entry in
      PopupItem(entry.name, help: entry.detail, isCurrent: entry.name == current)
    }
    let typed = list.filter.text
    if !typed.isEmpty, !items.contains(where: { $0.title == typed }) {
      items.append(PopupItem("load \(typed)", help: "A hub id, a short name or a folder"))
    } else if entries == nil {
      items.append(PopupItem("looking for models", disabledReason: "the list of models has not come yet"))
    } else if items.isEmpty {
      items.append(
        PopupItem("no model on this machine", disabledReason: "type a hub id or the path of a folder"))
    }
    if items != list.items { list.replaceItems(items) }
  }

  /// Selects the model in use, or what was typed best, once the list has come.
  mutating func selectBest(current: String?) {
    let index = list.filter.isEmpty ? list.items.firstIndex { $0.title == current } : nil
    list.select(line: index.flatMap(list.matches.firstIndex) ?? 0)
  }

  /// What Enter loads; nil where the selected line is no model.
  var wanted: String? {
    guard let index = list.selectedIndex else { return list.filter.isEmpty ? nil : list.filter.text }
    if list.items[index].disabledReason != nil { return nil }
    let names = (entries ?? []).map(\.name)
    return names.indices.contains(index) ? names[index] : list.filter.text
  }
}

extension State {
  mutating func openModelPopup() -> [Effect] {
    if case .model = popup {
      popup?.list?.selectNext()
      return []
    }
    closePopup(keeping: false)
    popup = .model(ModelPopup(current: model.description?.name))
    return [.listModels(generation: requests.begin(.models))]
  }

  /// Enter: loads what is selected; the popup stays until the model is there.
  mutating func acceptModelPopup() -> [Effect] {
    guard case .model(var popup) = popup else { return [] }
    guard let name = popup.wanted else {
      if case .refused(let reason) = popup.list.choose() { notice = .hint(reason) }
      return []
    }
    popup.failure = nil
    self.popup = .model(popup)
    return load(model: name)
  }

  /// Asks for a model; the one in use stays until the other is there.
  mutating func load(model name: String) -> [Effect] {
    model.wanted = name
    model.failure = nil
    model.overrides = nil
    return [.loadModel(name, generation: requests.begin(.model))]
  }
}

extension PopupList {
  /// Selects the next line, the first after the last.
  mutating func selectNext() {
    select(line: ((list.selection ?? -1) + 1) % max(1, matches.count))
  }
}
