public import Screen

/// Which keys run which actions: the table's own, with the user's choices laid over them.
public struct KeyBindings: Equatable, Sendable {
  private var chosen: [Action: [KeyPress]]

  /// The keys of the table, except for the actions that are given others; an empty list takes all keys away.
  public init(_ chosen: [Action: [KeyPress]] = [:]) { self.chosen = chosen }

  /// The keys of an action, the one that hints show first.
  public func keys(for action: Action) -> [KeyPress] { chosen[action] ?? action.defaultKeys }

  /// The action that a key runs in a place.
  func action(for key: KeyPress, in place: Action.Place) -> Action? {
    // Where text is typed, a key that writes is text.
    if place.isTyping, key.text != nil { return nil }
    return Action.allCases.first { $0.row.places.contains(place) && keys(for: $0).contains(key) }
  }

  /// How hints show an action's key; nil where it has none in that place.
  func label(for action: Action, in place: Action.Place? = nil) -> String? {
    keys(for: action).first { key in place.map { !$0.isTyping || key.text == nil } ?? true }?.label
  }
}
