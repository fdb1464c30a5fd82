import Screen

/// The rows of the action table of the comparison.
enum CompareRows {
  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .readCompared:
      Action.Row(
        "Read the compared text or take the query", "Read",
        "Opens the selected text; in the list of queries puts one into the query line",
        [KeyPress(.enter)], [.view(.compare)])
    case .swapSides:
      Action.Row(
        "Swap the sides", "Swap", "Puts side B in force, its model too, and freezes side A as B",
        [KeyPress("s")], [.view(.compare)])
    case .letGo:
      Action.Row(
        "Let side B go", "Let go", "Ends the comparison; F9 freezes another recipe",
        [KeyPress("d"), KeyPress(.delete)], [.view(.compare)])
    case .compareDeeper:
      Action.Row(
        "Compare deeper", "Deeper", "Counts more of the nearest texts: 5, 10, 20, 50 or 100",
        [KeyPress("+")], [.view(.compare)])
    case .compareShallower:
      Action.Row(
        "Compare less deep", "Less deep", "Counts fewer of the nearest texts: 100, 50, 20, 10 or 5",
        [KeyPress("-")], [.view(.compare)])
    case .openQueryFile:
      Action.Row(
        "Compare on a file of queries", "File",
        "Asks both sides every query of a file; least agreement first",
        [KeyPress("f")], [.view(.compare)])
    case .switchComparison:
      Action.Row(
        "This query or the file's", "Queries", "Switches between both lists and the file's queries",
        [KeyPress("m")], [.view(.compare)])
    default: nil
    }
  }
}
