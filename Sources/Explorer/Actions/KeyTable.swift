import Screen

/// The table of keys in Markdown, as the README has it.
///
/// Keys that write a character run actions only where no text is typed.
public func keyTable() -> String {
  var lines = ["| key | action | where | what it does |", "| --- | --- | --- | --- |"]
  for action in Action.allCases {
    let row = action.row
    let keys = row.keys.map { "`\($0.label)`" }.joined(separator: " ")
    let places =
      row.places == Action.Place.everywhere
      ? "everywhere"
      : Action.Place.allCases.filter(row.places.contains).map(\.rawValue).joined(separator: ", ")
    lines.append(
      "| \(keys.isEmpty ? "palette" : keys) | \(row.name) (`\(action.rawValue)`) | \(places) | \(row.help) |")
  }
  for keys in EditingKeys.all { lines.append("| \(keys.keys) | Edit | in a line of text | \(keys.help) |") }
  return lines.joined(separator: "\n") + "\n"
}
