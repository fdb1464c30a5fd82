public import Screen

extension Action {
  /// One row of the table.
  struct Row: Sendable {
    /// What the palette calls it.
    var name: String
    /// What the hint line calls it.
    var short: String
    /// One line of help.
    var help: String
    var keys: [KeyPress]
    var places: Set<Place>
  }

  /// What the palette and the help call the action.
  public var name: String { row.name }
  /// What it does, in one line.
  public var help: String { row.help }
  /// The keys that it has unless the user chose others.
  public var defaultKeys: [KeyPress] { row.keys }

  var row: Row {
    switch self {
    case .help, .palette, .chooseInstruction, .choosePooling, .chooseMetric, .chooseModel, .nextView,
      .chooseTheme, .openCorpus, .openHistory, .pullModel, .resetRecipe:
      openingRow
    case .focusNext, .focusPrevious, .back, .moveUp, .moveDown, .moveLeft, .moveRight, .pageUp, .pageDown,
      .moveToFirst, .moveToLast:
      movingRow
    case .acceptQuery, .openText, .addQuery, .addSelected, .removeText, .clearList, .pasteLines,
      .switchHeatmap, .switchRange, .compareMore, .compareFewer:
      textRow
    case .accept, .toggle, .switchSide, .suspend, .interrupt, .quit:
      leavingRow
    }
  }

  private var openingRow: Row {
    switch self {
    case .help:
      Row(
        "Help", "Help", "Lists every action; type to search, Enter runs one",
        [function(1), KeyPress("?")], Place.everywhere)
    case .palette:
      Row(
        "Command palette", "Palette", "Finds an action by a few letters of its name and runs it",
        [control("p"), KeyPress(":")], Place.everywhere)
    case .chooseInstruction:
      Row(
        "Choose the instruction", "Instruction",
        "The prompt before a text: declared, none, by name, or your own words",
        [function(2)], Place.everywhere)
    case .choosePooling:
      Row(
        "Choose the pooling", "Pooling", "How token states become one vector; no text is encoded again",
        [function(3)], Place.everywhere)
    case .chooseMetric:
      Row(
        "Choose the metric", "Metric", "How near two vectors are, and whether they are normalised",
        [function(4)], Place.everywhere)
    case .chooseModel:
      Row(
        "Choose the model", "Model", "Loads another model: one of this machine, a hub id or a folder",
        [function(5)], Place.everywhere)
    case .nextView:
      Row("Next view", "View", "Goes to the next view", [function(6)], Place.everywhere)
    case .chooseTheme:
      Row(
        "Choose the theme", "Theme", "The colours of the screen; moving through the list shows each at once",
        [KeyPress("t", .alt)], Place.everywhere)
    case .openCorpus:
      Row("Open a corpus", "Corpus", "Opens a file or folder of texts to search in", [], Place.everywhere)
    case .openHistory:
      Row(
        "Query history", "History", "Finds an earlier query; Enter in the query keeps one",
        [control("r")], Place.everywhere)
    case .pullModel:
      Row(
        "Pull the model", "Pull", "Fetches the model that is not on this machine", [], Place.everywhere)
    default:
      Row(
        "Use the model's own recipe", "Reset", "Takes back every choice that differs from the model's files",
        [], Place.everywhere)
    }
  }

