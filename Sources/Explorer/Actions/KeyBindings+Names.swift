import Screen

extension KeyBindings {
  /// Reads the user's keys: ids of actions with names of keys, as `[keybindings]` of the configuration has them.
  ///
  /// Keys are named as hints, scripts or other programs name them: `ctrl+p`, `C-p`, `^P`, `<C-p>`, `f2`, `alt+x`.
  ///
  /// - Throws: `ExplorerError` with every fault, one a line: ids that no action has, names that no key has, keys
  ///   that are given twice in one place, and a way out of the program that would be lost.
  public init(named: [String: [String]]) throws(ExplorerError) {
    var faults: [ExplorerError] = []
    var chosen: [Action: [KeyPress]] = [:]
    for (id, names) in named.sorted(by: { $0.key < $1.key }) {
      guard let action = Action(rawValue: id) else {
        faults.append(
          .unknownAction(id, closest: Closest.name(to: id, among: Action.allCases.map(\.rawValue))))
        continue
      }
      chosen[action] = Self.keys(names, of: action, &faults)
    }
    faults += Self.conflicts(chosen)
    let bindings = KeyBindings(chosen)
    // An empty list may take away any key but these: else the user could not leave, nor find out how.
    for action in [Action.quit, .palette] where bindings.label(for: action, in: .query) == nil {
      faults.append(.keyNeeded(action: action.rawValue))
    }
    if faults.count == 1 { throw faults[0] }
    guard faults.isEmpty else { throw .several(faults) }
    self = bindings
  }

  private static func keys(
    _ names: [String], of action: Action, _ faults: inout [ExplorerError]
  ) -> [KeyPress] {
    var keys: [KeyPress] = []
    for name in names {
      do throws(ScreenError) {
        let key = try KeyPress(named: name)
        if !keys.contains(key) { keys.append(key) }
      } catch {
        faults.append(.unknownKey(action: action.rawValue, reason: error.description))
      }
    }
    return keys
  }

  /// Keys that the user gave to two actions which are heard in one place.
  private static func conflicts(_ chosen: [Action: [KeyPress]]) -> [ExplorerError] {
    let actions = Action.allCases.filter { chosen[$0] != nil }
    var faults: [ExplorerError] = []
    for (index, first) in actions.enumerated() {
      for second in actions[(index + 1)...] {
        guard
          let place = Action.Place.allCases.first(
            where: first.row.places.intersection(second.row.places).contains)
        else { continue }
        for key in chosen[first] ?? [] where chosen[second]?.contains(key) == true {
          faults.append(
            .keyTaken(
              key: key.label, first: first.rawValue, second: second.rawValue, place: place.name))
        }
      }
    }
    return faults
  }
}
