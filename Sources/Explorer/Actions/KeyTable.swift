import Screen

/// The table of keys in Markdown, as the README has it.
///
/// Keys that write a character run actions only where no text is typed.
public func keyTable() -> String {
  var lines = ["| key | action | where | what it does |", "| --- | --- | --- | --- |"]
  for action in Action.allCases {
    let row = action.row
    let keys = row.keys.map { "`\($0.label)`" }.joined(separator: " ")
    lines.append(
      "| \(keys.isEmpty ? "palette" : keys) | \(row.name) (`\(action.rawValue)`) | \(Action.Place.names(row.places)) "
        + "| \(row.help) |")
  }
  for keys in EditingKeys.all { lines.append("| \(keys.keys) | Edit | in a line of text | \(keys.help) |") }
  return lines.joined(separator: "\n") + "\n"
}

extension Action.Place {
  /// The places in words, as few as there can be.
  fileprivate static func names(_ places: Set<Action.Place>) -> String {
    if places == everywhere { return "everywhere" }
    if places == main { return "outside of popups" }
    var names = allCases.filter(places.contains).map(\.name)
    if panes.isSubset(of: places) {
      names = ["in every view"] + places.subtracting(panes).map(\.name).sorted()
    }
    return names.joined(separator: ", ")
  }
}
