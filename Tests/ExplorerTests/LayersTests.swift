import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Layers: the nearest texts at every layer.
struct LayersTests {
  private func session(
    _ world: World = World(), size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .direct
  ) throws -> Session {
    let session = Session(world, size: size, depth: depth, view: .layers)
    session.paste(world.query)
    session.answerAll()
    session.send(.action(.showLayers))
    session.answerAll()
    return session
  }

  private func sweeps(_ session: Session) -> [LayersRequest] {
    session.log.compactMap { if case .compute(.layers(let request), _) = $0 { request } else { nil } }
  }

  @Test(arguments: TokensTests.sizes, World.Script.allCases)
  func everyLayer(size: Size, script: World.Script) throws {
    let session = try session(World(script), size: size)
    try session.keys("<Left>")
    try expectSnapshot(session.frame.text, named: "x-layers-\(script.rawValue)-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theStylesAtEveryColourDepth(depth: ColorDepth) throws {
    let session = try session(depth: depth)
    try session.keys("<Left>")
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(
      text.replacing("\u{1B}", with: "␛"), named: "x-layers-ansi-\(depth.rawValue)-80x24")
  }

  @Test func theRecipesLayerDoesNotCount() throws {
    let session = try session()
    session.forget()
    try session.keys("<Home><Right><Enter><Wait>")
    #expect(session.state.overrides.layer == 1)
    #expect(session.state.recipe?.recipe.readout.layer == 1)
    #expect(sweeps(session).isEmpty, "nothing is swept again")
    #expect(session.frame.text.contains("layer 1 ✓"))
    try session.keys("<Enter>")
    #expect(session.state.notice?.text == "Use this layer: layer 1 is in use already")
    try session.keys("<End><Enter>")
    #expect(session.state.overrides.layer == nil, "the last is the model's own")
  }

  @Test func theCursorGoesFromLayerToLayer() throws {
    let session = try session()
    #expect(session.state.layersCursor == 6)
    try session.keys("<Left>")
    #expect(session.state.layersCursor == 5)
    try session.keys("<Up>")
    #expect(session.state.layersCursor == 2, "the block above")
    try session.keys("<Up>")
    #expect(session.state.layersCursor == 0)
    #expect(session.frame.text.contains("▸layer 0"))
    try session.keys("<Right><End>")
    #expect(session.state.layersCursor == 6)
  }

  @Test func theSelectedTextCanBeFollowed() throws {
    let session = try session()
    session.forget()
    try session.keys("]f<Wait>")
    #expect(sweeps(session).map(\.followed) == ["text-2"])
    #expect(session.frame.text.contains("› followed: (* is first at the last layer) To cancel"))
    try session.keys("f<Wait>")
    #expect(sweeps(session).last?.followed == nil)
    #expect(session.frame.text.contains("* first at the last layer, followed: Refunds"))
  }

  @Test func whereTheRankingSettlesIsSaidOnceAllLayersAreSwept() throws {
    let world = World()
    let session = Session(world, view: .layers)
    session.paste(world.query)
    session.state.view = .layers
    session.send(.action(.showLayers))
    let effect = try #require(
      session.log.last { if case .compute(.layers, _) = $0 { true } else { false } })
    guard case .compute(.layers(let request), let generation) = effect else { return }
    let partial = world.sweep(request, upTo: 2)
    session.answer(
      .computing(
        .layers, ViewProgress(done: 3, total: 7, partial: .layers(partial)), generation: generation))
    session.send(.tick(milliseconds: 200))
    let text = session.frame.text
    #expect(text.contains("sweeping 43 %"))
    #expect(text.contains("3 of 7 layers"))
    #expect(text.contains("not swept yet"))
    session.answer(.computed(.layers, .layers(world.sweep(request)), generation: generation))
    #expect(session.frame.text.contains("the first text is first from layer 4 on"))
    #expect(!session.frame.text.contains("not swept yet"))
  }

  @Test func aSweepOfAPartSaysSo() throws {
    let session = try session()
    var sweep = try #require(session.state.sweep)
    (sweep.swept, sweep.total, sweep.bytes) = (1000, 41_240, 511_000_000)
    session.state.inquiries[.layers].shown?.result = .layers(sweep)
    session.send(.tick(milliseconds: 1))
    let text = "1,000 of 41,240 texts swept · 511.0 MB of 512.0 MB: more memory is not allowed"
    #expect(session.frame.text.contains(text))
  }

  @Test func modelsWithoutLayersSaySo() throws {
    var world = World()
    world.description.layers = 0
    world.description.heads = 0
    let session = Session(world, view: .layers)
    session.paste(world.query)
    session.answerAll()
    #expect(sweeps(session).isEmpty)
    #expect(session.frame.text.contains("has no layers: it looks each token's"))
    session.send(.action(.showAttention))
    #expect(session.frame.text.contains("has no attention"))
    #expect(!session.kinds.contains("compute attention"))
  }

  @Test func aPressSelectsALayer() throws {
    let session = try session()
    let inner = try #require(session.state.layout.pane(of: .layers)).rect.inset()
    let curve = try #require(LayersContent.place(of: "curve", session.state, in: inner))
    let first = Point(column: curve.left + LayersLayout.labelColumns, row: curve.top)
    _ = LayersContent.press(&session.state, first, in: inner)
    #expect(session.state.layersCursor == 0)
    LayersContent.settle(&session.state, inner)
    let block = try #require(LayersContent.place(of: "layer 2", session.state, in: inner))
    _ = LayersContent.press(&session.state, block.origin, in: inner)
    #expect(session.state.layersCursor == 2)
    #expect(LayersContent.place(of: "cell 2 1", session.state, in: inner) == block.row(1))
    #expect(LayersContent.place(of: "layer 99", session.state, in: inner) == nil)
  }

  @Test func theTableHasEveryTextOfEveryLayer() throws {
    let session = try session()
    let table = try #require(LayersContent.table(session.state))
    #expect(table.rows.count == 7 * LayersState.top)
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    #expect(table.facts.contains { $0.name == "settled at layer" && $0.value == .whole(4) })
  }

  @Test func ranksRiseByDoublings() {
    #expect(ShownSweep.height(rank: 1, lowest: 64) == 1)
    #expect(ShownSweep.height(rank: 64, lowest: 64) == 0)
    #expect(ShownSweep.height(rank: 8, lowest: 64) == 0.5)
    #expect(ShownSweep.height(rank: 1, lowest: 1) == 1)
  }

  @Test(arguments: [1, 6, 24, 80]) func sweepsAreDrawnInAnyRoom(layers: Int) throws {
    var world = World()
    world.description.layers = layers
    let session = try session(world)
    var sweep = try #require(session.state.sweep)
    sweep.layers[0].overlapWithLast = .nan
    sweep.layers[0].followedScore = .nan
    sweep.layers[0].followedRank = -3
    session.state.inquiries[.layers].shown?.result = .layers(sweep)
    for size in [(0, 0), (1, 1), (13, 4), (24, 9), (48, 21), (60, 15), (98, 53), (198, 53)] {
      for key in ["<Home>", "<Right>", "<Down>", "<End>", "<Left>"] {
        var frame = Frame(size: Size(columns: size.0, rows: size.1))
        try session.keys(key)
        LayersContent.settle(&session.state, frame.bounds)
        LayersContent.draw(session.state, into: &frame, frame.bounds)
        guard size.0 >= 48 else { continue }
        let isShown = LayersContent.place(
          of: "layer \(session.state.layersCursor)", session.state, in: frame.bounds)
        #expect(isShown != nil, "\(size) after \(key)")
      }
    }
  }
}
