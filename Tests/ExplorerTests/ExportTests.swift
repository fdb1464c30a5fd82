import Recipes
import Screen
import Testing

@testable import Explorer

/// Copying, opening and exporting what the screen shows.
struct ExportTests {
  private func exported(_ session: Session) throws -> ExportRequest {
    let request = session.log.compactMap { if case .export(let request, _) = $0 { request } else { nil } }
      .last
    return try #require(request)
  }

  @Test func theSelectedTextIsCopied() throws {
    let session = Session()
    try session.keys("abc<Wait><Tab><Down>")
    #expect(try session.keys("y") == [.copy(session.world.texts[1])])
    #expect(session.state.notice?.text == "the selected text went to the terminal's clipboard (87 B)")
  }

  @Test func aTextThatIsTooLongIsRefusedWithTheWayOut() throws {
    var world = World()
    world.texts[0] = String(repeating: "x", count: ClipboardSequence.byteLimit + 1)
    let session = Session(world)
    try session.keys("abc<Wait><Tab>")
    #expect(try session.keys("y") == [])
    #expect(
      session.state.notice?.text
        == "the selected text has 75.0 kB, the clipboard takes 75.0 kB at most; x writes it to a file")
  }

  @Test func nothingSelectedIsNotCopied() throws {
    let session = Session()
    try session.keys("<Tab>")
    #expect(try session.keys("ye") == [])
    #expect(session.state.notice?.text == "Open the selected text in the editor: no text is selected")
  }

  @Test func aTextOfTheCorpusOpensInThePager() throws {
    let session = Session()
    try session.keys("abc<Wait><Tab>")
    #expect(try session.keys("e") == [.open(session.world.texts[0], in: .pager, generation: 1)])
    session.answerAll()
    #expect(try session.keys("e") == [.open(session.world.texts[0], in: .pager, generation: 2)])
  }

  private func list(_ texts: [String]) throws -> Session {
    let session = Session(size: Size(columns: 100, rows: 30), texts: texts)
    try session.keys("<Tab><Tab>m<Wait>")
    return session
  }

  @Test func aTextOfTheListComesBackEditedAndCanBeTakenBack() throws {
    let session = try list(["one", "two"])
    #expect(try session.keys("e") == [.open("one", in: .editor, generation: 1)])
    #expect(
      session.answer(.edited("one edited\n", generation: 1)).first == .saveTexts(["one edited", "two"]))
    #expect(session.state.notice?.text.hasPrefix("the text is changed") == true)
    #expect(try session.keys("<C-_>").contains(.saveTexts(["one", "two"])))
  }

  static let unusable: [(answer: String, notice: String)] = [
    ("one\n", "the text is as it was"), ("two\n", "the list has this text already; it stays as it was"),
    (" \n\n", "the text came back empty and stays as it was; d removes it"),
  ]

  @Test(arguments: unusable)
  func anEditThatCannotBeTakenLeavesTheList(edit: (answer: String, notice: String)) throws {
    let session = try list(["one", "two"])
    try session.keys("e")
    session.answer(.edited(edit.answer, generation: 1))
    #expect(session.state.heatmap.texts == ["one", "two"])
    #expect(session.state.notice?.text == edit.notice)
    #expect(session.state.editing == nil)
  }

  @Test func anEditorThatFailsSaysWhy() throws {
    let session = try list(["one", "two"])
    try session.keys("e")
    session.answer(.openFailed(Failure("no editor 'x'", nextStep: "set EDITOR"), generation: 1))
    #expect(session.state.notice?.text == "no editor 'x' · set EDITOR")
    #expect(session.state.editing == nil)
    session.answer(.edited("late", generation: 1))
    #expect(session.state.heatmap.texts == ["one", "two"])
  }

  @Test func aViewIsWrittenAsItStands() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait><Tab>x<Enter>")
    let request = try exported(session)
    #expect(request.path == "vecscope-neighbours.txt")
    #expect(!request.overwrites)
    let lines = request.contents.split(separator: "\n")
    #expect(lines.first?.hasPrefix("┌ Neighbours") == true)
    #expect(lines.count == 25)
    #expect(!request.contents.contains("Export"), "the popup is not part of the view")
    session.answerAll()
    #expect(session.state.popup == nil)
    #expect(session.state.notice?.text == "written: /home/vecscope-neighbours.txt")
  }

  @Test func aFileThatIsThereIsWrittenOverOnlyByASecondEnter() throws {
    let session = Session()
    try session.keys("abc<Wait><Tab>x<C-u>there<Enter><Wait>")
    #expect(session.frame.text.contains("This file is there already; Enter again writes over it"))
    try session.keys("2<BS><Enter>")
    #expect(try !exported(session).overwrites, "another name was written in between")
    try session.keys("<Wait><Enter>")
    #expect(try exported(session).overwrites)
    session.answerAll()
    #expect(session.state.popup == nil)
  }

  @Test func theEndingFollowsTheFormatUnlessItWasChanged() throws {
    let session = Session()
    try session.keys("abc<Wait><Tab>x<Down>")
    #expect(session.state.popup?.typed == "vecscope-neighbours.ansi")
    try session.keys("<End><BS><BS><BS><BS>out<Up><Enter>")
    #expect(try exported(session).path == "vecscope-neighbours.out")
  }

  @Test func theFormatsAreWhatTheySay() throws {
    let session = Session(depth: .sixteen)
    try session.keys("abc<Wait><Tab>")
    #expect(session.state.contents(of: .neighbours, .ansi)?.contains("\u{1B}[") == true)
    #expect(session.state.contents(of: .neighbours, .svg)?.hasPrefix("<svg") == true)
    #expect(session.state.contents(of: .neighbours, .text)?.contains("\u{1B}") == false)
    #expect(session.state.contents(of: .map, .text) == nil, "a view that is not on the screen")
  }

  @Test func aFormatWithoutATableSaysWhy() throws {
    let session = Session()
    try session.keys("abc<Wait><Tab>")
    guard session.state.table(of: .neighbours) == nil else { return }
    try session.keys("x<Down><Down><Enter>")
    #expect(session.state.notice?.text == "Neighbours has no table")
  }

  @Test func aFailureIsExplainedInThePopup() throws {
    let session = Session()
    try session.keys("abc<Wait><Tab>x<Enter>")
    let generation = session.state.requests[.export].generation
    session.answer(
      .exported(
        .failed(Failure("the folder cannot be written", nextStep: "choose another")), generation: generation))
    #expect(session.frame.text.contains("the folder cannot be written · choose another"))
    try session.keys("x")
    #expect(!session.frame.text.contains("the folder cannot be written"))
  }
}

