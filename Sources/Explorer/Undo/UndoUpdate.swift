import Screen

extension State {
  /// What undo has to know from before an event.
  struct Before {
    var values: [Setting.Value]
    var popup: Popup?
  }

  /// The state of what can be undone; nil before events that change nothing of it.
  func beforeChange(by event: Event) -> Before? {
    switch event {
    case .input(.key), .input(.paste), .input(.mouse), .action, .choose, .answer(.edited):
      Before(values: Setting.all.map { $0.value(self) }, popup: popup)
    case .input, .answer, .tick, .terminated: nil
    }
  }

  /// Keeps what an event changed as a step that can be taken back.
  mutating func noteChange(since before: Before?, by event: Event) {
    guard let before else {
      // The answer that a popup was waiting for closes it.
      if popup == nil, let base = undo.visit?.base { keepStep(from: base, by: event) }
      return
    }
    defer { undo.isMoving = false }
    guard !undo.isMoving else {
      if popup == nil { undo.visit = nil }
      undo.lastEdit = nil
      return
    }
    guard let popup else { return keepStep(from: undo.visit?.base ?? before.values, by: event) }
    undo.lastEdit = nil
    guard var visit = undo.visit, visit.opener == popup.opener, let old = before.popup else {
      undo.visit = .init(base: undo.visit?.base ?? before.values, opener: popup.opener)
      return
    }
    let values = Setting.all.map { $0.value(self) }
    guard values != before.values || old.typed != popup.typed else { return }
    visit.past.append(.init(popup: old, values: before.values))
    if visit.past.count > UndoHistory.momentLimit { visit.past.removeFirst() }
    visit.future = []
    undo.visit = visit
  }

  private mutating func keepStep(from base: [Setting.Value], by event: Event) {
    undo.visit = nil
    var changes: [UndoHistory.Change] = []
    for (index, setting) in Setting.all.enumerated() {
      let value = setting.value(self)
      // Choices are those of one model: they go with it.
      let goesAlong = index == Setting.overridesIndex && changes.first?.setting == 0
      guard value != base[index] || goesAlong else { continue }
      changes.append(.init(setting: index, before: base[index], after: value))
    }
    let edit = edit(changes, by: event)
    defer { undo.lastEdit = edit }
    guard !changes.isEmpty else { return }
    undo.add(.init(changes: changes), merging: edit != nil && edit == undo.lastEdit && !startsWord(edit))
    undo.idleMilliseconds = 0
  }

  /// How a key edited the query; nil where it did anything else.
  private func edit(_ changes: [UndoHistory.Change], by event: Event) -> UndoHistory.Edit? {
    guard case .input(.key) = event, changes.count == 1, changes[0].setting == Setting.queryIndex,
      let old = changes[0].before.base as? String
    else { return nil }
    return query.field.text.utf8.count > old.utf8.count ? .insertion : .deletion
  }

  /// True where the caret stands behind the first character of a word.
  private func startsWord(_ edit: UndoHistory.Edit?) -> Bool {
    guard edit == .insertion else { return false }
    let end = query.field.textBeforeCaret.suffix(2)
    return end.count == 2 && end.first?.isWhitespace == true && end.last?.isWhitespace == false
  }

  /// Counts the time since the last edit: after a pause, typing is a step of its own.
  mutating func notePause(milliseconds: Int) {
    guard undo.lastEdit != nil else { return }
    undo.idleMilliseconds += min(max(0, milliseconds), UndoHistory.pauseMilliseconds)
    if undo.idleMilliseconds >= UndoHistory.pauseMilliseconds { undo.lastEdit = nil }
  }

  /// Ctrl-_: takes back the last step, or the last change within a popup.
  mutating func takeBack() -> [Effect] {
    undo.isMoving = true
    if popup != nil { return move(from: \.past, to: \.future) }
    guard let step = undo.takeBack() else { return [] }
    let effects = step.changes.flatMap { Setting.all[$0.setting].restore(&self, $0.before) }
    notice = .hint("undone: \(step.name)")
    return effects
  }

  /// Brings back what was taken back last.
  mutating func bringBack() -> [Effect] {
    undo.isMoving = true
    if popup != nil { return move(from: \.future, to: \.past) }
    guard let step = undo.bringBack() else { return [] }
    let effects = step.changes.flatMap { Setting.all[$0.setting].restore(&self, $0.after) }
    notice = .hint("done again: \(step.name)")
    return effects
  }

  /// Goes to another moment of the open popup.
  private mutating func move(
    from source: WritableKeyPath<UndoHistory.Visit, [UndoHistory.Visit.Moment]>,
    to target: WritableKeyPath<UndoHistory.Visit, [UndoHistory.Visit.Moment]>
  ) -> [Effect] {
    guard let popup, var visit = undo.visit, let moment = visit[keyPath: source].popLast() else { return [] }
    let values = Setting.all.map { $0.value(self) }
    visit[keyPath: target].append(.init(popup: popup, values: values))
    undo.visit = visit
    var effects: [Effect] = []
    for (index, value) in moment.values.enumerated() where value != values[index] {
      effects += Setting.all[index].restore(&self, value)
    }
    self.popup = moment.popup.keepingAnswers(of: popup)
    return effects
  }

  /// Why nothing can be taken back; nil where something can.
  var undoUnavailable: String? {
    if popup != nil { return undo.visit?.past.isEmpty == false ? nil : "nothing was changed in this popup" }
    return undo.past.isEmpty ? "nothing was changed yet" : nil
  }

  var redoUnavailable: String? {
    if popup != nil {
      return undo.visit?.future.isEmpty == false ? nil : "nothing was taken back in this popup"
    }
    return undo.future.isEmpty ? "nothing was taken back" : nil
  }
}

extension Popup {
  /// What is written in it.
  var typed: String {
    switch self {
    case .recipe(let popup): popup.field.text
    case .corpus(let popup): popup.field.text
    case .export(let popup): popup.field.text
    case .line(let popup): popup.field.text
    case .model, .history, .palette, .help, .theme, .view, .columns: list?.filter.text ?? ""
    case .pull, .text: ""
    }
  }

  /// The popup as it was, with the answers that have come since.
  fileprivate func keepingAnswers(of newer: Popup) -> Popup {
    guard case .model(var popup) = self, case .model(let newer) = newer else { return self }
    popup.entries = newer.entries
    popup.failure = newer.failure
    return .model(popup)
  }
}
