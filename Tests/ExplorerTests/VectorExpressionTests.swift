import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Reading and writing expressions of the query line.
struct VectorExpressionTests {
  private func terms(_ source: String) -> [String] {
    VectorExpression(source).terms.map { "\($0.weight) \($0.text)" }
  }

  @Test(arguments: [
    ("king -man +woman", ["1.0 king", "-1.0 man", "1.0 woman"]),
    ("+1.5 a phrase -0.5 b", ["1.5 a phrase", "-0.5 b"]),
    ("a text", ["1.0 a text"]),
    ("well-known -un-known", ["1.0 well-known", "-1.0 un-known"]),
    ("this - that + more", ["1.0 this - that + more"]),
    ("C++ -C", ["1.0 C++", "-1.0 C"]),
    ("+3 musketeers", ["3.0 musketeers"]),
    ("+\"3 musketeers\"", ["1.0 3 musketeers"]),
    ("+3", ["1.0 3"]),
    ("+3 -2 b", ["1.0 3", "-2.0 b"]),
    ("+2x", ["1.0 2x"]),
    ("+.5 a", ["0.5 a"]),
    ("+1.2.3 a", ["1.0 1.2.3 a"]),
    ("+2 \"-a b\"", ["2.0 -a b"]),
    ("he said \"a +b\" +c", ["1.0 he said \"a +b\"", "1.0 c"]),
    ("\"a\" and \"b\"", ["1.0 \"a\" and \"b\""]),
    ("+-a", ["1.0 -a"]),
    ("  spaced   out  -x ", ["1.0 spaced   out", "-1.0 x"]),
    ("鳥 -魚", ["1.0 鳥", "-1.0 魚"]),
    ("a\u{3000}-b", ["1.0 a", "-1.0 b"]),
    ("", []), ("   ", []), ("-", ["1.0 -"]), ("+", ["1.0 +"]),
  ])
  func termsBeginWithSigns(example: (source: String, terms: [String])) {
    #expect(terms(example.source) == example.terms)
    #expect(VectorExpression(example.source).fault == nil)
  }

  @Test func anArrowMakesAnAxis() {
    let alone = VectorExpression("cheap -> dear")
    #expect(alone.axis == .init(from: "cheap", to: "dear"))
    #expect(alone.terms == [])
    #expect(alone.sum == [.init(weight: 1, text: "dear"), .init(weight: -1, text: "cheap")])
    let after = VectorExpression("shoes -boots +cheap thing -> dear thing")
    #expect(after.axis == .init(from: "cheap thing", to: "dear thing"))
    #expect(after.terms.map(\.text) == ["shoes", "boots"])
    #expect(after.sum.map(\.weight) == [1, -1])
    let behind = VectorExpression("cheap -> dear +shoes")
    #expect(behind.axis == .init(from: "cheap", to: "dear"))
    #expect(behind.terms.map(\.text) == ["shoes"])
    #expect(VectorExpression("a->b").axis == nil)
    #expect(VectorExpression("\"a -> b\"").axis == nil)
    #expect(VectorExpression("a ->b").axis == .init(from: "a", to: "b"))
  }

  @Test(arguments: [
    ("a -\"\"", VectorExpression.Fault.emptyTerm), ("a ->", .emptyEnd), ("-> b", .emptyEnd),
    ("a -> b -> c", .secondArrow), ("a -\"b", .openQuote), ("-a -> b", .weightedEnd("a")),
    ("+2 a -> b", .weightedEnd("a")),
    (
      "+99999999999999999999999999999999999999999999 a",
      .weightTooLarge(
        "99999999999999999999999999999999999999999999")
    ),
  ])
  func whatHasNoMeaningIsAFault(example: (source: String, fault: VectorExpression.Fault)) {
    #expect(VectorExpression(example.source).fault == example.fault)
    #expect(!example.fault.sentence.isEmpty)
  }

  private func source(_ random: inout SeededGenerator) -> String {
    let pieces = [
      "a", "b c", "+", "-", " ", "  ", "->", "\"", "1", "0.5", ".", "2 ", " +", " -", " -> ", "汉", "👩‍👩‍👧",
      "e\u{301}",
      "\u{301}", "\u{200D}", "\t", "\n", "--", "+-", "1e9", "\u{3000}", "−",
    ]
    return (0..<Int.random(in: 0...14, using: &random)).map { _ in
      pieces.randomElement(using: &random) ?? ""
    }
    .joined()
  }