/// Tables as files and as sentences.
struct ViewTableTests {
  private let table = ViewTable(
    title: "The texts nearest to “a, b”",
    facts: [("margin", .number(Double(Float(0.101)))), ("texts", .whole(1240)), ("tau", .missing)],
    columns: [
      .init("rank"), .init("score"), .init("percentile"), .init("near_duplicate", spoken: "a near duplicate"),
      .init("text"),
    ],
    rows: [
      [
        .whole(1), .number(Double(Float(0.712))), .number(99.9), .flag(false),
        .text("Refunds, \"paid\"\r\nsoon"),
      ],
      [.whole(2), .number(.nan), .missing, .flag(true), .text("汉字\t👍🏽")],
    ])

  @Test func csvIsThatOfTheStandard() {
    #expect(
      table.csv == "rank,score,percentile,near_duplicate,text\r\n"
        + "1,0.712,99.9,false,\"Refunds, \"\"paid\"\"\r\nsoon\"\r\n2,nan,,true,汉字\t👍🏽\r\n")
  }

  @Test func tabsAreQuotedWhereTheySeparate() {
    #expect(table.tsv.hasSuffix("\n2\tnan\t\ttrue\t\"汉字\t👍🏽\"\n"))
  }

  @Test func jsonHasFactsAndRows() {
    #expect(
      table.json == """
        {
          "title": "The texts nearest to “a, b”",
          "facts": {"margin": 0.101, "texts": 1240, "tau": null},
          "rows": [
            {"rank": 1, "score": 0.712, "percentile": 99.9, "near_duplicate": false, "text": "Refunds, \\"paid\\"\\r\\nsoon"},
            {"rank": 2, "score": null, "percentile": null, "near_duplicate": true, "text": "汉字\\t👍🏽"}
          ]
        }

        """)
  }

  @Test func sentencesCanBeReadAloud() {
    #expect(
      table.sentences == [
        "The texts nearest to “a, b”.", "Margin .101.", "Texts 1,240.", "Tau unknown.",
        "Rank 1, score .712, percentile 99.9: Refunds, \"paid\" soon",
        "Rank 2, score nan, a near duplicate: 汉字 👍🏽",
      ])
  }

  @Test func anEmptyTableIsStillATable() {
    let empty = ViewTable(title: "Nothing", columns: [.init("rank")], rows: [])
    #expect(empty.csv == "rank\r\n")
    #expect(empty.json.contains("\"rows\": []"))
    #expect(empty.sentences == ["Nothing."])
  }

  @Test func controlCharactersAreEscaped() {
    #expect(JSONString.quoted("\u{0}\u{1F}\u{7F}\u{2028}\\") == "\"\\u0000\\u001f\\u007f\\u2028\\\\\"")
  }
}
