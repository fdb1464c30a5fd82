public import Screen

/// Which keys run which actions: the table's own, with the user's choices laid over them.
///
/// A key that the user gives to an action is taken from the actions that have it by the table, in the places that
/// both share.
public struct KeyBindings: Equatable, Sendable {
  private let chosen: [Action: [KeyPress]]
  /// The action of each key, for every place.
  private let owners: [Action.Place: [KeyPress: Action]]

  /// The keys of the table, except for the actions that are given others; an empty list takes all keys away.
  public init(_ chosen: [Action: [KeyPress]] = [:]) {
    self.chosen = chosen
    owners = chosen.isEmpty ? Self.tableOwners : Self.owners(chosen)
  }

  private static let tableOwners = owners([:])

  private static func owners(_ chosen: [Action: [KeyPress]]) -> [Action.Place: [KeyPress: Action]] {
    var owners: [Action.Place: [KeyPress: Action]] = [:]
    // What the user chose comes first; among equals the table's order decides.
    let actions = Action.allCases.filter { chosen[$0] != nil } + Action.allCases.filter { chosen[$0] == nil }
    for action in actions {
      for place in action.row.places {
        for key in chosen[action] ?? action.defaultKeys where owners[place]?[key] == nil {
          owners[place, default: [:]][key] = action
        }
      }
    }
    return owners
  }

  /// The keys of an action, the one that hints show first.
  public func keys(for action: Action) -> [KeyPress] { chosen[action] ?? action.defaultKeys }

  /// The action that a key runs in a place.
  func action(for key: KeyPress, in place: Action.Place) -> Action? {
    // Where text is typed, a key that writes is text.
    if place.isTyping, key.text != nil { return nil }
    return owners[place]?[key]
  }

  /// How hints show an action's key; nil where it has none in that place, or anywhere.
  func label(for action: Action, in place: Action.Place? = nil) -> String? {
    let keys = keys(for: action)
    guard let place else {
      return keys.first { key in action.row.places.contains { owners[$0]?[key] == action } }?.label
    }
    return keys.first { self.action(for: $0, in: place) == action }?.label
  }

  /// The keys of the table that an action lost to a choice of the user, with the action that has them now.
  public var displaced: [Displaced] {
    guard !chosen.isEmpty else { return [] }
    var displaced: [Displaced] = []
    for action in Action.allCases where chosen[action] == nil {
      for key in action.defaultKeys {
        let takers = Action.Place.allCases.filter(action.row.places.contains).compactMap { owners[$0]?[key] }
        guard let taker = takers.first(where: { $0 != action }) else { continue }
        displaced.append(Displaced(key: key, action: action, taker: taker))
      }
    }
    return displaced
  }

  /// A key of the table that the user's choice gave to another action.
  public struct Displaced: Equatable, Sendable {
    public var key: KeyPress
    public var action: Action
    public var taker: Action
  }
}
