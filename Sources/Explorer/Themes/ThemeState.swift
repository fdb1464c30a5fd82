public import Screen

/// How the screen looks, and what is known of that.
struct ThemeState: Equatable, Sendable {
  /// The theme in force: chosen, or shown by the popup.
  var entry: ThemeEntry
  /// The themes that there are; nil while they have not come.
  var entries: [ThemeEntry]?
  /// nil while the terminal has not told.
  var background: Background?
  /// True once the terminal has been asked for its background.
  var hasAskedBackground = false
  /// True where changes of theme files are followed.
  var follows: Bool
}

extension State {
  /// The theme that the frame is to be painted in.
  public var theme: Theme { look.entry.theme(on: look.background) }

  /// Asks for the background, once, where the theme depends on it.
  mutating func requestBackground() -> [Effect] {
    guard look.entry.asksForBackground, !look.hasAskedBackground, depth != .none else { return [] }
    look.hasAskedBackground = true
    return [.askBackground]
  }

  /// Takes the terminal's answer; one that does not tell changes nothing.
  mutating func take(background color: RGB?) {
    if let color { look.background = Background(color) }
  }

  /// Takes the themes as their files now are.
  ///
  /// A file that cannot be read any more leaves the look as it was, and says why.
  mutating func take(themes entries: [ThemeEntry]) {
    look.entries = entries
    if case .theme(var popup) = popup {
      if let before = entries.first(where: { $0.path == popup.before.path }), !before.isUnreadable {
        popup.before = before
      }
      popup.refresh(entries, current: popup.before)
      self.popup = .theme(popup)
    }
    guard let entry = entries.first(where: { $0.path == look.entry.path }), entry != look.entry else {
      return
    }
    if let fault = entry.faults.first { notice = .failure(Failure(fault.description)) }
    if !entry.isUnreadable { look.entry = entry }
  }
}