  @Test(arguments: 0..<8)
  func anyTextCanBeReadAndNothingOfItIsLost(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<400 {
      let source = source(&random)
      let scalars = Array(source.unicodeScalars)
      let expression = VectorExpression(source)
      // What is neither white space, nor a prefix, nor a text of a term, belongs to the axis.
      var covered = Set<Int>()
      for term in expression.terms {
        #expect(term.prefix.upperBound <= term.body.lowerBound)
        #expect(covered.isDisjoint(with: term.prefix) && covered.isDisjoint(with: term.body), "\(source)")
        covered.formUnion(term.prefix)
        covered.formUnion(term.body)
        let body = String(String.UnicodeScalarView(scalars[term.body]))
        #expect(body == term.text || body == "\"\(term.text)\"", "\(source)")
      }
      let rest = scalars.indices.filter { !covered.contains($0) && !scalars[$0].properties.isWhitespace }
      #expect(rest.isEmpty || expression.axis != nil || expression.fault == .secondArrow, "\(source)")
      #expect(expression.terms.allSatisfy { !$0.weight.isNaN })
    }
  }

  @Test(arguments: 0..<8)
  func anotherWeightChangesNothingElse(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 100)
    var rewritten = 0
    for _ in 0..<400 {
      let source = source(&random)
      let before = VectorExpression(source)
      guard before.fault == nil, !before.terms.isEmpty else { continue }
      let index = Int.random(in: 0..<before.terms.count, using: &random)
      let weight = Float(Int.random(in: -30...30, using: &random)) / 10
      guard let text = VectorExpression.rewriting(source, term: index, weight: weight) else { continue }
      rewritten += 1
      let after = VectorExpression(text)
      var expected = before.sum
      expected[index].weight = WeightText.rounded(weight)
      #expect(after.sum == expected, "\(source) became \(text)")
      #expect(after.axis == before.axis)
      #expect(after.fault == nil)
    }
    #expect(rewritten > 50)
  }

  @Test func weightsAreWrittenAsShortAsTheyCanBe() {
    #expect(VectorExpression.rewriting("king -man", term: 0, weight: 1.1) == "+1.1 king -man")
    #expect(VectorExpression.rewriting("king -man", term: 1, weight: -0.9) == "king -0.9 man")
    #expect(VectorExpression.rewriting("king -0.9 man", term: 1, weight: -1) == "king -man")
    #expect(VectorExpression.rewriting("+1.1 3 men", term: 0, weight: 1) == "+1 3 men")
    #expect(VectorExpression.rewriting("+-a", term: 0, weight: 2) == "+2 \"-a\"")
    #expect(VectorExpression.rewriting("king", term: 3, weight: 1) == nil)
    #expect(WeightText.signed(-0.25) == "-0.25")
    #expect(WeightText.signed(0) == "+0")
    #expect(WeightText.rounded(0.7 + 0.1) == 0.8)
  }
}

/// The view of sums and axes.
struct VectorsTests {
  private func session(_ query: String, _ size: Size = Size(columns: 100, rows: 30)) throws -> Session {
    let session = Session(size: size, view: .vectors)
    try session.keys("\(query)<Wait><Tab><Tab>")
    if session.state.place != .view(.vectors) { try session.keys("<Tab>") }
    return session
  }

  private func requests(_ session: Session) -> [CombinationRequest] {
    session.log.compactMap {
      if case .compute(.combination(let request), _) = $0 { request } else { nil }
    }
  }

  @Test func theQueryLineIsReadAsAnExpression() throws {
    let session = try session("king -man +1.5 woman", Size(columns: 200, rows: 60))
    let request = try #require(requests(session).last)
    #expect(request.terms.map(\.text) == ["king", "man", "woman"])
    #expect(request.terms.map(\.weight) == [1, -1, 1.5])
    #expect(request.from == nil)
    let text = session.frame.text
    #expect(text.contains("+1 king"))
    #expect(text.contains("-1 man"))
    #expect(text.contains("length 5.300"))
    #expect(text.contains("the sum: length 1.234"))
  }

