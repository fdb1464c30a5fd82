import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Attention: every head small, one large.
struct AttentionTests {
  private func session(
    _ world: World = World(), size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .direct
  ) throws -> Session {
    let session = Session(world, size: size, depth: depth, view: .attention)
    session.paste(world.query)
    session.answerAll()
    session.send(.action(.showAttention))
    session.answerAll()
    return session
  }

  private func asked(_ session: Session) -> [AttentionRequest] {
    session.log.compactMap { if case .compute(.attention(let request), _) = $0 { request } else { nil } }
  }

  @Test(arguments: TokensTests.sizes, World.Script.allCases)
  func theGridAndOneHead(size: Size, script: World.Script) throws {
    let session = try session(World(script), size: size, depth: .none)
    try session.keys("<Down><Right><Right>")
    let grid = session.frame.text
    try session.keys("<Enter><Down><Right>")
    try expectSnapshot(
      grid + "\n\n" + session.frame.text, named: "x-attention-\(script.rawValue)-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theStylesAtEveryColourDepth(depth: ColorDepth) throws {
    let session = try session(depth: depth)
    try session.keys("<Down><Right>")
    let grid = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try session.keys("<Enter>")
    let large = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(
      (grid + "\n\n" + large).replacing("\u{1B}", with: "␛"),
      named: "x-attention-ansi-\(depth.rawValue)-80x24")
  }

  @Test func headsAreCalledByWhereTheyLook() throws {
    let session = try session()
    let shown = try #require(session.state.attention.shown)
    let targets = (0..<6).map { shown.look(layer: 0, head: $0)?.target }
    #expect(targets == [.first, .itself, .previous, .next, .separator, nil])
    #expect(shown.separator == "[SEP]")
    let uniform = try #require(shown.look(layer: 0, head: 5))
    // What the first and the last token get is counted there alone.
    expectClose(
      uniform.masses, [1.0 / 9, 7.0 / 81, 7.0 / 81, 7.0 / 81, 1.0 / 9], within: 1e-6, stage: "uniform head")
    #expect(uniform.sentence("[SEP]").hasPrefix("spread: "))
  }

  @Test func enterShowsOneHeadAndEscLeavesIt() throws {
    let session = try session()
    try session.keys("<Right><Enter><Down><Down><Right><Right>")
    #expect(session.state.attention.isLarge)
    #expect(session.frame.text.contains("do → do  .600"))
    try session.keys("n")
    #expect(session.state.attention.head == 2, "heads change while one is large")
    #expect(session.state.attention.shown?.large?.head == 2)
    try session.keys("<Esc>")
    #expect(!session.state.attention.isLarge)
    #expect(session.state.place == .view(.attention))
    try session.keys("<Esc>")
    #expect(session.state.place == .query)
    try session.keys("<Tab>bbb<Enter><Enter>")
    #expect(session.state.attention.head == 11 && session.state.attention.layer == 5)
    #expect(!session.state.attention.isLarge)
  }

  @Test func theTextsAttentionIsAskedForWithItsOwnEncoding() throws {
    let session = try session(World(prompts: World.prompts))
    session.forget()
    try session.keys("s<Wait>")
    #expect(asked(session).map(\.text) == [session.world.texts[0]])
    #expect(asked(session).first?.encoding == session.state.recipe?.recipe.documents)
    #expect(session.frame.text.contains("of text 1"))
    try session.keys("s<Wait>")
    #expect(asked(session).last?.encoding == session.state.recipe?.recipe.queries)
  }

  @Test func samplesAreTheMaximumOfTheirTokens() {
    let tokens = (0..<8).map { index in
      QueryTokens.Token(text: "t\(index)", id: index, isSpecial: false, isUnknown: false, isPrompt: false)
    }
    var values = [Float](repeating: 0.1, count: 2 * 64)
    values[64 + 3 * 8 + 5] = 0.7
    let maps = AttentionMaps(tokens: tokens, layers: 1, heads: 2, values: values)
    let thumbnails = ShownAttention.Thumbnails(maps, size: Size(columns: 4, rows: 2))
    #expect(thumbnails.size == Size(columns: 4, rows: 2))
    for row in 0..<2 {
      for column in 0..<4 {
        let expected: Float = row == 0 && column == 2 ? 0.7 : 0.1
        #expect(thumbnails.sample(head: 1, column: column, row: row) == expected)
        #expect(thumbnails.sample(head: 0, column: column, row: row) == 0.1)
      }
    }
  }

  @Test func aSecondPressOpensAHead() throws {
    let session = try session()
    let inner = try #require(session.state.layout.pane(of: .attention)).rect.inset()
    let head = try #require(AttentionContent.place(of: "head 3 4", session.state, in: inner))
    _ = AttentionContent.press(&session.state, head.origin, in: inner)
    #expect(session.state.attention.layer == 2 && session.state.attention.head == 3)
    #expect(!session.state.attention.isLarge)
    _ = AttentionContent.press(&session.state, head.origin, in: inner)
    #expect(session.state.attention.isLarge)
    AttentionContent.settle(&session.state, inner)
    let cell = try #require(AttentionContent.place(of: "cell 2 5", session.state, in: inner))
    _ = AttentionContent.press(&session.state, cell.origin, in: inner)
    #expect(session.state.attention.row == 1 && session.state.attention.column == 4)
  }

  @Test func theTableHasEveryHeadAndEveryPair() throws {
    let session = try session()
    let heads = try #require(AttentionContent.table(session.state))
    #expect(heads.rows.count == 72)
    #expect(heads.rows[3][2] == .text("the next token"))
    try session.keys("<Enter>")
    let pairs = try #require(AttentionContent.table(session.state))
    #expect(pairs.rows.count == 81)
    #expect(pairs.rows.allSatisfy { $0.count == pairs.columns.count })
  }

  @Test(arguments: [(1, 1), (6, 12), (24, 16), (48, 40)])
  func anyNumberOfHeadsIsDrawnInAnyRoom(layers: Int, heads: Int) throws {
    var world = World()
    (world.description.layers, world.description.heads) = (layers, heads)
    let session = try session(world)
    for size in [(0, 0), (1, 1), (8, 3), (48, 21), (60, 15), (98, 53), (198, 53)] {
      for key in ["<Home>", "<Right>", "<Down>", "<End>", "<Enter>", "<End>", "<Enter>"] {
        var frame = Frame(size: Size(columns: size.0, rows: size.1))
        try session.keys(key)
        AttentionContent.settle(&session.state, frame.bounds)
        AttentionContent.draw(session.state, into: &frame, frame.bounds)
        guard size.0 >= 48, !session.state.attention.isLarge else { continue }
        let (layer, head) = (session.state.attention.layer + 1, session.state.attention.head + 1)
        #expect(
          AttentionContent.place(of: "head \(layer) \(head)", session.state, in: frame.bounds) != nil)
      }
    }
  }

  @Test func strangeMapsAreDrawn() throws {
    let session = try session()
    let token = QueryTokens.Token(text: "", id: 0, isSpecial: true, isUnknown: false, isPrompt: false)
    for tokens in [[], [token], [token, token]] {
      let maps = AttentionMaps(
        tokens: tokens, layers: 2, heads: 2,
        values: [Float](repeating: .nan, count: 4 * tokens.count * tokens.count))
      session.state.inquiries[.attention].shown?.result = .attention(maps)
      try session.keys("<Enter><End><Down>")
      #expect(session.frame.size == session.state.size)
      try session.keys("<Esc>")
      if !session.state.shows(.attention) { session.send(.action(.showAttention)) }
      #expect(session.frame.size == session.state.size)
    }
    let none = AttentionMaps(tokens: [], layers: 0, heads: 0, values: [])
    session.state.inquiries[.attention].shown?.result = .attention(none)
    session.send(.tick(milliseconds: 1))
    #expect(session.frame.text.contains("the model gave no attention"))
  }
}
