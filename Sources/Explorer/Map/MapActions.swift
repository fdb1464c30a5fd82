import Screen

extension MapContent {
  static func row(of action: Action) -> Action.Row? {
    switch action {
    case .switchMapMethod:
      row("Map by another method", "Method", "PCA at once; UMAP and t-SNE take their time", ["m"])
    case .colorMap:
      row("Colour the map by a field", "Colour", "No field, then each field of the texts in turn", ["c"])
    case .zoomMapIn:
      row(
        "Enlarge the map", "Larger", "Round the selected point; the wheel enlarges under the mouse",
        ["+", "="])
    case .zoomMapOut:
      row("Reduce the map", "Smaller", "Shows more of it; the wheel does so under the mouse", ["-"])
    case .showWholeMap: row("Show the whole map", "Whole", "Every point, as large as there is room", ["0"])
    case .panMapLeft: panRow("left", .left)
    case .panMapRight: panRow("right", .right)
    case .panMapUp: panRow("up", .up)
    case .panMapDown: panRow("down", .down)
    case .goToNearest:
      row("Go to the query's nearest on the map", "Nearest", "The nearest text, then the next nearest", ["n"])
    default: secondRow(of: action)
    }
  }

  private static func secondRow(of action: Action) -> Action.Row? {
    switch action {
    case .switchMapLinks:
      row(
        "Link the nearest on the map", "Links",
        "Lines to the truly nearest texts, of the selected text or of the query", ["l"])
    case .switchMapTrust:
      row(
        "Mark doubtful places of the map", "Trust",
        "? where the neighbours that are drawn are hardly the true ones", ["t"])
    case .switchMapLetters:
      row(
        "Letters on the map", "Letters", "A letter for each value of the field instead of coloured dots",
        ["g"])
    case .stopMap:
      row(
        "Stop the layout, or lay it out anew", "Stop",
        "Keeps the map as it is; again begins with another seed",
        ["s"])
    default: nil
    }
  }

  private static func row(
    _ name: String, _ short: String, _ help: String, _ keys: [Character]
  ) -> Action.Row {
    Action.Row(name, short, help, keys.map { KeyPress($0) }, [.view(.map)])
  }

  private static func panRow(_ direction: String, _ key: Key) -> Action.Row {
    Action.Row(
      "Move along the map, \(direction)", "Pan", "Shows what lies further \(direction) of an enlarged map",
      [KeyPress(key, .shift), KeyPress(key, .alt)], [.view(.map)])
  }
}
