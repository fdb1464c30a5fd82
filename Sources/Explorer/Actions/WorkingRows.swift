import Screen

extension Action {
  /// The rows of what is done with the whole of the screen or with one text of it.
  var workingRow: Row {
    switch self {
    case .undo:
      Row(
        "Undo", "Undo", "Takes back the last change: a setting, a view, the list, words of the query",
        [KeyPress("_", .control)], Place.everywhere)
    case .redo:
      Row(
        "Redo", "Redo", "Brings back what undo took, until something else is changed",
        [KeyPress("_", .alt)], Place.everywhere)
    case .jump:
      Row(
        "Jump", "Jump", "Puts a letter on every place of the screen; typing one goes there",
        [KeyPress("o", .control)], Place.main)
    case .copyText:
      Row(
        "Copy the selected text", "Copy", "Puts the selected text into the terminal's clipboard",
        [KeyPress("y")], Place.panes)
    case .copyTable:
      Row(
        "Copy the view as a table", "Copy table",
        "Everything that the view shows into the clipboard, columns apart by tabs",
        [KeyPress("Y")], Place.panes)
    case .openEditor:
      Row(
        "Open the selected text in the editor", "Open",
        "Opens a text of your list in $EDITOR to change it, any other in $PAGER",
        [KeyPress("e")], Place.panes)
    case .exportView:
      Row(
        "Export the view", "Export", "Writes the view to a file: text, ANSI, CSV, JSON or SVG",
        [KeyPress("x")], Place.panes)
    case .nextAnnotation:
      Row(
        "Next annotation", "Next note", "Goes to the next note of the annotation file",
        [KeyPress("n", .alt)], Place.main)
    case .previousAnnotation:
      Row(
        "Previous annotation", "Note before", "Goes back to the note before", [KeyPress("p", .alt)],
        Place.main)
    default:
      Row(
        "Close the annotation", "Close note", "Puts the note away; the next one brings it back", [],
        Place.main)
    }
  }
}
