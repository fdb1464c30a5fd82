import Recipes
import Screen

extension State {
  /// Where keys are.
  var place: Action.Place {
    if let popup { return popup.place }
    return focus == .query ? .query : view.place
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
    case .nextView: showNextView()
    case .chooseTheme: return openThemePopup()
    case .openCorpus: openCorpusPopup()
    case .openHistory: openHistory()
    case .pullModel: showOffer()
    case .resetRecipe: setOverrides(RecipeOverrides())
    case .focusNext: moveFocus(by: 1)
    case .focusPrevious: moveFocus(by: -1)
    case .back: return goBack()
    case .moveUp, .moveDown, .moveLeft, .moveRight, .pageUp, .pageDown, .moveToFirst, .moveToLast:
      move(action)
    case .acceptQuery: return acceptQuery()
    case .openText: openText()
    case .addQuery: return add([query.field.text])
    case .addSelected: return add([selectedText].compactMap { $0 })
    case .removeText: return removeText()
    case .clearList: return clearList()
    case .pasteLines: preparePaste()
    case .switchHeatmap: switchHeatmap()
    case .switchRange: switchRange()
    case .compareMore: compare(more: true)
    case .compareFewer: compare(more: false)
    case .accept: return acceptPopup()
    case .toggle: toggleInRecipePopup()
    case .switchSide: switchSide()
    case .suspend: return [.suspend]
    case .interrupt: return interrupt()
    case .quit: return [.quit]
    }
    return []
  }

  /// Esc: one level out, and never out of the program.
  private mutating func goBack() -> [Effect] {
    if popup != nil { return leavePopup() }
    if focus != .query {
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

  private mutating func showNextView() {
    closePopup(keeping: false)
    let isBeside = shows(view.next)
    view = view.next
    // In two panes both are on the screen: then it is the focus that goes there.
    if isBeside { focus = .view }
  }

  /// Brings a view on the screen and gives it the focus.
  mutating func show(_ view: View) {
    self.view = view
    focus = .view
  }

  /// The query and the views in a ring.
  private mutating func moveFocus(by step: Int) {
    let stops = 1 + View.allCases.count
    let index = focus == .query ? 0 : 1 + (View.allCases.firstIndex(of: view) ?? 0)
    let next = (index + step + stops) % stops
    if next == 0 { focus = .query } else { show(View.allCases[next - 1]) }
  }

  private mutating func move(_ action: Action) {
    let press = KeyPress(action.listKey)
    if popup != nil { return moveInPopup(press) }
    let target = focus == .view ? view : shows(.neighbours) ? .neighbours : view
    switch target {
    case .neighbours: _ = neighbours.rows.apply(press)
    case .heatmap: moveHeatmapCursor(press.key)
    }
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
