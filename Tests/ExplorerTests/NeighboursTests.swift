import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// The list of nearest texts: what it says of each, marks, columns, and side B.
struct NeighboursTests {
  private func session(
    _ script: World.Script = .ascii, size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .direct
  ) -> Session {
    var world = World(script)
    world.isDetailed = true
    let session = Session(world, size: size, depth: depth)
    session.paste(world.query)
    session.answerAll()
    return session
  }

  private func row(_ session: Session, _ row: Int) -> String { session.frame.rowText(row) }

  @Test func theWordsThatMatchAreAskedForOnceForTheTextsOnTheScreen() throws {
    let session = session()
    func asked() -> [[String]] {
      session.log.compactMap {
        if case .compute(.highlights(let request), _) = $0 { request.ids } else { nil }
      }
    }
    #expect(asked() == [(1...17).map { "text-\($0)" }])
    session.forget()
    try session.keys("<Tab><End><Wait>")
    #expect(asked() == [(44...60).map { "text-\($0)" }])
    session.forget()
    try session.keys("<Up><Down><Home><Wait>")
    #expect(asked() == [], "they are known")
    try session.keys("<F4><Down><Down><Enter><Wait>")
    #expect(asked().count == 1, "another metric, other words")
  }

  @Test func theWordsThatMatchAreLitWithoutColoursToo() throws {
    let session = session()
    let frame = session.frame
    func lit(_ row: Int) -> [(text: String, style: Style)] {
      (1..<79).compactMap { column in
        frame[Point(column: column, row: row)].flatMap {
          $0.style.name == .listMatch ? ($0.text, $0.style) : nil
        }
      }
    }
    #expect(lit(4).map(\.text).joined() == "Refundsafter")
    #expect(lit(4).prefix(7).allSatisfy { $0.style.attributes == .underline })
    #expect(lit(4).suffix(5).allSatisfy { $0.style.attributes == [.underline, .bold] })
    #expect(row(session, 5).contains("orders and press Cancel."))
    #expect(lit(5).map(\.text).joined() == "and", "the line begins later, so that the best word shows")
  }

  @Test func wordsOfAnEarlierQueryAreNotLit() throws {
    let session = session()
    #expect(!session.state.litSpans(of: "text-1").isEmpty)
    try session.keys("x")
    let search = try #require(session.pending.first)
    for answer in session.world.answers(search) { session.answer(answer) }
    #expect(session.state.neighboursAreCurrent)
    #expect(session.state.litSpans(of: "text-1").isEmpty)
  }

  @Test func theMarginIsGivenInPercentilesToo() throws {
    let session = session()
    #expect(row(session, 3).contains("margin .107"))
    let table = try #require(session.state.table(of: .neighbours))
    let points = try #require(table.facts.first { $0.name == "margin in percentiles" }?.value)
    guard case .number(let value) = points else {
      Issue.record("no number")
      return
    }
    #expect(abs(value - 1.7) < 0.05)
  }

  @Test func duplicatesAndHubsAreMarkedAndExplained() throws {
    let session = session()
    #expect(row(session, 7).contains(" ≈2 We sat"))
    #expect(row(session, 6).contains(" ◎ The bank"))
    try session.keys("<Down><Down><Down><Enter>")
    let text = session.frame.text
    #expect(text.contains("text-4 · rank 4 · score .657 · p94.8 · 18 tokens · norm 5.375"))
    #expect(text.contains("≈2: it says nearly the same as the text of rank 2"))
    #expect(text.contains("underlined: the words by which it matches"))
    try session.keys("<Esc><Up><Enter>")
    #expect(session.frame.text.contains("◎: a hub, among the ten nearest of 34"))
  }

  @Test func theTextThatIsReadHasItsWordsLit() throws {
    let session = session()
    try session.keys("<Enter>")
    guard case .text(let popup) = session.state.popup else {
      Issue.record("no text")
      return
    }
    let words = popup.lit.enumerated().flatMap { line, ranges in
      ranges.map { range in
        String(Array(popup.lines[line])[range.characters]) + (range.isBest ? "!" : "")
      }
    }
    #expect(words == ["Refunds", "after!"])
  }

