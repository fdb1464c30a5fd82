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

  var row: Row { Self.table[self] ?? Row("", "", "", [], []) }

  /// Made once: the rows are asked for at every key and for every hint.
  private static let table = [Action: Row](uniqueKeysWithValues: allCases.map { ($0, $0.makeRow()) })

  private func makeRow() -> Row {
    switch self {
    case .help, .palette, .chooseInstruction, .choosePooling, .chooseMetric, .chooseModel, .chooseView, .zoom,
      .chooseDimensions, .chooseLayer, .choosePrecision, .freeze, .chooseTheme, .openCorpus, .openHistory,
      .pullModel,
      .resetRecipe:
      openingRow
    case .focusNext, .focusPrevious, .back, .moveUp, .moveDown, .moveLeft, .moveRight, .pageUp, .pageDown,
      .moveToFirst, .moveToLast:
      movingRow
    case .acceptQuery, .openText, .nextText, .previousText, .addQuery, .addSelected, .removeText, .clearList,
      .pasteLines:
      textRow
    case .accept, .toggle, .switchSide, .suspend, .interrupt, .quit:
      leavingRow
    case .saveSession, .assertTop: sessionRow
    case .undo, .redo, .jump, .copyText, .copyTable, .openEditor, .exportView, .nextAnnotation,
      .previousAnnotation, .closeAnnotation:
      workingRow
    default: showingRow ?? view?.content.row(of: self) ?? Row("", "", "", [], [])
    }
  }

  /// The row of an action that shows a view.
  private var showingRow: Row? {
    guard let view = shownView, let index = View.allCases.firstIndex(of: view) else { return nil }
    let keys = index < 9 ? [KeyPress(Character("\(index + 1)"), .alt)] : []
    return Row("Show \(view.title)", view.title, view.help, keys, Place.main)
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
        "Change the prompt or instruction before a text: declared, named, your own",
        [function(2)], Place.everywhere)
    case .choosePooling:
      Row(
        "Choose the pooling", "Pooling",
        "Change how token states become one vector; no text is encoded again",
        [function(3)], Place.everywhere)
    case .chooseMetric:
      Row(
        "Choose the metric", "Metric", "How near two vectors are, and whether they are normalised",
        [function(4)], Place.everywhere)
    case .chooseModel:
      Row(
        "Choose the model", "Model", "Loads another model: one of this machine, a hub id or a folder",
        [function(5)], Place.everywhere)
    case .chooseView:
      Row(
        "Choose the view", "View", "What is shown beside or instead of Neighbours", [function(6)],
        Place.everywhere)
    case .zoom:
      Row(
        "Zoom the view", "Zoom", "Gives the view the room of both panes, and back", [KeyPress("z")],
        Place.main)
    case .chooseDimensions:
      Row(
        "Choose the dimensions", "Dims", "Cuts the vector: slice, then normalise; no text is encoded again",
        [function(7)], Place.everywhere)
    case .chooseLayer:
      Row(
        "Choose the layer", "Layer",
        "Pools the states of another layer; the collection follows in the background",
        [], Place.everywhere)
    case .choosePrecision:
      Row(
        "Choose the precision", "Precision",
        "The encoder's arithmetic: f32, bf16 or int8; every text is encoded again", [], Place.everywhere)
    case .freeze:
      Row(
        "Freeze this recipe as side B", "A/B",
        "Keeps this recipe as side B, to see how ranks change; again lets it go",
        [function(9)], Place.main)
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
    let lists = Place.everywhere
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
      Row("Left", "Left", "Moves the cursor of the view to the left", [KeyPress(.left)], Place.panes)
    case .moveRight:
      Row("Right", "Right", "Moves the cursor of the view to the right", [KeyPress(.right)], Place.panes)
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
        [KeyPress(.enter)], [.view(.neighbours)])
    case .nextText:
      Row(
        "Next text", "Next text", "Selects the next of the nearest texts, whatever view is shown",
        [KeyPress("]")], Place.panes)
    case .previousText:
      Row(
        "Previous text", "Previous text", "Selects the one before among the nearest texts",
        [KeyPress("[")], Place.panes)
    case .addQuery:
      Row(
        "Add the query to the list", "Add query", "Adds the query to the heatmap's list of your own texts",
        [KeyPress("a", .alt)], Place.main)
    case .addSelected:
      Row(
        "Add the selected text to the list", "Add",
        "Adds the selected text, or the marked ones, to the heatmap's list", [KeyPress("a")], Place.panes)
    case .removeText:
      Row(
        "Remove the text from the list", "Remove", "Removes the text under the heatmap's cursor",
        [KeyPress("d"), KeyPress(.delete)], [.view(.heatmap)])
    case .clearList:
      Row("Remove every text from the list", "Clear", "Empties the list of your own texts", [], Place.main)
    default:
      Row(
        "Paste lines into the list", "Paste",
        "Goes to your list: what is pasted there becomes one text a line", [], Place.main)
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
