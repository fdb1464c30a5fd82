import Screen
import Testing

@testable import Explorer

/// Keys and pastes outside of popups.
struct InputTests {
  @Test func whatATerminalDoesNotMarkAsPastedIsTakenTogether() throws {
    let session = Session()
    func keys(_ text: String) -> [InputEvent] { text.map { .key(KeyPress($0)) } }
    let long = String(repeating: "naïve 文字 👩‍👩‍👧 ", count: 10)
    let inputs = keys(long) + [.key(KeyPress(.enter))] + keys(long)
    let run = try #require(session.state.pastedRun(inputs[...]))
    #expect(run == (long, long.count))
    // Marks that arrive by themselves join what stands before them: fewer characters than keys.
    let marks = Array(repeating: keys("e") + keys("\u{301}"), count: 20).flatMap(\.self)
    let joined = try #require(session.state.pastedRun((marks + [.key(KeyPress(.enter))])[...]))
    #expect(joined.text.count == 20 && joined.keys == 40)
    #expect(session.state.pastedRun(inputs.dropFirst(long.count)) == nil)
    #expect(session.state.pastedRun(keys("typed by hand")[...]) == nil)
    #expect(session.state.pastedRun([]) == nil)
    // Elsewhere letters may be keys of actions.
    try session.keys("<F3>")
    #expect(session.state.pastedRun(inputs[...]) == nil)
    try session.keys("<Esc><Tab>")
    #expect(session.state.focus != .query)
    #expect(session.state.pastedRun(inputs[...]) == nil)
  }

  @Test func printableKeysAlwaysTypeInTheQuery() throws {
    let session = Session()
    try session.keys("q? :a m r d")
    #expect(session.state.query.field.text == "q? :a m r d")
    #expect(session.state.popup == nil)
  }

  @Test func aPasteIsOneEditOnOneLine() throws {
    let session = Session()
    session.forget()
    session.paste("first line\nsecond line")
    #expect(session.state.query.field.text == "first line second line")
    #expect(session.searches.count == 1)
  }

  @Test func aLetterThatIsNoCommandGoesBackToTheQuery() throws {
    let session = Session()
    try session.keys("abc<Wait><Tab>")
    #expect(session.state.place == .view(.neighbours))
    try session.keys("j")
    #expect(session.state.place == .query)
    #expect(session.state.query.field.text == "abcj")
  }