  @Test func wordsAreFoundAgainWhereverLinesBreak() {
    let text = "a  bb\n\nccc 字字字字字字 dd\r\neeee"
    let neighbour = NeighbourList.Neighbour(id: "", text: text, fields: [], score: 0, percentile: nil)
    let scalars = Array(text.unicodeScalars)
    for columns in 2...30 {
      for start in 0..<scalars.count where !scalars[start].properties.isWhitespace {
        var popup = TextPopup(neighbour: neighbour, metric: .cosine, rank: 1)
        popup.take([.init(range: start..<start + 1, strength: 1)], remarks: [])
        popup.fit(Size(columns: columns, rows: 5))
        let lit = popup.lit.enumerated().flatMap { line, ranges in
          ranges.flatMap { Array(popup.lines[line])[$0.characters] }
        }
        #expect(String(lit) == String(scalars[start]), "scalar \(start) in \(columns) columns")
      }
    }
  }

  @Test func markedTextsAreAddedTogether() throws {
    let session = session()
    try session.keys("<Tab> <Down> ")
    #expect(session.state.neighbours.marked == ["text-1", "text-3"])
    #expect(row(session, 4).contains("  1✓"))
    #expect(row(session, 5).contains("  2 "))
    #expect(row(session, 3).contains("2 marked"))
    let effects = try session.keys("a")
    #expect(effects == [.saveTexts([session.world.texts[0], session.world.texts[2]])])
    #expect(session.state.neighbours.marked.isEmpty)
    try session.keys("<Home>  ")
    #expect(session.state.neighbours.marked == ["text-1", "text-2"])
    try session.keys("<Home> ")
    #expect(session.state.neighbours.marked == ["text-2"], "the mark is taken away")
  }

  @Test func marksGoWithTheirTexts() throws {
    let session = session()
    try session.keys("<Tab> ")
    session.world.texts = []
    try session.keys("<Esc>x<Wait>")
    #expect(session.state.neighbours.marked.isEmpty)
  }

  @Test func columnsAreSwitchedAtOnceAndTakenBack() throws {
    let session = session()
    try session.keys("<Tab>c<Down><Down> ")
    #expect(session.state.columns == ["tokens"])
    #expect(row(session, 4).contains("#") && row(session, 4).contains("score pctile tokens text"))
    #expect(row(session, 5).contains(".874 p99.9       9 …"))
    try session.keys("<Down><Down> ")
    #expect(session.state.columns == ["tokens", "topic"])
    #expect(row(session, 5).contains("      9 money  …"))
    try session.keys("<Esc>")
    #expect(session.state.columns == [])
    try session.keys("c <Enter>")
    #expect(session.state.columns == ["id"])
    #expect(session.state.notice?.text == "columns = [\"id\"] in config.toml keeps them for the next time")
    try session.keys("c <Enter>")
    #expect(session.state.columns == [])
  }

  @Test func columnsThatNoTextHasOrThatDoNotFitAreLeftOut() throws {
    let session = session()
    session.state.columns = ["author", "id", "length", "norm", "topic", "tokens"]
    session.send(.tick(milliseconds: 0))
    #expect(row(session, 4).contains("id      length  norm topic  text"))
    let inner = try #require(session.state.layout.pane(of: .neighbours)).rect.inset()
    #expect(inner.columns - NeighboursLayout(inner, session.state).textStart >= 16)
  }

  @Test func ranksAreHeldAgainstSideB() throws {
    let session = session()
    try session.keys("<F9><Wait>")
    let lines = (4...12).map { row(session, $0) }
    #expect(lines[0].contains("# vs B"))
    let changes = lines.dropFirst().map { String($0.dropFirst(5).prefix(4)).filter { $0 != " " } }
    #expect(changes == ["=", "=", "↑1", "↑2", "new", "↓1", "=", "="])
    #expect(row(session, 20).contains("lost B's 3, now 30: A warranty covers") == false)
    #expect(row(session, 20).hasPrefix("│lost B's 3, now 30: "))
  }

