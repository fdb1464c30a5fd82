import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Tokens: what the model saw, shares, tokens against tokens.
struct TokensTests {
  static let sizes = [
    Size(columns: 80, rows: 24), Size(columns: 100, rows: 30), Size(columns: 200, rows: 60),
  ]

  private func session(
    _ world: World = World(), size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .direct
  ) throws -> Session {
    let session = Session(world, size: size, depth: depth, view: .tokens)
    session.paste(world.query)
    session.answerAll()
    session.send(.action(.showTokens))
    session.answerAll()
    return session
  }

  private func explanations(_ session: Session) -> [ExplanationRequest] {
    session.log.compactMap {
      if case .compute(.explanation(let request), _) = $0 { request } else { nil }
    }
  }

  @Test(arguments: sizes, World.Script.allCases)
  func everyPanel(size: Size, script: World.Script) throws {
    let session = try session(World(script, prompts: World.prompts), size: size)
    var frames: [String] = []
    for _ in TokensState.Panel.allCases {
      frames.append(session.frame.text)
      try session.keys("p")
    }
    try expectSnapshot(
      (size.columns < 200 ? frames : [frames[0]]).joined(separator: "\n\n"),
      named: "x-tokens-\(script.rawValue)-\(size)")
  }

  @Test(arguments: ColorDepth.allCases, TokensState.Panel.allCases)
  func theStylesAtEveryColourDepth(depth: ColorDepth, panel: TokensState.Panel) throws {
    let session = try session(World(.emoji, prompts: World.prompts), depth: depth)
    session.state.tokens.panel = panel
    try session.keys("<Right><Right>")
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(
      text.replacing("\u{1B}", with: "␛"), named: "x-tokens-\(panel)-ansi-\(depth.rawValue)-80x24")
  }

  @Test func theSelectedTextIsExplainedOnceTheSearchHasAnswered() throws {
    let session = try session()
    session.forget()
    session.paste("?")
    #expect(explanations(session).isEmpty, "which text is nearest is not known yet")
    session.answerAll()
    #expect(explanations(session).map(\.text) == [session.world.texts[0]])
    #expect(explanations(session).first?.query == session.world.query + "?")
    try session.keys("<Tab>]<Wait>")
    #expect(explanations(session).last?.text == session.world.texts[1])
    try session.keys("[<Wait>")
    #expect(explanations(session).last?.text == session.world.texts[0])
  }

  @Test func withoutTextsTheQueryAloneIsShown() throws {
    var world = World()
    world.texts = []
    let session = try session(world)
    #expect(explanations(session).map(\.text) == [""])
    #expect(session.state.tokensPanel == .seen)
    let text = session.frame.text
    #expect(text.contains("of the query alone"))
    #expect(text.contains("query · 9/256 tokens"))
    #expect(text.contains("no text is selected"))
    try session.keys("p")
    #expect(session.state.notice?.text == "Next panel of Tokens: no text is selected to explain")
  }

  @Test(arguments: TokensState.Side.allCases)
  func sharesAndBiasAddUpToTheScore(side: TokensState.Side) throws {
    let session = try session()
    let shown = try #require(session.state.tokens.shown)
    let tokens = try #require(shown.tokens(side))
    let source = try #require(shown.side(side))
    #expect(abs(tokens.sum + Double(source.bias) - Double(shown.source.score)) < 1e-5)
    try session.keys(side == .query ? "s" : "")
    let name = side == .query ? "query" : "text"
    #expect(session.frame.text.contains("\(name): Σ .6856 + bias .0125 = .6981"))
    #expect(session.frame.text.contains("residual below 1e-5 · exact"))
  }

  @Test func otherPoolingsSayHowTheirSharesWereFound() throws {
    let session = try session()
    session.state.overrides.pooling = [.max]
    session.state.setOverrides(session.state.overrides)
    session.send(.tick(milliseconds: 1))
    session.answerAll()
    let text = session.frame.text
    #expect(text.contains("leave-one-out, because this pooling"))
    #expect(text.contains("+ rest "))
    let line = try #require(text.split(separator: "\n").first { $0.contains("● [CLS]") })
    #expect(line.contains("–"), "special tokens have no share")
    try session.keys("v")
    #expect(session.state.notice?.text.contains("have no contribution of their own") == true)
  }

