import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// The map: layouts, the query among the points, the cursor, what is drawn.
struct MapTests {
  private static func session(
    _ script: World.Script = .ascii, size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .direct,
    query: Bool = true
  ) throws -> Session {
    let world = World(script)
    let session = Session(world, size: size, depth: depth, view: .map)
    if query {
      session.paste(world.query)
      session.answerAll()
    }
    while session.state.place != .view(.map) { try session.keys("<Tab>") }
    return session
  }

  private static func maps(_ session: Session) -> [MapRequest] {
    session.log.compactMap { if case .compute(.map(let request), _) = $0 { request } else { nil } }
  }

  private static func placements(_ session: Session) -> [PlacementRequest] {
    session.log.compactMap { if case .compute(.placement(let request), _) = $0 { request } else { nil } }
  }

  // MARK: What is asked for

  @Test func nothingSlowStartsUnasked() throws {
    let session = try Self.session()
    #expect(Self.maps(session).map(\.method) == [.pca])
    session.forget()
    try session.keys("m")
    #expect(Self.maps(session).map(\.method) == [.umap])
    try session.keys("m")
    #expect(Self.maps(session).map(\.method) == [.umap, .tsne])
  }

  @Test func slowLayoutsWaitForTheLastText() throws {
    var world = World()
    world.indexedAtOnce = 30
    let session = Session(world, view: .map)
    try session.keys("<Tab>m<Wait>")
    #expect(Set(Self.maps(session).map(\.method)) == [.pca])
    session.answer(.indexing(IndexingProgress(done: 60, total: 60, secondsLeft: 0), generation: 1))
    #expect(Self.maps(session).last?.method == .umap)
    #expect(Self.maps(session).last?.corpus.indexed == 60)
  }

  @Test func typingMovesTheQueryAndNothingElse() throws {
    let session = try Self.session()
    session.forget()
    try session.keys("<Tab>x")
    #expect(Self.maps(session) == [])
    #expect(Self.placements(session).map(\.query) == [session.state.query.field.text])
    #expect(Self.placements(session)[0].map == session.state.shownMap?.request)
  }

  @Test func theQuerysPromptMovesNoText() throws {
    let session = try Self.session()
    session.forget()
    var overrides = RecipeOverrides()
    overrides.queryPrompt = .literal("find: ")
    session.state.setOverrides(overrides)
    try session.keys("<Up>")
    #expect(Self.maps(session) == [])
    #expect(Self.placements(session).map(\.queries.prompt) == ["find: "])
    overrides.metric = .dot
    session.state.setOverrides(overrides)
    try session.keys("<Up>")
    #expect(Self.maps(session).count == 1)
  }

  @Test func theQueryFollowsEveryStepOfTheLayout() throws {
    let session = try Self.session()
    try session.keys("m")
    session.forget()
    let request = try #require(session.state.inquiries[.map].asked)
    guard case .map(let wanted) = request else { return }
    let generation = session.state.requests[.view(.map)].generation
    let partial = ViewResult.map(session.world.map(wanted))
    for done in [10, 20] {
      session.answer(
        .computing(.map, ViewProgress(done: done, total: 50, partial: partial), generation: generation))
    }
    session.answer(.computed(.map, partial, generation: generation))
    #expect(Self.placements(session).map(\.step) == [10, 20, .max])
    #expect(Self.placements(session).allSatisfy { $0.map == wanted })
  }

  @Test func aLayoutStopsWhereItIsAndBeginsAnewWithAnotherSeed() throws {
    let session = try Self.session()
    try session.keys("s")
    #expect(session.state.notice?.text.contains("PCA has one layout") == true)
    try session.keys("m")
    let generation = session.state.requests[.view(.map)].generation
    guard case .map(let wanted)? = session.state.inquiries[.map].asked else { return }
    session.answer(
      .computing(
        .map, ViewProgress(done: 21, total: 50, partial: .map(session.world.map(wanted))),
        generation: generation))
    #expect(session.state.mapTitle(columns: 80) == "Map · UMAP 42 % · 60 texts")
    #expect(try session.keys("s").first == .cancelComputation(.map))
    #expect(session.state.mapTitle(columns: 80) == "Map · UMAP stopped at 42 % · 60 texts")
    session.forget()
    try session.keys("s")
    #expect(Self.maps(session).map(\.seed) == [2])
  }