  @Test func sideBOfAnotherQueryIsNotShown() throws {
    let session = session()
    try session.keys("<F9><Wait>x")
    let search = try #require(session.pending.first { $0.kind == "search" })
    for answer in session.world.answers(search) { session.answer(answer) }
    #expect(session.state.neighboursAreCurrent)
    #expect(session.state.neighbours.prepared.changes == nil)
    #expect(row(session, 5).contains("  1      █"), "the column stays, so that nothing jumps")
    try session.keys("<F9>")
    #expect(!row(session, 4).contains("vs B"))
  }

  @Test func aListIsHeldAgainstAnother() {
    func list(_ ids: [String]) -> NeighbourList {
      NeighbourList(
        neighbours: ids.map { .init(id: $0, text: $0, fields: [], score: 0, percentile: nil) },
        metric: .cosine, fingerprint: "", searched: 9, total: 9, similarities: nil, encodeMilliseconds: nil,
        rankMilliseconds: 0)
    }
    let changes = RankChanges(list(["a", "b", "c", "d"]), against: list(["c", "x", "a", "b"]), depth: 3)
    #expect(changes.changes == [.up(2), .up(2), .down(2), .new])
    #expect(changes.ranksOfB == [2, 3, 0, nil])
    #expect(changes.lost.map(\.neighbour.id) == ["x"])
    #expect(changes.lost.map(\.rank) == [nil])
    #expect(RankChanges(list([]), against: list(["a"]), depth: -1).lost.isEmpty)
  }

  @Test func aClickSelectsAndASecondOneOpens() throws {
    let session = session()
    let inner = try #require(session.state.layout.pane(of: .neighbours)).rect.inset()
    _ = NeighboursContent.press(&session.state, Point(column: 30, row: inner.top + 4), in: inner)
    #expect(session.state.neighbours.rows.selection == 4)
    #expect(session.state.popup == nil)
    _ = NeighboursContent.press(&session.state, Point(column: 3, row: inner.top + 4), in: inner)
    guard case .text(let popup) = session.state.popup else {
      Issue.record("no text")
      return
    }
    #expect(popup.rank == 5)
    NeighboursContent.turn(&session.state, by: 3, at: inner.origin, in: inner)
    #expect(session.state.neighbours.rows.offset == 3)
  }

  @Test func itsElementsHavePlaces() throws {
    let session = session()
    try session.keys("<F9><Wait>")
    let inner = try #require(session.state.layout.pane(of: .neighbours)).rect.inset()
    func place(_ element: String) -> Rect? {
      NeighboursContent.place(of: element, session.state, in: inner)
    }
    #expect(place("header") == inner.row(0))
    #expect(place("row 3") == inner.row(3))
    #expect(place("lost 1") == inner.row(inner.rows - 1))
    #expect(place("row 59") == nil)
    for element in ["", "row", "row 0", "row -9223372036854775808", "lost 9", "lost 0", "cell 1 2"] {
      #expect(place(element) == nil, "\(element)")
    }
  }

  @Test func theTableHasEverythingThatIsKnown() throws {
    let session = session()
    try session.keys("<F9><Wait>")
    let table = try #require(NeighboursContent.table(session.state))
    #expect(table.rows.count == 60)
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    let fourth = Dictionary(uniqueKeysWithValues: zip(table.columns.map(\.name), table.rows[3]))
    #expect(fourth["rank"] == .whole(4))
    #expect(fourth["id"] == .text("text-4"))
    #expect(fourth["percentile"] == .number(94.8))
    #expect(fourth["duplicate_of"] == .whole(2))
    #expect(fourth["rank_of_b"] == .whole(6))
    #expect(fourth["change"] == .text("↑2"))
    #expect(fourth["field.topic"] == .text("travel"))
    #expect(fourth["matches"] == .text("We the"))
    #expect(table.facts.contains { $0.name == "lost, side B's 3" })
  }
}
