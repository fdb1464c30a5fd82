import Screen

/// A place of the screen that a letter leads to.
struct JumpTarget: Equatable, Sendable {
  enum Goal: Equatable, Sendable {
    case query
    case pane(View)
    case action(Action)
  }

  var goal: Goal
  var letter: Character
  /// Where the letter stands.
  var point: Point
}

extension State {
  /// The places that a letter leads to: query, panes, facts of the header, and what the hints open.
  var jumpTargets: [JumpTarget] {
    let layout = layout
    var targets: [JumpTarget] = []
    func add(_ goal: JumpTarget.Goal, _ point: Point, wishes: String) {
      guard !targets.contains(where: { $0.goal == goal }) else { return }
      let taken = Set(targets.map(\.letter))
      let letters = wishes.lowercased().filter { $0.isLetter && $0.isASCII } + "abcdefghijklmnopqrstuvwxyz"
      guard let letter = letters.first(where: { !taken.contains($0) }) else { return }
      targets.append(JumpTarget(goal: goal, letter: letter, point: point))
    }
    add(.query, Point(column: layout.query.left + 1, row: layout.query.top), wishes: "q")
    for pane in layout.panes {
      add(
        .pane(pane.view), Point(column: pane.rect.left + 2, row: pane.rect.top), wishes: pane.view.title)
    }
    for spot in HeaderView(self).spots(layout.header) {
      add(.action(spot.action), spot.rect.origin, wishes: spot.name)
    }
    for spot in HintView(self, columns: layout.hints.columns).spots(layout.hints)
    where spot.action.unavailable(self) == nil && spot.action != .jump {
      // Upon the name, not upon the key.
      let name = Point(column: spot.rect.right - spot.nameColumns, row: spot.rect.top)
      add(.action(spot.action), name, wishes: spot.action.row.short)
    }
    return targets
  }

  mutating func startJump() {
    isJumping = true
    let back = bindings.label(for: .back, in: place) ?? Action.back.name
    notice = .hint("type a letter to go where it stands; \(back) stays here")
  }

  /// A key while letters stand on the screen; nil where it is to do what it does without them.
  mutating func jump(by press: KeyPress) -> [Effect]? {
    isJumping = false
    if bindings.action(for: press, in: place) == .back { return [] }
    guard let letter = press.text?.lowercased().first else { return nil }
    guard let target = jumpTargets.first(where: { $0.letter == letter }) else {
      notice = .hint("no place has the letter \(letter)")
      return []
    }
    switch target.goal {
    case .query: focus = .query
    case .pane(let view): focus(on: view)
    case .action(let action): return run(action)
    }
    return []
  }
}

/// Draws the letters upon the places that they lead to.
func drawJumpLetters(_ state: State, into frame: inout Frame) {
  frame.cursor = nil
  for target in state.jumpTargets {
    frame.put(
      String(target.letter), at: target.point, style: Style(.popupSelected, attributes: [.bold, .underline]))
  }
}