  @Test func sharesAreSortedByTheirSize() throws {
    let session = try session()
    try session.keys("o<Home>")
    let shown = try #require(session.state.tokens.shown?.document)
    let shares = try #require(session.state.tokens.shown?.source.document?.tokens).map { $0.share ?? 0 }
    let sizes = shown.bySize.map { abs(shares[$0]) }
    #expect(sizes == sizes.sorted(by: >))
    #expect(session.state.tokens.selected.document == shown.bySize[0])
    #expect(session.frame.text.contains("largest first"))
    try session.keys("<Down>")
    #expect(session.state.tokens.selected.document == shown.bySize[1])
    try session.keys("o")
    #expect(session.state.tokens.selected.document == shown.bySize[1], "the token stays selected")
  }

  @Test func theSelectedTokensAreLitInEveryPanel() throws {
    let session = try session(size: Size(columns: 200, rows: 60))
    session.state.isZoomed = true
    try session.keys("<Home><Down><Down><Down><Left><Down><Down>")
    #expect(session.state.tokens.selected == Sided(query: 2, document: 3))
    let frame = session.frame
    let lit = frame.cells.filter { $0.style.name == .tokenHighlighted }.map(\.text).joined()
    #expect(lit == "doare")
    let listed = frame.cells.filter { $0.style.surface == .listSelected }.map(\.text).joined()
    #expect(listed.contains("do") && listed.contains("are"))
    let labels = frame.cells.filter { $0.style.name == .heatmapLabelSelected }.map(\.text).joined()
    #expect(labels.contains("do") && labels.contains("are"))
    #expect(frame.text.contains("do × are  similarity"))
  }

  @Test func whatBecameOfATokenHasASignOfItsOwn() throws {
    let session = try session(World(prompts: World.prompts))
    var explanation = try #require(session.state.explanation)
    explanation.query.tokens[1].isPooled = false
    explanation.query.tokens[2].isPooled = false
    explanation.query.tokens[2].isAttended = false
    explanation.query.tokens[3].isUnknown = true
    session.state.inquiries[.explanation].shown?.result = .explanation(explanation)
    session.state.tokens.panel = .seen
    session.send(.tick(milliseconds: 1))
    let text = session.frame.text
    #expect(text.contains("●[CLS]") && text.contains("○query:") && text.contains("×how"))
    #expect(text.contains("13843 ?"))
    let legend = "● pooled  ○ attended to alone  × neither  s special  p prompt  ? unknown"
    #expect(text.contains(legend))
  }

  @Test func theEndThatWasCutOffIsStruckThrough() throws {
    var world = World()
    world.description.maximumLength = Sourced(8, .declared)
    let session = try session(world)
    try session.keys("pp")
    #expect(session.state.tokensPanel == .seen)
    let frame = session.frame
    #expect(frame.text.contains("query · 9/8 tokens · the last 1 were cut off"))
    let cut = frame.cells.filter { $0.style.name == .tokenTruncated }.map(\.text).joined()
    #expect(cut.contains("back"))
  }

  @Test func longTextsScrollWithTheCursor() throws {
    let session = try session(Self.longWorld)
    #expect(session.state.tokens.shown?.document?.labels.count == 256)
    for panel in TokensState.Panel.allCases {
      session.state.tokens.panel = panel
      try session.keys("<End>")
      let text = session.frame.text
      #expect(text.contains("[SEP]"), "\(panel)")
      #expect(session.state.tokens.selected.document == 255)
      try session.keys("<Home>")
      #expect(session.state.tokens.selected.document == 0)
    }
    try session.keys("pp<PgDn>")
    #expect(session.frame.text.contains(" of 256"))
  }

  /// Texts of more tokens than the model takes.
  static var longWorld: World {
    var world = World()
    world.texts = world.texts.map { text in Array(repeating: text, count: 40).joined(separator: " ") }
    return world
  }

  @Test func arrowsGoThroughTheLinesOfWhatTheModelSaw() throws {
    let session = try session()
    session.state.tokens.panel = .seen
    try session.keys("s<Home><Right><Right>")
    #expect(session.state.tokens.selected.query == 2)
    try session.keys("<Down>")
    #expect(session.state.tokensSide == .document, "the next line is the text's")
    try session.keys("<Up><Up><Up>")
    #expect(session.state.tokensSide == .query)
  }

