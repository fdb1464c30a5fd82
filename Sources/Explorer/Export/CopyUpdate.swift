import Screen

/// A text that is open in another program.
struct EditedText: Equatable, Sendable {
  var generation: Int
  /// The text of the user's own list that is being changed.
  var text: String
}

extension State {
  /// Puts the selected text into the terminal's clipboard.
  mutating func copyText() -> [Effect] {
    guard let text = selectedText else { return [] }
    return copy(text, as: "the selected text")
  }

  /// Puts the view's table into the terminal's clipboard.
  mutating func copyTable() -> [Effect] {
    guard let table = table(of: workedView) else { return [] }
    return copy(table.tsv, as: "\(workedView.title), \(Numbers.count(table.rows.count, "row"))")
  }

  private mutating func copy(_ text: String, as name: String) -> [Effect] {
    let count = text.utf8.count
    guard count <= ClipboardSequence.byteLimit else {
      let limit = Numbers.bytes(ClipboardSequence.byteLimit)
      let export = hint(.exportView, "writes it to a file")
      notice = .hint("\(name) has \(Numbers.bytes(count)), the clipboard takes \(limit) at most; \(export)")
      return []
    }
    notice = .hint("\(name) went to the terminal's clipboard (\(Numbers.bytes(count)))")
    return [.copy(text)]
  }

  /// True where the selected text is one of the user's own list, which can be changed.
  private var selectionIsOwn: Bool {
    guard focusedView == .heatmap, heatmap.mode == .list, let selectedText else { return false }
    return heatmap.texts.contains(selectedText)
  }

  var editingUnavailable: String? {
    if editing != nil { return "a text is open already" }
    return selectedText == nil ? "no text is selected" : nil
  }

  /// Opens the selected text: one of the list in the editor, one of the corpus in the pager.
  mutating func openInProgram() -> [Effect] {
    guard let text = selectedText else { return [] }
    openedCount += 1
    guard selectionIsOwn else { return [.open(text, in: .pager, generation: openedCount)] }
    editing = EditedText(generation: openedCount, text: text)
    return [.open(text, in: .editor, generation: openedCount)]
  }

  /// Takes answers about files and other programs.
  mutating func takeOfWork(_ answer: Answer) -> [Effect] {
    switch answer {
    case .edited(let text, let generation):
      guard let edited = editing, edited.generation == generation else { return [] }
      editing = nil
      return replace(edited.text, by: text)
    case .openFailed(let failure, let generation):
      if editing?.generation == generation { editing = nil }
      if generation == openedCount { notice = .failure(failure) }
    case .exported(let outcome, let generation):
      if requests.accept(.export, generation: generation) { take(outcome) }
    default: break
    }
    return []
  }

  /// Puts an edited text in the place of the old one, where that is still in the list.
  private mutating func replace(_ old: String, by edited: String) -> [Effect] {
    var text = Substring(edited)
    // Editors end the last line.
    while text.last?.isNewline == true { text.removeLast() }
    let new = String(text)
    guard new != old else {
      notice = .hint("the text is as it was")
      return []
    }
    guard let index = heatmap.texts.firstIndex(of: old) else {
      notice = .hint("the list has no such text any more")
      return []
    }
    guard new.contains(where: { !$0.isWhitespace }) else {
      notice = .hint("the text came back empty and stays as it was; \(hint(.removeText, "removes it"))")
      return []
    }
    guard !heatmap.texts.contains(new) else {
      notice = .hint("the list has this text already; it stays as it was")
      return []
    }
    heatmap.texts[index] = new
    notice = .hint("the text is changed; \(hint(.undo, "takes that back"))")
    return [.saveTexts(heatmap.texts)]
  }
}
