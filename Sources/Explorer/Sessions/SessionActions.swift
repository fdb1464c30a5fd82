import Recipes
import Screen

extension Action {
  /// The rows of the actions about the session itself.
  var sessionRow: Row {
    switch self {
    case .saveSession:
      Row(
        "Save the session", "Save",
        "Writes everything since the start into a file that --play does again",
        [KeyPress("s", .control)], Place.everywhere)
    default:
      Row(
        "Add an assertion", "Assert",
        "Notes in the session that the first text must be the one that is first now", [], Place.everywhere)
    }
  }

  /// Why an action about the session cannot be done; nil where it can.
  func sessionUnavailable(_ state: State) -> String? {
    guard self == .assertTop else { return nil }
    if let reason = state.neighboursUnavailable { return reason }
    guard state.neighbours.list?.neighbours.isEmpty == false else { return "there are no results" }
    return state.neighboursAreCurrent ? nil : "the results are out of date"
  }
}

extension State {
  mutating func runOfSession(_ action: Action) -> [Effect] {
    guard action == .assertTop else { return [.saveSession(nil)] }
    guard let id = neighbours.list?.neighbours.first?.id else { return [] }
    let assertion = Assertion.text(rank: 1, id: id)
    notice = .hint("the session now says: assert \(assertion.text)")
    return [.assert(assertion)]
  }
}
