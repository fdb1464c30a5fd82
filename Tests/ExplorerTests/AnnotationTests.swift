import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Notes on what the screen shows.
struct AnnotationTests {
  static let file = """
    # Notes for a first lesson.
    [1]
    view = "neighbours"
    title = "What pools the tokens"
    text = "The model's own files declare how the states of all tokens become one vector. F3 tries another pooling; no text is encoded again."
    highlight = "header pooling"

    [2]
    title = "Type here"
    text = "Every key searches again."
    highlight = "query"

    [margin]
    view = "heatmap"
    title = "汉字 and 👍🏽"
    text = "长的说明文字会换行，不会超出方框。长的说明文字会换行，不会超出方框。长的说明文字会换行，不会超出方框。"
    highlight = "cell 999 999"
    """

  private func notes() throws -> [Annotation] { try Annotation.read(Self.file, file: "notes.toml") }

  @Test func aFileIsReadInItsOrder() throws {
    let notes = try notes()
    #expect(notes.map(\.view) == [.neighbours, nil, .heatmap])
    #expect(notes.map(\.highlight) == ["header pooling", "query", "cell 999 999"])
    #expect(notes[1].title == "Type here" && notes[1].text == "Every key searches again.")
  }

  static let faults: [(text: String, expected: String)] = [
    ("", "notes.toml, line 1: no annotation; each is a table such as [1] with a title and a text"),
    ("title = \"x\"\n", "notes.toml, line 1: 'title' stands before the first table; begin with [1]"),
    ("[1]\ntitle = \"x\"", "notes.toml, line 1: [1] needs both a title and a text that are not empty"),
    (
      "[1]\ntitle = \"x\"\ntext = \"y\"\ntitel = \"x\"",
      "notes.toml, line 4: unknown key 'titel'; an annotation has view, title, text, highlight; did you mean 'title'?"
    ),
    ("[1]\ntitle = 3", "notes.toml, line 2: 'title' is a text in quotes"),
    (
      "[1]\ntitle = \"x\"\ntext = \"y\"\nhighlight = \"row 3\"",
      "notes.toml, line 1: [1] points at 'row 3', which is no part of the header, query, tokens, status or hints;"
        + " say of which view it is"
    ),
    (
      "[1]\nhighlight = \"header poolin\"",
      "notes.toml, line 2: 'header poolin' is no fact of the header; there are model, dimensions, pooling, layer,"
        + " prompt, metric, b"
    ),
    ("[1]\n[1]", "notes.toml, line 2: the table [1] comes twice"),
    ("[1]\ntitle = \"x", "notes.toml, line 2: a string is not closed by '\"' on its line"),
  ]

  @Test(arguments: faults)
  func aFaultIsNamedWithItsLine(fault: (text: String, expected: String)) {
    let error = #expect(throws: ExplorerError.self) { try Annotation.read(fault.text, file: "notes.toml") }
    #expect(error?.description == fault.expected)
  }

  @Test func anUnknownViewIsAnsweredWithTheOnesThatThereAre() {
    let error = #expect(throws: ExplorerError.self) {
      try Annotation.read("[1]\nview = \"heatmp\"", file: "notes.toml")
    }
    #expect(
      error?.description.hasPrefix(
        "notes.toml, line 2: no view is called 'heatmp'; did you mean 'heatmap'?; there are") == true)
  }

  @Test func tooMuchIsRefused() {
    let many = (0...Annotation.countLimit).map { "[\($0)]\ntitle = \"x\"\ntext = \"y\"\n" }.joined()
    #expect(throws: ExplorerError.self) { try Annotation.read(many, file: "f") }
    let long = "[1]\ntitle = \"x\"\ntext = \"\(String(repeating: "y", count: Annotation.textLimit + 1))\""
    #expect(throws: ExplorerError.self) { try Annotation.read(long, file: "f") }
  }

  @Test(arguments: SnapshotTests.sizes)
  func notesStandBesideWhatTheyAreAbout(size: Size) throws {
    let session = Session(size: size, annotations: try notes())
    try session.keys("how do I get my money back<Wait>")
    for index in 1...3 {
      try expectSnapshot(session.frame.text, named: "i-annotation-\(index)-\(size)")
      try session.keys("<A-n><Wait>")
    }
    #expect(session.state.notice?.text == "this is the last annotation")
  }

  @Test func whatIsPointedAtHasSignsAndNoColourAlone() throws {
    let session = Session(size: Size(columns: 200, rows: 60), annotations: try notes())
    try session.keys("abc<Wait>")
    let spot = try #require(session.state.place(of: "header pooling"))
    #expect(session.frame.rowText(0).contains("▶pooling mean (declared)◀"))
    #expect(session.frame[spot.origin]?.style.attributes.contains(.underline) == true)
  }

  @Test func escapeClosesAndTheNextOneOpensAgain() throws {
    let session = Session(annotations: try notes())
    #expect(session.frame.text.contains("1/3 What pools the tokens"))
    try session.keys("<Esc>")
    #expect(!session.frame.text.contains("1/3"))
    try session.keys("<A-n>")
    #expect(session.frame.text.contains("1/3"))
    try session.keys("<A-n><A-n>")
    #expect(session.state.shows(.heatmap), "a note brings its view")
    try session.keys("<A-p>")
    #expect(session.frame.text.contains("2/3 Type here"))
  }

  @Test func withoutAFileTheActionsSayWhy() throws {
    let session = Session()
    try session.keys("<A-n>")
    #expect(
      session.state.notice?.text
        == "Next annotation: there are no annotations; --annotations FILE brings some")
  }

  @Test func aClickOnANoteGoesOn() throws {
    let session = Session(annotations: try notes())
    let box = try #require(AnnotationView(session.state)).box
    try session.keys("<Click:\(box.left + 2),\(box.top + 1)>")
    #expect(session.state.annotations.index == 1)
  }
}

