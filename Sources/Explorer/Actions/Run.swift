import Recipes
import Screen

extension State {
  /// Where keys are.
  var place: Action.Place {
    if let popup { return popup.place }
    if case .pane(let view) = focus { return .view(view) }
    return .query
  }

  /// Runs an action, or says why it cannot be done.
  mutating func run(_ action: Action) -> [Effect] {
    if let reason = action.unavailable(self) {
      notice = .hint("\(action.name): \(reason)")
      return []
    }
    switch action {
    case .help: openHelp()
    case .palette: openPalette()
    case .chooseInstruction: openRecipePopup(.instruction(.query))
    case .choosePooling: openRecipePopup(.pooling)
    case .chooseMetric: openRecipePopup(.metric)
    case .chooseModel: return openModelPopup()
    case .chooseView: openViewPopup()
    case .zoom: isZoomed.toggle()
    case .chooseDimensions: openRecipePopup(.dimensions)
    case .chooseLayer: openRecipePopup(.layer)
    case .choosePrecision: openRecipePopup(.precision)
    case .freeze: switchFrozen()
    case .chooseTheme: return openThemePopup()
    case .openCorpus: openCorpusPopup()
    case .openHistory: openHistory()
    case .pullModel: showOffer()
    case .resetRecipe: setOverrides(RecipeOverrides())
    case .undo: return takeBack()
    case .redo: return bringBack()
    case .jump: startJump()
    case .copyText: return copyText()
    case .copyTable: return copyTable()
    case .openEditor: return openInProgram()
    case .exportView: openExportPopup()
    case .nextAnnotation: moveAnnotation(by: 1)
    case .previousAnnotation: moveAnnotation(by: -1)
    case .closeAnnotation: annotations.isOpen = false
    case .focusNext: moveFocus(by: 1)
    case .focusPrevious: moveFocus(by: -1)
    case .back: return goBack()
    case .moveUp, .moveDown, .moveLeft, .moveRight, .pageUp, .pageDown, .moveToFirst, .moveToLast:
      move(action)
    case .acceptQuery: return acceptQuery()
    case .openText: openText()
    case .nextText: neighbours.rows.move(by: 1)
    case .previousText: neighbours.rows.move(by: -1)
    case .addQuery: return add([query.field.text])
    case .addSelected: return addSelected()
    case .removeText: return removeText()
    case .clearList: return clearList()
    case .pasteLines: preparePaste()
    case .accept: return acceptPopup()
    case .toggle: toggleInPopup()
    case .switchSide: switchSide()
    case .saveSession, .assertTop: return runOfSession(action)
    case .suspend: return [.suspend]
    case .interrupt: return interrupt()
    case .quit: return [.quit]
    default: return runOfView(action)
    }
    return []
  }

  /// Shows a view, or runs an action of one, which then comes on the screen.
  private mutating func runOfView(_ action: Action) -> [Effect] {
    if let view = action.shownView {
      show(view)
      return []
    }
    guard let view = action.view else { return [] }
    if !shows(view) { show(view) }
    return view.content.run(&self, action)
  }

  /// Esc: one level out, and never out of the program.
  private mutating func goBack() -> [Effect] {
    if popup != nil { return leavePopup() }
    if let view = focusedView, view.content.leave(&self) { return [] }
    if annotations.isOpen {
      annotations.isOpen = false
    } else if focus != .query {
      focus = .query
    } else {
      notice = nil
    }
    return []
  }

  private mutating func interrupt() -> [Effect] {
    guard !isAboutToQuit else { return [.quit] }
    isAboutToQuit = true
    let key = bindings.label(for: .interrupt) ?? Action.interrupt.name
    notice = .hint("\(key) again quits")
    return []
  }

  private mutating func openCorpusPopup() {
    if case .corpus = popup { return }
    closePopup(keeping: false)
    popup = .corpus(CorpusPopup())
  }

  /// Brings a view on the screen and gives it the focus.
  mutating func show(_ view: View) {
    self.view = view
    focus = .pane(view)
  }

  /// The query and the panes on the screen in a ring.
  private mutating func moveFocus(by step: Int) {
    let views = layout.panes.map(\.view)
    let stops = 1 + views.count
    let index = focusedView.flatMap(views.firstIndex).map { $0 + 1 } ?? 0
    let next = (index + step + stops) % stops
    focus(on: next == 0 ? nil : views[next - 1])
  }

  /// Gives a pane on the screen the focus, or the query; Neighbours beside another view leaves that in place.
  mutating func focus(on view: View?) {
    focus = view.map { .pane($0) } ?? .query
    if let view, view != .neighbours || !shows(.neighbours) { self.view = view }
  }

  private mutating func move(_ action: Action) {
    let press = KeyPress(action.listKey)
    if popup != nil { return moveInPopup(press) }
    let target = focusedView ?? (shows(.neighbours) ? .neighbours : view)
    target.content.move(&self, press.key)
  }
}

extension Action {
  /// The key by which lists know a movement.
  fileprivate var listKey: Key {
    switch self {
    case .moveUp: .up
    case .moveLeft: .left
    case .moveRight: .right
    case .pageUp: .pageUp
    case .pageDown: .pageDown
    case .moveToFirst: .home
    case .moveToLast: .end
    default: .down
    }
  }
}
