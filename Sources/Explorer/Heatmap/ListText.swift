import Screen

extension State {
  /// The text of the list under the cursor, and its place there; nil while results are shown.
  var listText: (index: Int, text: String)? {
    guard heatmap.mode == .list else { return nil }
    // The list may be ahead of what is shown.
    if let text = heatmap.shown?.text(at: heatmap.row), let index = heatmap.texts.firstIndex(of: text) {
      return (index, text)
    }
    return heatmap.texts[checked: heatmap.row].map { (heatmap.row, $0) }
  }

  /// Why no text of the list can be changed or removed; nil where one can.
  var listTextUnavailable: String? {
    if heatmap.texts.isEmpty { return "the list is empty" }
    switch heatmap.mode {
    case .query: return "these are results; \(hint(.switchHeatmap, "goes to the list"))"
    case .results: return "these are results; \(hint(.switchHeatmap, "twice goes to the list"))"
    case .list: return listText == nil ? "no text is under the cursor" : nil
    }
  }

  mutating func editListText() {
    guard let text = listText?.text else { return }
    closePopup(keeping: false)
    popup = .line(LinePopup(.edit(text)))
  }

  mutating func openLoadPopup() {
    closePopup(keeping: false)
    popup = .line(LinePopup(.load))
  }

  /// Asks for the texts of a file; the line stays until they are there.
  mutating func loadTexts(of popup: LinePopup) -> [Effect] {
    let path = popup.field.text
    guard path.contains(where: { !$0.isWhitespace }) else {
      notice = .hint("type the path of a file")
      return []
    }
    var waiting = popup
    waiting.failure = nil
    self.popup = .line(waiting)
    return [.loadTexts(path, generation: requests.begin(.texts))]
  }

  /// Puts a text in another's place on the list.
  mutating func replaceListText(_ before: String, with text: String) -> [Effect] {
    guard text.contains(where: { !$0.isWhitespace }) else {
      notice = .hint("the text is empty; \(Action.removeText.name) takes it off the list")
      return []
    }
    guard text != before, let index = heatmap.texts.firstIndex(of: before) else {
      popup = nil
      return []
    }
    guard !heatmap.texts.contains(text) else {
      notice = .hint("the list has this text already")
      return []
    }
    popup = nil
    heatmap.texts[index] = text
    return [.saveTexts(heatmap.texts)]
  }

  /// The texts of a file, or why there are none.
  mutating func takeTexts(_ answer: Answer) -> [Effect] {
    switch answer {
    case .texts(let texts, let generation):
      guard requests.accept(.texts, generation: generation) else { return [] }
      if case .line = popup { popup = nil }
      if !shows(.heatmap) { show(.heatmap) }
      heatmap.mode = .list
      return add(texts)
    case .textsFailed(let failure, let generation):
      guard requests.accept(.texts, generation: generation) else { return [] }
      if case .line(var popup) = popup {
        popup.failure = failure
        self.popup = .line(popup)
      } else {
        notice = .failure(failure)
      }
    default: break
    }
    return []
  }
}