  private var movingRow: Row {
    let lists: Set<Place> = [.query, .neighbours, .heatmap, .list, .field, .page]
    return switch self {
    case .focusNext:
      Row("Next pane", "Pane", "Moves between the query and the panes", [KeyPress(.tab)], Place.main)
    case .focusPrevious:
      Row(
        "Previous pane", "Pane", "Moves between the query and the panes, backwards",
        [KeyPress(.tab, .shift)], Place.main)
    case .back:
      Row(
        "Back", "Back", "One level out; a popup takes back what it previewed", [KeyPress(.escape)],
        Place.everywhere)
    case .moveUp: Row("Up", "Up", "Selects the one above", [KeyPress(.up)], lists)
    case .moveDown: Row("Down", "Down", "Selects the one below", [KeyPress(.down)], lists)
    case .moveLeft:
      Row("Left", "Left", "Moves the cursor of the heatmap to the left", [KeyPress(.left)], [.heatmap])
    case .moveRight:
      Row("Right", "Right", "Moves the cursor of the heatmap to the right", [KeyPress(.right)], [.heatmap])
    case .pageUp: Row("Page up", "Page", "Selects the one a page above", [KeyPress(.pageUp)], lists)
    case .pageDown: Row("Page down", "Page", "Selects the one a page below", [KeyPress(.pageDown)], lists)
    case .moveToFirst:
      Row(
        "First", "First", "Selects the first; in a line of text Home alone moves the caret",
        [KeyPress(.home, .control), KeyPress(.home)], lists)
    default:
      Row(
        "Last", "Last", "Selects the last; in a line of text End alone moves the caret",
        [KeyPress(.end, .control), KeyPress(.end)], lists)
    }
  }

  private var textRow: Row {
    switch self {
    case .acceptQuery:
      Row(
        "Keep the query and read the selected text", "Keep & read",
        "Adds the query to the history and opens the selected text", [KeyPress(.enter)], [.query])
    case .openText:
      Row(
        "Read the selected text", "Read", "Opens the whole text with its fields",
        [KeyPress(.enter), KeyPress(" ")], [.neighbours])
    case .addQuery:
      Row(
        "Add the query to the list", "Add query", "Adds the query to the heatmap's list of your own texts",
        [KeyPress("a", .alt)], Place.main)
    case .addSelected:
      Row(
        "Add the selected text to the list", "Add",
        "Adds the selected text to the heatmap's list of your texts", [KeyPress("a")], Place.panes)
    case .removeText:
      Row(
        "Remove the text from the list", "Remove", "Removes the text under the heatmap's cursor",
        [KeyPress("d"), KeyPress(.delete)], [.heatmap])
    case .clearList:
      Row("Remove every text from the list", "Clear", "Empties the list of your own texts", [], Place.main)
    case .pasteLines:
      Row(
        "Paste lines into the list", "Paste",
        "Goes to your list: what is pasted there becomes one text a line", [], Place.main)
    case .switchHeatmap:
      Row(
        "Heatmap of results or of the list", "Texts",
        "Switches between the query with its nearest texts and your own list",
        [KeyPress("m")], [.heatmap])
    case .compareMore:
      Row(
        "Compare more results", "More", "Twice as many of the nearest texts in the heatmap",
        [KeyPress("+")], [.heatmap])
    case .compareFewer:
      Row(
        "Compare fewer results", "Fewer", "Half as many of the nearest texts in the heatmap",
        [KeyPress("-")], [.heatmap])
    default:
      Row(
        "Heatmap range", "Range", "Switches the colours between percentiles and a fixed range",
        [KeyPress("r")], [.heatmap])
    }
  }

  private var leavingRow: Row {
    switch self {
    case .accept:
      Row(
        "Keep", "Keep", "Keeps what the popup shows and closes it", [KeyPress(.enter)],
        [.list, .field, .page])
    case .toggle:
      Row("Switch", "Switch", "Switches the selected row of a popup", [KeyPress(" ")], [.list])
    case .switchSide:
      Row(
        "Query or documents", "Side", "Switches the instruction popup between queries and documents",
        [KeyPress(.tab), KeyPress(.tab, .shift)], [.list, .field])
    case .suspend:
      Row("Suspend", "Suspend", "Back to the shell; fg returns", [control("z")], Place.everywhere)
    case .interrupt:
      Row("Quit when pressed twice", "Quit", "The second press quits", [control("c")], Place.everywhere)
    default:
      Row("Quit", "Quit", "Leaves the explorer", [control("q")], Place.everywhere)
    }
  }

  private func function(_ number: Int) -> KeyPress { KeyPress(.function(number)) }

  private func control(_ character: Character) -> KeyPress { KeyPress(character, .control) }
}

extension Action.Row {
  init(
    _ name: String, _ short: String, _ help: String, _ keys: [KeyPress], _ places: Set<Action.Place>
  ) {
    self.init(name: name, short: short, help: help, keys: keys, places: places)
  }
}