  @Test func weightsAreChangedByKeysAndTheQueryLineFollows() throws {
    let session = try session("king -man")
    try session.keys("<Right>+")
    #expect(session.state.query.field.text == "king -0.9 man")
    #expect(requests(session).last?.terms.last?.weight == -0.9)
    try session.keys("-")
    #expect(session.state.query.field.text == "king -man")
    try session.keys("<Left>" + String(repeating: "-", count: 11))
    #expect(session.state.query.field.text == "-0.1 king -man")
    #expect(session.state.place == .view(.vectors))
  }

  @Test func faultsAreSaidInTheView() throws {
    let session = try session("king -man")
    session.forget()
    session.state.focus = .query
    session.paste(" ->")
    #expect(requests(session) == [])
    #expect(session.frame.text.contains("✗ an axis needs a text on both sides"))
    #expect(session.frame.text.contains("Refunds are paid"), "what was found before stays")
    #expect(View.vectors.unavailable(session.state) == nil)
    let many = try self.session((0..<70).map { "+t\($0)" }.joined(separator: " "))
    #expect(requests(many).isEmpty || requests(many).allSatisfy { $0.terms.count <= 64 })
    #expect(many.frame.text.contains("of at most 64"))
  }

  @Test func anAxisHasPlacesAndEnds() throws {
    let session = try session("cheap -> dear", Size(columns: 200, rows: 60))
    let request = try #require(requests(session).last)
    #expect(request.from == "cheap")
    #expect(request.to == "dear")
    let text = session.frame.text
    #expect(text.contains("0 cheap → 1 dear"))
    #expect(text.contains("farthest towards “cheap”"))
    #expect(text.contains("●"))
    #expect(text.contains("the direction of the axis"))
    #expect(AxisStrip.marker(-0.1, columns: 21)?.text == "◂")
    #expect(AxisStrip.marker(1.2, columns: 21)?.column == 20)
    #expect(AxisStrip.marker(0.5, columns: 21)?.column == 10)
    #expect(AxisStrip.marker(.nan, columns: 21) == nil)
  }

  @Test func theSelectedTextIsReadAndCopied() throws {
    let session = try session("king -man")
    try session.keys("<Down><Enter>")
    guard case .text(let popup) = session.state.popup else {
      Issue.record("the text did not open")
      return
    }
    #expect(popup.neighbour.text == session.world.texts[1])
    #expect(VectorsContent.selectedText(session.state) == session.world.texts[1])
  }

  @Test func theTableHasTermsTextsAndEnds() throws {
    let session = try session("shoes -boots +cheap -> dear")
    let table = try #require(VectorsContent.table(session.state))
    #expect(table.rows.count == 60)
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    let names = table.facts.map(\.name)
    for name in ["length", "term_2", "term_2_length", "term_2_score", "axis_from", "lowest_1", "highest_3"] {
      #expect(names.contains(name))
    }
  }

  @Test func strangeAnswersAreSurvived() throws {
    let session = try session("a -> b")
    try session.keys("j")
    let generation = session.state.requests[.view(.combination)].generation
    var list = session.world.neighbours(
      SearchRequest(query: "", recipe: try #require(session.state.recipe?.recipe), top: 3, compared: 0))
    list.neighbours[0].score = .nan
    session.answer(
      .computed(
        .combination,
        .combination(
          Combination(list: list, termNorms: [], termScores: [.nan], norm: .infinity, positions: [.nan])),
        generation: generation))
    #expect(session.frame.size == session.state.size)
    #expect(session.state.vectors.shown?.position(0) == nil)
  }

  @Test func theMouseSelectsAText() throws {
    let session = try session("king -man")
    let inner = try #require(session.state.layout.pane(of: .vectors)).rect.inset()
    let row = try #require(VectorsContent.place(of: "row 4", session.state, in: inner))
    _ = VectorsContent.press(&session.state, row.origin, in: inner)
    #expect(session.state.vectors.rows.selection == 3)
    #expect(VectorsContent.place(of: "axis", session.state, in: inner) == nil)
  }
}