  @Test func anotherMethodIsAnnouncedAndNothingIsCalledOutOfDate() throws {
    let session = try Self.session()
    try session.keys("m")
    session.send(.tick(milliseconds: 300))
    #expect(
      session.state.mapTitle(columns: 80)
        == "Map · PCA, UMAP follows · 60 texts · axes 14.3 % + 8.2 % of the variance")
    #expect(!session.state.mapIsMarked)
    session.state.overrides.metric = .dot
    session.state.setOverrides(session.state.overrides)
    try session.keys("<Up>")
    session.send(.tick(milliseconds: 300))
    #expect(session.state.mapIsMarked)
    #expect(session.state.mapTitle(columns: 80).hasPrefix("Map · out of date"))
  }

  // MARK: The query's place

  @Test func anOldPlaceOfTheQueryIsMarked() throws {
    let session = try Self.session()
    #expect(session.frame.text.contains("◆Q"))
    try session.keys("<Tab>x")
    session.send(.tick(milliseconds: 300))
    #expect(session.frame.text.contains("◇Q"))
    #expect(session.frame.text.contains("place of an earlier query"))
    session.answerAll()
    #expect(session.frame.text.contains("◆Q"))
    try session.keys("<C-u><Wait>")
    #expect(session.state.placement == nil)
    #expect(session.frame.text.contains("type a query: its place shows as ◆Q"))
  }

  @Test func aPlaceOnAnotherMapIsNotShown() throws {
    let session = try Self.session()
    try session.keys("m")
    session.pending.removeAll { if case .compute(.placement, _) = $0 { true } else { false } }
    let generation = session.state.requests[.view(.map)].generation
    guard case .map(let wanted)? = session.state.inquiries[.map].asked else { return }
    session.answer(.computed(.map, .map(session.world.map(wanted)), generation: generation))
    #expect(session.state.placement == nil)
    session.answerAll()
    #expect(session.state.placement != nil)
  }

  // MARK: The cursor

  @Test func arrowsGoToPointsInTheirDirection() throws {
    let session = try Self.session()
    let inner = try #require(session.state.layout.pane(of: .map)?.rect.inset())
    for (key, isThere) in [
      (Key.right, { $1.column >= $0.column }), (.left, { $1.column <= $0.column }),
      (.up, { $1.row <= $0.row }),
      (.down, { $1.row >= $0.row }),
    ] as [(Key, (Point, Point) -> Bool)] {
      var moved = 0
      for index in 0..<60 {
        var state = session.state
        state.selectPoint(index)
        let before = try #require(MapContent.place(of: "cursor", state, in: inner)).origin
        state.moveMapCursor(key)
        guard state.map.selection?.index != index else { continue }
        moved += 1
        let after = try #require(MapContent.place(of: "cursor", state, in: inner)).origin
        #expect(isThere(before, after), "\(key): \(before) to \(after)")
      }
      #expect(moved > 50, "only those at the edge have nothing beyond them")
    }
  }

  @Test func everyPointCanBeReachedByArrows() throws {
    let session = try Self.session(size: Size(columns: 200, rows: 60))
    try session.keys("<Home>")
    var reached: Set<String> = []
    var open = [try #require(session.state.map.selection)]
    while let next = open.popLast() {
      guard reached.insert(next.id).inserted else { continue }
      for key in [Key.left, .right, .up, .down] {
        var state = session.state
        state.selectPoint(next.index)
        state.moveMapCursor(key)
        if let selection = state.map.selection { open.append(selection) }
      }
    }
    #expect(reached.count == 60)
  }

  @Test func theQuerysNearestAreVisitedInTheirOrder() throws {
    let session = try Self.session()
    var visited: [String] = []
    for _ in 0..<3 {
      try session.keys("n")
      visited.append(session.state.map.selection?.id ?? "")
    }
    #expect(visited == ["text-1", "text-4", "text-7"])
    #expect(session.frame.text.contains("number 3 of the query's nearest"))
  }

  @Test func theSelectionStaysOnItsTextWhenTheMapChanges() throws {
    let session = try Self.session()
    try session.keys("nn")
    session.world.texts.insert("a new first text", at: 0)
    var map = session.world.map(
      MapRequest(
        recipe: try #require(session.state.recipe).recipe,
        corpus: session.state.corpusStamp, method: .pca, seed: 0))
    map.ids = ["new"] + map.ids.dropLast()
    try session.keys("m")
    session.answer(
      .computed(.map, .map(map), generation: session.state.requests[.view(.map)].generation))
    #expect(session.state.map.selection == .init(index: 4, id: "text-4"))
  }

  @Test func selectedTextIsWholeWhereItIsKnown() throws {
    let session = try Self.session()
    #expect(MapContent.selectedText(session.state) == nil)
    try session.keys("n")
    #expect(MapContent.selectedText(session.state) == session.world.texts[0])
    #expect(try session.keys("a") == [.saveTexts([session.world.texts[0]])])
  }

  // MARK: Zoom, pan, mouse

  @Test func whatLiesUnderThePointerStaysThere() throws {
    let session = try Self.session()
    var state = session.state
    let inner = try #require(state.layout.pane(of: .map)?.rect.inset())
    let cell = try #require(MapContent.place(of: "point text-3", state, in: inner)).origin
    MapContent.turn(&state, by: -3, at: cell, in: inner)
    #expect(state.map.viewport.zoom > 3)
    let after = try #require(MapContent.place(of: "point text-3", state, in: inner)).origin
    #expect(abs(after.column - cell.column) <= 2 && abs(after.row - cell.row) <= 1)
    MapContent.turn(&state, by: 9, at: cell, in: inner)
    #expect(state.map.viewport == MapViewport())
  }

  @Test func aDragMovesThePointsWithThePointer() throws {
    let session = try Self.session()
    try session.keys("n++")
    var state = session.state
    let inner = try #require(state.layout.pane(of: .map)?.rect.inset())
    let before = try #require(MapContent.place(of: "cursor", state, in: inner)).origin
    let from = Point(column: 30, row: 10)
    MapContent.drag(&state, from: from, to: Point(column: 33, row: 11), in: inner)
    let after = try #require(MapContent.place(of: "cursor", state, in: inner)).origin
    #expect(after == Point(column: before.column + 3, row: before.row + 1))
  }

  @Test func aClickSelectsTheNearestPointAndOneFarAwayNone() throws {
    let session = try Self.session()
    var state = session.state
    let inner = try #require(state.layout.pane(of: .map)?.rect.inset())
    let cell = try #require(MapContent.place(of: "point text-5", state, in: inner)).origin
    #expect(MapContent.press(&state, cell, in: inner) == [])
    let found = try #require(MapContent.place(of: "cursor", state, in: inner)).origin
    #expect(abs(found.column - cell.column) <= 1 && abs(found.row - cell.row) <= 1)
    _ = MapContent.press(&state, inner.origin, in: inner)
    #expect(state.map.selection == nil)
  }

  @Test func actionsThatChangeNothingSayWhy() throws {
    let session = try Self.session()
    try session.keys("0")
    #expect(session.state.notice?.text == "Show the whole map: the whole map is shown")
    try session.keys("<S-Left>")
    #expect(session.state.notice?.text.contains("+ zooms in") == true)
    try session.keys("+<S-Left>")
    #expect(session.state.map.viewport.x < 0.5)
    try session.keys("0")
    #expect(session.state.map.viewport == MapViewport())
  }

  // MARK: What is drawn

  @Test func distancesAreTrueInAllDirections() {
    let bounds = MapBounds(x: [0, 10, 0, 10], y: [0, 0, 4, 4])
    for canvas in [Size(columns: 80, rows: 10), Size(columns: 20, rows: 50)] {
      let projection = MapProjection(bounds, canvas: canvas, viewport: MapViewport())
      let (a, b) = (projection.dot(0, 0), projection.dot(3, 4))
      let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
      #expect(abs(length - 5 * projection.scale) < 1e-9 * length)
      #expect(b.y < a.y, "up on the map is up on the screen")
      for (x, y) in [(Float(0), Float(0)), (10, 4)] { #expect(projection.visibleDot(x, y) != nil) }
    }
  }

  @Test func fieldsColourThePointsOneAfterTheOther() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    #expect(session.state.map.ground?.fieldName == "topic")
    #expect(session.frame.text.contains("topic: ⣿m money 20  ⣿t travel 20  ⣿u music 20"))
    try session.keys("c")
    let author = try #require(session.state.map.ground)
    #expect(author.categories.map(\.letter) == ["a", "s", "b", "c", "z", "m", "+", "·"])
    #expect(author.categories.map(\.count).reduce(0, +) == 60)
    #expect(author.categories[6].title == "2 other values")
    try session.keys("c")
    #expect(session.state.map.ground?.fieldName == nil)
    #expect(session.frame.text.contains("no field colours the points; c chooses one"))
    try session.keys("c")
    #expect(session.state.map.ground?.fieldName == "topic")
  }

  @Test func aCellHasTheColourOfMostOfItsPoints() {
    let field = TextMap.Field(name: "f", values: ["a", "b"], indices: [0, 1, 1, 0, 0, -1])
    let map = TextMap(
      method: .pca, ids: (0..<6).map { "\($0)" }, labels: [], x: [0, 0, 0, 9, 9, 9], y: [0, 0, 0, 9, 9, 9],
      fields: [field], total: 6)
    let picture = MapPicture(
      MapGround(map, coloring: nil),
      .init(size: Size(columns: 10, rows: 5), viewport: MapViewport(), hasLetters: true, showsTrust: true))
    #expect(picture.cells.map(\.glyph) == ["a", "b"])
    #expect(picture.cells.map(\.style.name) == [.plotSeries1, .plotSeries2])
  }

  @Test func doubtIsMarkedWhereAtLeastHalfOfACellIsDoubtful() throws {
    let map = TextMap(
      method: .pca, ids: ["a", "b", "c", "d"], labels: [], x: [0, 0, 9, 9], y: [0, 0, 9, 9], fields: [],
      trust: [0.74, 0.9, 0.75, 1], total: 4)
    let ground = MapGround(map, coloring: nil)
    #expect(ground.doubtfulCount == 1)
    var key = MapPicture.Key(
      size: Size(columns: 10, rows: 5), viewport: MapViewport(), hasLetters: false, showsTrust: true)
    #expect(MapPicture(ground, key).cells.map { $0.glyph == "?" } == [false, true])
    var sampled = map
    sampled.trust = [0.74, .nan, .nan, .nan]
    let some = MapGround(sampled, coloring: nil)
    #expect(some.judgedCount == 1)
    #expect(MapPicture(some, key).cells.map { $0.glyph == "?" } == [false, true], "others were not judged")
    key.showsTrust = false
    #expect(MapPicture(ground, key).cells.allSatisfy { $0.glyph != "?" })
    let session = try Self.session()
    #expect(session.frame.text.contains("? doubtful: 7 texts"))
    try session.keys("t")
    #expect(session.frame.text.contains("doubtful, not marked: 7 texts"))
  }

  @Test func linksGoToTheTrueNearest() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    #expect(session.frame.text.contains("1–9 truly nearest to the query"))
    try session.keys("<Home>")
    let ground = try #require(session.state.map.ground)
    let links = try #require(MapLinks(session.state, ground))
    #expect(links.nearest == [3, 6, 9, 12, 15])
    #expect(session.frame.text.contains("1–5 truly nearest to text-1"))
    try session.keys("l")
    #expect(MapLinks(session.state, ground) == nil)
  }

  @Test func factsFillLinesInTheirOrder() {
    #expect(packed(["one", "two", "three"], columns: 10) == ["one · two", "three"])
    #expect(packed(["much too long", "b"], columns: 6) == ["much …", "b"])
    #expect(packed([], columns: 6) == [])
  }

  @Test func withoutColoursPointsAreLetters() throws {
    let session = try Self.session(depth: .none)
    #expect(session.state.map.picture?.key.hasLetters == true)
    #expect(session.frame.text.contains("topic: m money 20  t travel 20  u music 20"))
    try session.keys("g")
    #expect(session.state.map.picture?.key.hasLetters == false)
  }

  @Test func strangeMapsAreDrawn() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    let odd: [Float] = [.nan, .infinity, -.infinity, 3e38, -3e38, 0, 1, 1, 1]
    for (ids, x, y) in [
      ([], [], []), (["a"], [1], [1]), (["a", "b"], [2, 2], [5, 5]),
      (odd.indices.map { "\($0)" }, odd, odd.reversed()), (["a", "b", "c"], [1], [2]),
    ] as [([String], [Float], [Float])] {
      let map = TextMap(
        method: .umap, ids: ids, labels: ["x"], x: x, y: y,
        fields: [.init(name: "f", values: ["v", "w"], indices: [0, 9, -4])], neighbours: [7, -1, 0],
        neighbourCount: 2, trustworthiness: .nan, trust: [.nan, 2, -1], total: 3)
      try session.keys("m")
      session.answer(
        .computed(.map, .map(map), generation: session.state.requests[.view(.map)].generation))
      session.pending = []
      for key in "cgtln+<Left><Right><Up><Down><PgDn><Home><End>n-0++<S-Up><A-Down>s".split(separator: "<") {
        try session.keys(key.contains(">") ? "<" + key : String(key))
        #expect(session.frame.size == session.state.size)
      }
      #expect(MapContent.table(session.state)?.rows.count == min(ids.count, x.count))
    }
  }

  @Test(arguments: 0..<3)
  func anyMouseMayDoAnything(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    let contents: [(view: View, content: any PaneContent.Type)] = [
      (.map, MapContent.self), (.dims, DimsContent.self), (.metric, MetricsContent.self),
    ]
    for step in 0..<400 {
      let (view, content) = contents[step / 40 % 3]
      session.state.show(view)
      session.send(.tick(milliseconds: 1))
      if step.isMultiple(of: 20) { session.answerAll() }
      let inner = try #require(session.state.layout.pane(of: view)?.rect.inset())
      func point() -> Point {
        Point(column: Int.random(in: -5...110, using: &random), row: Int.random(in: -5...40, using: &random))
      }
      switch Int.random(in: 0..<4, using: &random) {
      case 0: _ = content.press(&session.state, point(), in: inner)
      case 1: content.drag(&session.state, from: point(), to: point(), in: inner)
      case 2:
        content.turn(&session.state, by: Int.random(in: -50...50, using: &random), at: point(), in: inner)
      default:
        let keys: [Key] = [.up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .escape]
        content.move(&session.state, keys.randomElement(using: &random) ?? .up)
      }
      session.send(.tick(milliseconds: 1))
      #expect(session.frame.size == session.state.size)
      #expect((1...256).contains(session.state.map.viewport.zoom))
      #expect(
        (0...1).contains(session.state.map.viewport.x) && (0...1).contains(session.state.map.viewport.y))
      #expect(session.state.sizesToTry.contains(session.state.currentSize ?? -1))
    }
  }

  @Test func theTableHasEveryPoint() throws {
    let session = try Self.session()
    let table = try #require(MapContent.table(session.state))
    #expect(table.rows.count == 60)
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    let row = table.rows[3]
    #expect(row[0] == .text("text-4") && row[6] == .whole(2) && row[5] == .flag(false))
    #expect(row[7] == .text("text-7 text-10 text-13 text-16 text-19"))
    #expect(row[8] == .text("money"))
    #expect(table.facts.first { $0.name == "trustworthiness" }?.value == .number(0.8127))
  }

  // MARK: Snapshots

  @Test(arguments: SnapshotTests.sizes, World.Script.allCases)
  func theMap(size: Size, script: World.Script) throws {
    let session = try Self.session(script, size: size)
    try session.keys("n<Right>")
    try expectSnapshot(session.frame.text, named: "map-\(script.rawValue)-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theMapAtEveryColourDepth(depth: ColorDepth) throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30), depth: depth)
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(text.replacing("\u{1B}", with: "␛"), named: "map-ansi-\(depth.rawValue)-100x30")
  }

  @Test func anEnlargedMapWithLetters() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30), depth: .none)
    try session.keys("m<Wait>cn+++<S-Left>")
    try expectSnapshot(session.frame.text, named: "map-enlarged-100x30")
  }
}
