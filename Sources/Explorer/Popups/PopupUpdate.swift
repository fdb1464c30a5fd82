import Recipes
import Screen

extension State {
  /// Closes the popup: what it previewed is kept or taken back, what it waits for is given up.
  mutating func closePopup(keeping: Bool) {
    switch popup {
    case .recipe(let popup) where !keeping: setOverrides(popup.before)
    case .theme(let popup):
      if !keeping { look.entry = popup.before }
      if requests.isOutstanding(.themes) { requests.abandon(.themes) }
    case .view(let popup):
      if !keeping { view = popup.before }
    case .columns(let popup):
      if !keeping { columns = popup.before }
    case .line(let popup):
      if !keeping { leave(popup) }
    case .export:
      if requests.isOutstanding(.export) { requests.abandon(.export) }
    case .model:
      if requests.isOutstanding(.models) { requests.abandon(.models) }
    default: break
    }
    popup = nil
  }

  /// Esc in a popup: one level out.
  mutating func leavePopup() -> [Effect] {
    switch popup {
    case .pull where model.offer?.isRunning == true:
      let generation = requests[.pull].generation
      requests.abandon(.pull)
      model.offer?.phase = .offered
      return [.cancelPull(generation: generation)]
    case .model where requests.isOutstanding(.model):
      giveUpLoading()
    default: break
    }
    closePopup(keeping: false)
    return []
  }

  /// Forgets a model that is loading and goes on with the one in use.
  private mutating func giveUpLoading() {
    guard let description = model.description else { return }
    requests.abandon(.model)
    compare.exchange = nil
    model.wanted = description.name
    model.overrides = nil
  }

  /// Enter in a popup.
  mutating func acceptPopup() -> [Effect] {
    switch popup {
    case .recipe:
      acceptRecipePopup()
      return []
    case .model: return acceptModelPopup()
    case .corpus(let popup): return open(corpus: popup.field.text)
    case .pull: return pull()
    case .history:
      acceptHistory()
      return []
    case .theme:
      acceptThemePopup()
      return []
    case .view:
      acceptViewPopup()
      return []
    case .palette(let popup), .help(let popup): return runSelectedAction(popup)
    case .columns:
      acceptColumnsPopup()
      return []
    case .line(let popup): return accept(popup)
    case .export: return export()
    case .text, nil:
      popup = nil
      return []
    }
  }

  /// Fetches the model of the offer.
  private mutating func pull() -> [Effect] {
    guard let offer = model.offer, !offer.isRunning else { return [] }
    model.offer?.phase = .running(nil)
    return [.pullModel(offer.name, generation: requests.begin(.pull))]
  }

  /// Shows the offer to fetch a model that is not on this machine, or how far that is.
  mutating func showOffer() {
    guard model.offer != nil else { return }
    closePopup(keeping: false)
    popup = .pull
  }

  private mutating func open(corpus path: String) -> [Effect] {
    guard path.contains(where: { !$0.isWhitespace }) else {
      notice = .hint("type the path of a file or a folder")
      return []
    }
    if case .corpus(var popup) = popup {
      popup.failure = nil
      self.popup = .corpus(popup)
    }
    corpus.wanted = [path]
    corpus.failure = nil
    return [.openCorpus([path], generation: requests.begin(.corpus))]
  }

  /// A key that no action claims, in a popup; false where it means nothing there.
  mutating func typeInPopup(_ press: KeyPress) -> Bool {
    switch popup {
    case .recipe: return editInstruction { $0.apply(press) }
    case .corpus(var popup):
      guard popup.field.apply(press) else { return false }
      popup.failure = nil
      self.popup = .corpus(popup)
      return true
    case .line: return editLine { $0.apply(press) }
    case .export: return editExport { $0.apply(press) }
    case .model, .history, .palette, .help: return applyToList(press)
    case .text:
      // Who types on is done with reading.
      guard press.text != nil else { return false }
      popup = nil
      focus = .query
      typeInQuery(press)
      return true
    case .theme, .view, .columns, .pull, nil: return false
    }
  }

  /// Pasted text, in a popup.
  mutating func pasteInPopup(_ text: String) {
    switch popup {
    case .recipe:
      _ = editInstruction { field in
        field.insert(PromptText.escaped(text))
        return true
      }
    case .corpus(var popup):
      popup.field.insert(text.trimmingLineEnd)
      self.popup = .corpus(popup)
    case .line(let popup): paste(text, into: popup)
    case .export:
      _ = editExport { field in
        field.insert(text.trimmingLineEnd)
        return true
      }
    case .model, .history, .palette, .help:
      popup?.list?.paste(text)
    case .theme, .view, .columns, .pull, .text, nil: break
    }
  }

  /// Moves or filters the list of a popup; false where the key means nothing there.
  mutating func applyToList(_ press: KeyPress) -> Bool {
    guard var list = popup?.list else { return false }
    switch list.apply(press) {
    case .ignored: return false
    case .filtered, .moved, .chosen, .refused, .dismissed: popup?.list = list
    }
    return true
  }

  /// Moves in a popup by one of the keys of lists.
  mutating func moveInPopup(_ press: KeyPress) {
    switch popup {
    case .recipe: selectInRecipePopup { _ = $0.apply(press) }
    case .theme: selectInThemePopup { _ = $0.apply(press) }
    case .view: selectInViewPopup { _ = $0.apply(press) }
    case .export: selectInExportPopup { _ = $0.apply(press) }
    case .text(var popup):
      switch press.key {
      case .up: popup.scroll.scroll(by: -1)
      case .down: popup.scroll.scroll(by: 1)
      case .pageUp: popup.scroll.scroll(by: -popup.scroll.height)
      case .pageDown: popup.scroll.scroll(by: popup.scroll.height)
      case .home: popup.scroll.scroll(by: -popup.scroll.count)
      case .end: popup.scroll.scroll(by: popup.scroll.count)
      default: break
      }
      self.popup = .text(popup)
    default: _ = applyToList(press)
    }
  }
}

extension State {
  /// Space in a list: switches the selected line.
  mutating func toggleInPopup() {
    if case .columns = popup { return toggleColumn() }
    toggleInRecipePopup()
  }
}

extension String {
  /// Without line ends at its end, as a copied path has them.
  var trimmingLineEnd: String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
