import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Metrics side by side: the cursor, the sentences, what is drawn.
struct MetricTests {
  private static func session(
    _ script: World.Script = .ascii, size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .direct
  ) throws -> Session {
    let world = World(script)
    let session = Session(world, size: size, depth: depth, view: .metric)
    session.paste(world.query)
    session.answerAll()
    while session.state.place != .view(.metric) { try session.keys("<Tab>") }
    return session
  }

  private static func requests(_ session: Session) -> [MetricsRequest] {
    session.log.compactMap { if case .compute(.metrics(let request), _) = $0 { request } else { nil } }
  }

  @Test func enterTakesTheMetricUnderTheCursor() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    try session.keys("<Enter>")
    #expect(session.state.notice?.text.contains("the recipe has cosine already") == true)
    session.forget()
    try session.keys("<Right><Enter>")
    #expect(session.state.overrides.metric == .dot)
    #expect(session.searches.map(\.recipe.metric) == [.dot])
    #expect(Self.requests(session) == [], "what every metric finds has not changed")
    #expect(session.frame.text.contains("▸dot ✓"))
    try session.keys("<Left><Enter>")
    #expect(session.state.overrides.metric == nil, "the model's own is no choice of the user's")
  }

  @Test func theSentenceFollowsFromTheFigures() throws {
    let session = try Self.session()
    let study = try #require(session.state.metricStudy)
    let bias = MetricBias(study)
    #expect(study.sides.map { bias.ratio($0).map(MetricBias.times) } == ["0.5×", "2.4×", "1.0×", "0.9×"])
    #expect(
      bias.sentence
        == "cosine's top 10 are 0.5×, dot's top 10 are 2.4× as long as the average text (18.2 tokens)")
    #expect(session.frame.text.contains("cosine's top 10 are 0.5×"))
    var even = study
    for index in even.sides.indices { even.sides[index].meanTokens = even.meanTokens * 1.1 }
    #expect(MetricBias(even).sentence.hasPrefix("no metric leans to long or short texts here"))
    even.meanTokens = 0
    #expect(MetricBias(even).sentence.hasPrefix("no metric leans"))
  }

  @Test func normsSayHowTheyGoWithLengths() throws {
    var study = try #require(try Self.session().state.metricStudy)
    #expect(
      MetricBias(study).normSentence
        == "norms 4.900 to 9.810, query 5.600; with length ρ +0.61: longer texts, longer vectors: dot rewards them"
    )
    study.lengthCorrelation = -0.5
    #expect(MetricBias(study).normSentence.hasSuffix("ρ -0.50: longer texts, shorter vectors"))
    study.lengthCorrelation = nil
    #expect(MetricBias(study).normSentence == "norms 4.900 to 9.810, query 5.600")
  }

  @Test func normalisedModelsSayThatMetricsRankAlike() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    var study = try #require(session.state.metricStudy)
    study.isNormalized = true
    session.state.query.field.insert("x")
    try session.keys("<Up>")
    session.answer(
      .computed(
        .metrics, .metrics(study), generation: session.state.requests[.view(.metrics)].generation))
    let notes =
      MetricsPaneView(session.state)?.notes(Rect(column: 0, row: 0, columns: 200, rows: 60)).map(\.text)
      .joined(separator: " ") ?? ""
    #expect(
      notes.contains("every norm is 1 as vectors leave the model: cosine, dot and euclidean rank alike"))
    #expect(!notes.contains("your recipe normalises"))
  }

  @Test func aRecipeThatNormalisesSaysSo() throws {
    let session = try Self.session()
    let text = "your recipe normalises: dot, euclidean then rank like cosine (F4 changes it)"
    let note = { MetricsPaneView(session.state)?.notes(Rect(column: 0, row: 0, columns: 200, rows: 60)) }
    #expect(note()?.contains { $0.text == text } == true)
    session.state.overrides.normalizes = false
    session.state.setOverrides(session.state.overrides)
    #expect(note()?.contains { $0.text == text } == false)
  }

  @Test func theSameTextIsMarkedWhereverItIsFound() throws {
    let session = try Self.session()
    try session.keys("<Down><Down>")
    let id = try #require(session.state.metricFound?.neighbour.id)
    #expect(id == "text-3")
    let count = session.frame.text.filter { $0 == "◂" }.count
    #expect(count == 2, "dot and euclidean find it too")
    #expect(MetricsContent.selectedText(session.state) == session.world.texts[2])
  }

  @Test func thereAreAsManyMetricsAsHaveRoom() throws {
    for (columns, keys, names) in [(80, "", 3), (100, "", 3), (200, "", 3), (120, "z", 3), (200, "z", 4)] {
      let session = try Self.session(size: Size(columns: columns, rows: 30))
      try session.keys(keys)
      let inner = try #require(session.state.layout.pane(of: .metric)?.rect.inset())
      let shown = Metric.allCases.filter {
        MetricsContent.place(of: $0.rawValue, session.state, in: inner) != nil
      }
      #expect(shown.count == names, "\(columns) columns")
      try session.keys("<Right><Right><Right>")
      #expect(session.state.metrics.metric == .manhattan)
      #expect(MetricsContent.place(of: "manhattan", session.state, in: inner) != nil)
    }
  }

  @Test func aClickChoosesMetricAndText() throws {
    let session = try Self.session()
    let inner = try #require(session.state.layout.pane(of: .metric)?.rect.inset())
    let column = try #require(MetricsContent.place(of: "dot", session.state, in: inner))
    let row = try #require(MetricsContent.place(of: "row 2", session.state, in: inner))
    let cell = Point(column: column.left + 3, row: row.top)
    #expect(MetricsContent.press(&session.state, cell, in: inner) == [])
    #expect(session.state.metrics == .init(metric: .dot, row: 1))
    _ = MetricsContent.press(&session.state, Point(column: inner.left, row: inner.top), in: inner)
    #expect(session.state.metrics == .init(metric: .cosine, row: 1))
  }

  @Test func theTableHasEveryMetricsTexts() throws {
    let session = try Self.session()
    let table = try #require(MetricsContent.table(session.state))
    #expect(table.rows.count == 40)
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    #expect(table.rows[20][0] == .text("euclidean"))
    #expect(table.rows[20][3] == .number(Double(Float(0.9))), "distances are positive")
    #expect(table.facts.first { $0.name == "mean_tokens_dot" }?.value == .number(43.5))
  }

  @Test func strangeStudiesAreDrawn() throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30))
    let odd = MetricStudy.Found(
      neighbour: .init(id: "\u{1B}", text: "", fields: [], score: .nan, percentile: nil), tokens: .min,
      norm: .infinity)
    let sides: [[MetricStudy.Side]] = [
      [], [.init(metric: .dot, found: [], histogram: [], meanTokens: .nan)],
      [.init(metric: .manhattan, found: [odd], histogram: [.max, .max, -3], meanTokens: .infinity)],
    ]
    for sides in sides {
      let study = MetricStudy(
        sides: sides, bins: [3], histogram: [.max, 0], meanTokens: .nan, queryNorm: .nan,
        leastNorm: .infinity,
        greatestNorm: -1, lengthCorrelation: .nan, isNormalized: false)
      session.state.query.field.insert("x")
      try session.keys("<Up>")
      session.answer(
        .computed(
          .metrics, .metrics(study), generation: session.state.requests[.view(.metrics)].generation))
      #expect(session.frame.size == session.state.size)
      #expect(MetricsContent.table(session.state) != nil)
      try session.keys("<Left><Right><Down><End><PgUp>")
    }
  }

  @Test(arguments: SnapshotTests.sizes, World.Script.allCases)
  func theMetrics(size: Size, script: World.Script) throws {
    let session = try Self.session(script, size: size)
    try session.keys("<Right><Down><Down>")
    try expectSnapshot(session.frame.text, named: "metric-\(script.rawValue)-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theMetricsAtEveryColourDepth(depth: ColorDepth) throws {
    let session = try Self.session(size: Size(columns: 100, rows: 30), depth: depth)
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(text.replacing("\u{1B}", with: "␛"), named: "metric-ansi-\(depth.rawValue)-100x30")
  }
}