/// What the lines at the edges of the screen say.
struct EdgeTests {
  @Test func nineHintsFitEightyColumns() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    let line = session.frame.rowText(23)
    for hint in [
      "F2 Prompt", "F3 Pool", "F4 Metric", "F5 Model", "F6 View", "F7 Dims", "F9 A/B", "^P Palette",
      "F1 Help",
    ] {
      #expect(line.contains(hint), "\(hint) in \(line)")
    }
    session.resize(140, 40)
    #expect(session.frame.rowText(39).contains("F2 Instruction  F3 Pooling  F4 Metric"))
  }

  @Test(arguments: View.allCases)
  func aViewWithTheFocusSaysHowItIsRead(view: View) throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 100, rows: 30)] {
      let session = Session(size: size)
      try session.keys("abc<Wait>")
      session.send(.action(.showing(view)))
      session.answerAll()
      #expect(session.state.place == .view(view))
      #expect(session.frame.rowText(size.rows - 2).contains(view.help), "\(view.help.columns) columns")
    }
  }

  @Test func theStatusNamesTheCorpus() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    #expect(session.frame.rowText(22).hasPrefix(" everyday.jsonl · encode 3.1 ms · rank 0.4 ms · idle"))
  }

  @Test func theHeaderShowsWhatSideBHasOtherwise() throws {
    let session = Session()
    try session.keys("abc<Wait><F9>")
    #expect(session.frame.rowText(0).contains("B: same"))
    try session.keys("<F3><Down><Enter>")
    #expect(session.frame.rowText(0).contains("B: pooling declared"))
    try session.keys("<F5>bge<Enter><Wait>")
    #expect(session.frame.rowText(0).contains("B: all-MiniLM"))
    try session.keys("<F9>")
    #expect(!session.frame.rowText(0).contains("B:"))
  }

  @Test func aFrozenSideKeepsItsSummary() throws {
    let session = Session()
    try session.keys("<F9>")
    #expect(session.state.frozen?.summary.contains("B:") == false)
    let present = try #require(session.state.recipe).recipe
    #expect(session.state.presentSide(present)?.summary == session.state.frozen?.summary)
  }

  @Test(arguments: SnapshotTests.sizes)
  func lettersPopupsAndHelpLines(size: Size) throws {
    let session = Session(size: size)
    try session.keys("how do I get my money back<Wait><F9><C-o>")
    try expectSnapshot(session.frame.text, named: "i-jump-\(size)")
    try session.keys("<Esc><Tab><Down>x<Down>")
    try expectSnapshot(session.frame.text, named: "i-export-\(size)")
    try session.keys("<C-u>there<Up><Enter><Wait>")
    try expectSnapshot(session.frame.text, named: "i-export-exists-\(size)")
    try session.keys("<Esc>")
    try expectSnapshot(session.frame.text, named: "i-focus-\(size)")
  }

  @Test func thePaletteHasWhatCannotBeDoneLast() throws {
    let session = Session()
    try session.keys("<C-p>")
    guard case .palette(let palette) = session.state.popup else {
      Issue.record("no palette")
      return
    }
    let disabled = palette.list.matches.map { palette.list.items[$0].disabledReason != nil }
    #expect(disabled.contains(true) && disabled.contains(false))
    #expect(disabled.firstIndex(of: true) == disabled.lastIndex(of: false).map { $0 + 1 })
    try session.keys("<Esc><C-p>remove")
    #expect(session.frame.text.contains("unavailable: the list is empty"))
  }

  @Test func theHelpHasTheNotesOfTheViews() throws {
    let session = Session()
    try session.keys("<F1>")
    guard case .help(let help) = session.state.popup else {
      Issue.record("no help")
      return
    }
    for view in View.allCases {
      #expect(help.list.items.contains { $0.title.hasPrefix("\(view.title): ") })
      for note in view.content.notes {
        #expect(help.list.items.contains { $0.title == "\(view.title): \(note)" })
      }
    }
  }
}