  @Test func tabGoesRoundTheQueryAndTheViews() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    var places: [Action.Place] = []
    for _ in 0..<4 {
      try session.keys("<Tab>")
      places.append(session.state.place)
    }
    #expect(places == [.view(.neighbours), .view(.heatmap), .query, .view(.neighbours)])
    try session.keys("<S-Tab><S-Tab>")
    #expect(session.state.place == .view(.heatmap))
    #expect(session.state.shows(.heatmap))
  }

  @Test func arrowsMoveInTheResultsWithoutLeavingTheQuery() throws {
    let session = Session()
    try session.keys("abc<Wait><Down><Down><Up><PgDn>")
    #expect(session.state.place == .query)
    #expect((session.state.neighbours.rows.selection ?? 0) > 10)
    try session.keys("<C-End>")
    #expect(session.state.neighbours.rows.selection == 59)
    try session.keys("<C-Home>")
    #expect(session.state.neighbours.rows.selection == 0)
    try session.keys("<Home>x")
    #expect(session.state.query.field.text == "xabc", "Home alone moves the caret")
  }

  @Test func theSelectionFollowsItsTextAndReturnsToTheFirstForAnotherQuery() throws {
    let session = Session()
    try session.keys("abc<Wait><Down><Down>")
    let request = try #require(session.state.wishes.search?.request)
    try session.keys("<F3><Down><Enter>")
    var list = session.world.neighbours(request)
    list.neighbours.swapAt(2, 7)
    session.answer(.neighbours(list, generation: session.state.requests[.search].generation))
    #expect(session.state.neighbours.rows.selection == 7)
    try session.keys("d<Wait>")
    #expect(session.state.neighbours.rows.selection == 0)
  }

  @Test func enterKeepsTheQueryAndOpensTheText() throws {
    let session = Session(history: ["older", "abc"])
    try session.keys("abc<Wait>")
    #expect(try session.keys("<Enter>") == [], "the latest query of the history again")
    try session.keys("<Esc>d<Wait>")
    #expect(try session.keys("<Enter>") == [.saveQuery("abcd")])
    guard case .text(let popup) = session.state.popup else {
      Issue.record("no text is open")
      return
    }
    #expect(popup.rank == 1)
    #expect(session.state.query.history == ["older", "abc", "abcd"])
    try session.keys("<Enter>")
    #expect(session.state.popup == nil)
    try session.keys("<Enter>e")
    #expect(session.state.popup == nil)
    #expect(session.state.query.field.text == "abcde", "no key is lost while a text is open")
  }

  @Test func anEarlierQueryComesBackByItsLetters() throws {
    let session = Session(history: ["river boats", "refund time"])
    try session.keys("typed<C-r>rivb<Enter>")
    #expect(session.state.query.field.text == "river boats")
    #expect(session.state.place == .query)
    try session.keys("<C-r><Esc>")
    #expect(session.state.query.field.text == "river boats")
  }

  @Test func anEmptyHistorySaysWhy() throws {
    let session = Session()
    try session.keys("<C-r>")
    #expect(session.state.popup == nil)
    #expect(session.state.notice?.text.contains("no query has been kept") == true)
  }

  @Test func escapeGoesOneLevelOutAndNeverQuits() throws {
    let session = Session()
    session.answer(.notice(Failure("the cache cannot be written")))
    try session.keys("abc<Wait><Tab><F3>")
    var effects = try session.keys("<Esc>")
    #expect(session.state.popup == nil)
    #expect(session.state.place == .view(.neighbours))
    effects += try session.keys("<Esc>")
    #expect(session.state.place == .query)
    #expect(session.state.notice != nil)
    effects += try session.keys("<Esc>")
    #expect(session.state.notice == nil)
    effects += try session.keys("<Esc><Esc>")
    #expect(effects == [])
    #expect(session.state.query.field.text == "abc")
  }

  @Test func interruptQuitsWhenPressedTwice() throws {
    let session = Session()
    #expect(try session.keys("<C-c>") == [])
    #expect(session.state.notice?.text == "^C again quits")
    #expect(try session.keys("x").map(\.kind) == ["search"])
    #expect(try session.keys("<C-c>") == [], "another key came between")
    #expect(try session.keys("<C-c>") == [.quit])
  }

  @Test func quitAndSuspendWorkEverywhere() throws {
    for place in ["", "<Tab>", "<F3>", "<F5>", "<C-p>", "<F1>"] {
      let session = Session()
      try session.keys(place)
      #expect(try session.keys("<C-z>") == [.suspend])
      #expect(try session.keys("<C-q>") == [.quit])
    }
  }

  @Test func aDisabledKeyAnswersWithItsReason() throws {
    let session = Session.bare()
    #expect(try session.keys("<F3>") == [])
    #expect(session.state.popup == nil)
    #expect(session.state.notice?.text == "Choose the pooling: no model is loaded; F5 chooses one")
    try session.keys("x")
    #expect(session.state.notice == nil, "a hint goes with the next key")
  }

  @Test func failuresStayUntilEscape() throws {
    let session = Session()
    session.answer(.notice(Failure("the cache cannot be written", nextStep: "check its permissions")))
    try session.keys("abc")
    #expect(session.state.notice?.text == "the cache cannot be written · check its permissions")
    try session.keys("<Esc>")
    #expect(session.state.notice == nil)
  }

  @Test func resizingNeverLosesAnything() throws {
    let session = Session()
    try session.keys("abc<Wait><Down><Down><Down><F3><Down>")
    let before = session.state
    for size in [(1, 1), (0, 0), (200, 60), (79, 24), (80, 23), (80, 24)] {
      session.resize(size.0, size.1)
      _ = session.frame
    }
    session.answerAll()
    #expect(session.state.query == before.query)
    #expect(session.state.overrides == before.overrides)
    #expect(session.state.neighbours.rows.selection == before.neighbours.rows.selection)
  }

  @Test func viewsAreShownAsOneMovesInTheirList() throws {
    let session = Session()
    try session.keys("<F6><F6>")
    #expect(session.state.shows(.heatmap) && !session.state.shows(.neighbours))
    try session.keys("<Esc>")
    #expect(session.state.shows(.neighbours) && session.state.place == .query)
    try session.keys("<F6><Down><Enter>")
    #expect(session.state.place == .view(.heatmap))
    try session.keys("<A-3>")
    #expect(session.state.place == .view(.tokens))
  }

  @Test func theFocusStaysOnAPaneThatIsShown() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("<A-3><S-Tab>")
    #expect(session.state.place == .view(.neighbours))
    #expect(session.state.shows(.tokens), "the other pane stays")
    session.resize(80, 24)
    #expect(session.state.place == .view(.tokens))
  }
}
