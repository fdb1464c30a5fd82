import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Cutting vectors: the sizes, what is shown of each, and how the cut is applied.
struct DimsTests {
  private static func session(
    _ script: World.Script = .ascii, size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .direct,
    declared: Int? = nil
  ) throws -> Session {
    var world = World(script)
    if let declared { world.description.dimensions = Sourced(declared, .declared) }
    let session = Session(world, size: size, depth: depth, view: .dims)
    session.paste(world.query)
    session.answerAll()
    while session.state.place != .view(.dims) { try session.keys("<Tab>") }
    return session
  }

  private static func requests(_ session: Session) -> [DimensionsRequest] {
    session.log.compactMap { if case .compute(.dimensions(let request), _) = $0 { request } else { nil } }
  }

  @Test func goingThroughTheSizesCutsAtOnceAndIsNotComputedAgain() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    #expect(session.state.currentSize == 384)
    session.forget()
    try session.keys("<Left>")
    #expect(session.state.recipe?.recipe.readout.dimensions == 256)
    #expect(session.searches.map(\.recipe.readout.dimensions) == [256])
    try session.keys("<Down><Down><Down>")
    #expect(session.state.overrides.dimensions == 96)
    try session.keys("<Home>")
    #expect(session.state.overrides.dimensions == 8)
    try session.keys("<Left><End>")
    #expect(session.state.overrides.dimensions == nil)
    #expect(Self.requests(session) == [])
  }

  @Test func theAverageIsAskedForOnceTheBackgroundIsThere() throws {
    let session = Session(view: .dims)
    try session.keys("abc")
    session.pending.removeAll { if case .compute(.background, _) = $0 { true } else { false } }
    #expect(Self.requests(session).last?.hasBackground == true, "answered at the start")
    session.forget()
    try session.keys("<F2>find: <Enter>")
    #expect(Self.requests(session).last?.hasBackground == false, "queries are encoded anew")
    session.answerAll()
    #expect(Self.requests(session).last?.hasBackground == true)
  }

  @Test func aDeclaredSizeIsMarkedAndIsNoChoice() throws {
    let session = try Self.session(declared: 128)
    #expect(session.state.currentSize == 128)
    #expect(session.frame.text.contains("▲128"))
    #expect(session.frame.text.contains("▲ 128 is the size that the model's files declare"))
    try session.keys("<End>")
    #expect(session.state.overrides.dimensions == 384)
    while session.state.currentSize != 128 { try session.keys("<Left>") }
    #expect(session.state.overrides.dimensions == nil)
  }

  @Test func aModelThatDeclaresNoSizesSaysSo() throws {
    let session = try Self.session()
    #expect(session.frame.text.contains("the model declares no sizes to cut to"))
    #expect(session.frame.text.contains("now: all 384 values, then normalised to length 1"))
    try session.keys("<Left><Left>")
    #expect(session.frame.text.contains("now: the first 192 of 384 values, then normalised to length 1"))
    session.state.overrides.normalizes = false
    session.state.setOverrides(session.state.overrides)
    let notes = DimsPaneView(session.state)?.notes(200).map(\.text) ?? []
    #expect(
      notes.contains { $0.contains("of 384 values, not normalised: dot and distances change with the size") })
  }

  @Test func aSizeOfTheUsersOwnIsTriedToo() throws {
    let session = try Self.session()
    session.state.cut(to: 100)
    session.forget()
    try session.keys("<Enter>")
    #expect(Self.requests(session).last?.sizes.contains(100) == true)
    session.answerAll()
    try session.keys("<Right>")
    #expect(session.state.currentSize == 128)
  }

  @Test func aClickInTheTableOrTheCurveCuts() throws {
    for size in [Size(columns: 100, rows: 30), Size(columns: 80, rows: 24)] {
      let session = try Self.session(size: size)
      let inner = try #require(session.state.layout.pane(of: .dims)?.rect.inset())
      let row = try #require(DimsContent.place(of: "size 128", session.state, in: inner))
      #expect(DimsContent.press(&session.state, row.origin, in: inner) == [])
      #expect(session.state.currentSize == 128)
      let plot = try #require(DimsContent.place(of: "plot", session.state, in: inner))
      let left = Point(column: plot.left, row: plot.top + 2)
      DimsContent.drag(&session.state, from: left, to: left, in: inner)
      #expect(session.state.currentSize == 8)
    }
  }

  @Test func theTableSaysWhatEverySizeKeepsAndCosts() throws {
    let session = try Self.session()
    try session.keys("<Left>")
    let table = try #require(DimsContent.table(session.state))
    let count = session.state.sizesToTry.count
    #expect(table.rows.count == count + 2)
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    #expect(table.rows[count - 1][0] == .whole(384) && table.rows[count - 1][2] == .number(1))
    #expect(table.rows[count - 1][6] == .whole(1536) && table.rows[count - 1][7] == .whole(60 * 1536))
    #expect(table.rows.filter { $0[8] == .flag(true) }.map { $0[0] } == [.whole(256)])
    #expect(table.rows[count][1] == .text("int8") && table.rows[count + 1][6] == .whole(48))
  }

  @Test func logarithmsAreRight() {
    for (number, expected) in [
      (1.0, 0.0), (8, 3), (12, 3.5849625), (384, 8.5849625), (0.5, -1), (768, 9.5849625),
    ] {
      #expect(abs(DimsPaneView.log2(number) - expected) < 1e-3)
    }
    #expect(DimsPaneView.log2(0) == 0 && DimsPaneView.log2(.infinity) == 0 && DimsPaneView.log2(.nan) == 0)
  }

  @Test func strangeStudiesAreDrawn() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    let odd = DimensionStudy.Point(
      size: 0, overlap: .nan, averageOverlap: .infinity, margin: -.infinity, top: "\u{1B}[31m", bytes: .max)
    let generation = { session.state.requests[.view(.dimensions)].generation }
    for points in [[], [odd], [odd, odd]] {
      session.state.query.field.insert("x")
      try session.keys("<Up>")
      session.answer(
        .computed(
          .dimensions,
          .dimensions(DimensionStudy(points: points, int8: odd, binary: odd, depth: 0, metric: .dot)),
          generation: generation()))
      #expect(session.state.dimensionStudy?.points.count == points.count)
      #expect(session.frame.size == session.state.size)
      #expect(DimsContent.table(session.state)?.rows.count == points.count + 2)
      try session.keys("<Left><Right><End>")
    }
  }

  @Test func outOfDateStudiesSaySo() throws {
    let session = try Self.session()
    try session.keys("<Tab>x")
    session.send(.tick(milliseconds: 300))
    #expect(session.state.dimsTitle(columns: 80).hasPrefix("Dims · out of date"))
  }

  @Test(arguments: SnapshotTests.sizes, World.Script.allCases)
  func theCurve(size: Size, script: World.Script) throws {
    let session = try Self.session(script, size: size)
    try session.keys("<Left><Left><Left>")
    try expectSnapshot(session.frame.text, named: "dims-\(script.rawValue)-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theCurveAtEveryColourDepth(depth: ColorDepth) throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30), depth: depth, declared: 128)
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(text.replacing("\u{1B}", with: "␛"), named: "dims-ansi-\(depth.rawValue)-100x30")
  }
}