  @Test func theMouseSelectsTokens() throws {
    let session = try session(size: Size(columns: 200, rows: 60))
    let inner = try #require(session.state.layout.pane(of: .tokens)).rect.inset()
    let layout = TokensLayout(inner, panel: .shares)
    let cell = try #require(TokensContent.place(of: "cell 3 5", session.state, in: inner))
    _ = TokensContent.press(&session.state, cell.origin, in: inner)
    #expect(session.state.tokens.selected == Sided(query: 2, document: 4))
    #expect(session.state.tokens.panel == .matrix)
    let other = try #require(TokensContent.place(of: "cell 1 2", session.state, in: inner))
    TokensContent.drag(&session.state, from: cell.origin, to: other.origin, in: inner)
    #expect(session.state.tokens.selected == Sided(query: 0, document: 1))
    let row = try #require(TokensContent.place(of: "token 4", session.state, in: inner))
    _ = TokensContent.press(&session.state, row.origin, in: inner)
    #expect(session.state.tokens.selected.document == 3)
    let seen = try #require(layout.seenLines)
    _ = TokensContent.press(
      &session.state, Point(column: seen.left + 9, row: seen.top + 1), in: inner)
    #expect(session.state.tokens.selected.query == 1)
    #expect(session.state.tokens.panel == .seen)
    TokensContent.turn(&session.state, by: 1, at: cell.origin, in: inner)
    #expect(session.state.tokens.selected.query == 2 && session.state.tokens.panel == .matrix)
  }

  @Test func theTableHasEveryTokenAndEveryPair() throws {
    let session = try session()
    let tokens = try #require(TokensContent.table(session.state))
    let shown = try #require(session.state.tokens.shown)
    let (rows, columns) = (shown.query.labels.count, shown.document?.labels.count ?? 0)
    #expect(tokens.rows.count == rows + columns)
    #expect(tokens.rows.allSatisfy { $0.count == tokens.columns.count })
    #expect(tokens.facts.contains { $0.name == "text residual" })
    session.state.tokens.panel = .matrix
    let pairs = try #require(TokensContent.table(session.state))
    #expect(pairs.rows.count == rows * columns)
    #expect(pairs.rows[0][4] == .number(Double(shown.source.similarities[0])))
  }

  @Test func anOlderExplanationStaysAndIsMarked() throws {
    let session = try session()
    session.paste(" x")
    session.send(.tick(milliseconds: 150))
    #expect(session.frame.text.contains("Tokens · out of date"))
    #expect(session.frame.cells.contains { $0.style.name == .listStale })
    session.answerAll()
    #expect(!session.frame.text.contains("out of date"))
  }

  @Test func strangeExplanationsAreDrawnInAnyRoom() throws {
    let session = try session()
    let empty = TokenExplanation.Side(
      tokens: [], bias: .nan, residual: .nan, totalCount: -1, limit: 0, droppedText: "\n")
    let token = TokenExplanation.Token(
      text: "\u{1B}[31m 漢", id: .max, isSpecial: true, isUnknown: true, isPrompt: true, isPooled: false,
      share: -.infinity)
    let odd = TokenExplanation.Side(
      tokens: [token, token], bias: 1e30, residual: .infinity, totalCount: .max, limit: .max, droppedText: "")
    for (query, document) in [(empty, empty), (odd, odd), (odd, nil), (empty, nil)] {
      let count = query.tokens.count * (document?.tokens.count ?? 0)
      let values = [Float](repeating: .nan, count: count)
      let explanation = TokenExplanation(
        score: .nan, metric: .euclidean, method: .linear, query: query, document: document,
        similarities: values, contributions: values, notes: ["a note"])
      session.state.inquiries[.explanation].shown?.result = .explanation(explanation)
      for panel in TokensState.Panel.allCases {
        session.state.tokens.panel = panel
        try session.keys("<End><Down><Right>o")
        for size in [(0, 0), (1, 1), (3, 2), (20, 5), (60, 20), (75, 40), (90, 20), (150, 9), (150, 40)] {
          var frame = Frame(size: Size(columns: size.0, rows: size.1))
          let inner = frame.bounds
          TokensContent.settle(&session.state, inner)
          TokensContent.draw(session.state, into: &frame, inner)
          for column in 0..<size.0 {
            _ = TokensContent.press(&session.state, Point(column: column, row: size.1 / 2), in: inner)
          }
        }
        #expect(TokensContent.table(session.state) != nil)
      }
    }
  }
}
