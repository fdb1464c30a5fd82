import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Seeded random sessions: whatever comes, nothing breaks.
struct FuzzTests {
  @Test(arguments: 0..<6)
  func anythingMayHappenInAnyOrder(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let script = World.Script.allCases[Int(seed) % World.Script.allCases.count]
    let head = HeadLayer(
      kind: "Dense", folder: "2_Dense", inputDimensions: 384, outputDimensions: 64, activation: "tanh")
    let world = World(script, prompts: World.prompts, head: seed.isMultiple(of: 2) ? [head] : [])
    let session = Session(world, depth: ColorDepth.allCases[Int(seed) % 4], answers: false)
    for step in 0..<600 {
      session.send(event(&random, session))
      if session.pending.count > 20 { session.pending.removeFirst(10) }
      check(session, isThorough: step.isMultiple(of: 20), "seed \(seed), step \(step)")
    }
  }

  private func event(_ random: inout SeededGenerator, _ session: Session) -> Event {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<55: return .input(.key(key(&random)))
    case 55..<60:
      return .input(.paste(["two\nlines", "", "汉字\n👍🏽", "\u{1B}[31m\t"].randomElement(using: &random) ?? ""))
    case 60..<66: return .input(.resize(size(&random)))
    case 66..<72: return .tick(milliseconds: Int.random(in: -5...300, using: &random))
    case 72..<75: return .input(.mouse(MouseEvent(.press(.left), at: Point(column: 3, row: 3))))
    case 75..<83: return .answer(strangeAnswer(&random, session))
    default:
      guard !session.pending.isEmpty else { return .tick(milliseconds: 16) }
      let effect = session.pending.remove(at: Int.random(in: 0..<session.pending.count, using: &random))
      return session.world.answers(effect).randomElement(using: &random).map { .answer($0) }
        ?? .tick(milliseconds: 16)
    }
  }

  private func key(_ random: inout SeededGenerator) -> KeyPress {
    if Int.random(in: 0..<3, using: &random) == 0 {
      return KeyPress(Array("abcdlmor+-?: 汉é👍\\n").randomElement(using: &random) ?? "x")
    }
    let bound = Action.allCases.flatMap(\.defaultKeys)
    let editing = [
      KeyPress(.backspace), KeyPress(.delete), KeyPress("u", .control), KeyPress(.left), KeyPress(.home),
      KeyPress(.end), KeyPress(.insert), KeyPress("x", .alt), KeyPress(.function(24)),
    ]
    return (bound + editing).randomElement(using: &random) ?? KeyPress(.escape)
  }

  private func size(_ random: inout SeededGenerator) -> Size {
    let sizes = [
      (0, 0), (1, 1), (2, 2), (80, 24), (80, 24), (81, 25), (99, 30), (100, 24), (120, 40), (80, 3), (5, 200),
    ]
    let size = sizes.randomElement(using: &random) ?? (80, 24)
    return Size(columns: size.0, rows: size.1)
  }

  /// Answers that nobody asked for, or that contradict themselves.
  private func strangeAnswer(_ random: inout SeededGenerator, _ session: Session) -> Answer {
    let generation = Int.random(in: 0...6, using: &random)
    let failure = Failure("it failed", nextStep: "try again", pullable: "all-MiniLM-L6-v2")
    let current = { (kind: Requests.Kind) in session.state.requests[kind].generation }
    switch Int.random(in: 0..<14, using: &random) {
    case 0: return .modelFailed(failure, generation: current(.model))
    case 1: return .corpusFailed(failure, generation: current(.corpus))
    case 2: return .searchFailed(failure, generation: current(.search))
    case 3:
      return .indexing(
        IndexingProgress(done: 70, total: 60, secondsLeft: -.infinity), generation: current(.index))
    case 4: return .indexing(IndexingProgress(done: 0, total: 0, secondsLeft: .nan), generation: generation)
    case 5: return .notice(failure)
    case 6:
      let matrix = SimilarityMatrix(texts: ["a"], metric: .dot, values: [.nan])
      return .similarities(matrix, generation: current(.compare))
    case 7:
      let list = NeighbourList(
        neighbours: [.init(id: "", text: "", fields: [], score: .nan, percentile: .nan)], metric: .euclidean,
        fingerprint: "", searched: 5, total: 2,
        similarities: SimilarityMatrix(texts: [], metric: .dot, values: []),
        encodeMilliseconds: -.infinity, rankMilliseconds: .nan)
      return .neighbours(list, generation: current(.search))
    case 8:
      let tokens = QueryTokens(tokens: [], totalCount: -1, limit: 0, droppedText: "cut")
      return .tokens(tokens, generation: current(.search))
    case 9: return .texts(["汉字", "", "\n", "two\nlines"], generation: current(.texts))
    case 10: return .textsFailed(failure, generation: current(.texts))
    case 11:
      let spans = [-3..<2, 0..<0, 1..<3, 2..<900_000].map {
        Highlights.Span(range: $0, strength: Float.random(in: -1...1, using: &random))
      }
      return .computed(
        .highlights, .highlights(Highlights(spans: ["text-1": spans, "": spans, "text-2": []])),
        generation: current(.view(.highlights)))
    case 12: return .searching(SearchProgress(done: 70, total: 0), generation: current(.search))
    default:
      let progress = PullProgress(name: "m", file: "f", bytesDone: 9, bytesTotal: 0)
      return .pulling(progress, generation: current(.pull))
    }
  }

  private func check(_ session: Session, isThorough: Bool, _ comment: Comment) {
    let state = session.state
    let frame = view(state)
    #expect(frame.size == state.size, comment)
    if isThorough { #expect(frame == view(state), comment) }
    if let cursor = frame.cursor { #expect(frame.bounds.contains(cursor), comment) }
    if let selection = state.neighbours.rows.selection {
      #expect(state.neighbours.list?.neighbours.indices.contains(selection) == true, comment)
    }
    #expect(state.isWaiting || !state.isAnimating, comment)
    if let wait = state.tickMilliseconds { #expect(wait > 0, comment) }
    #expect(Set(state.heatmap.texts).count == state.heatmap.texts.count, comment)
    if state.neighboursAreCurrent {
      #expect(state.neighbours.shown?.list.fingerprint == state.recipe?.recipe.fingerprint, comment)
    }
    if let recipe = state.recipe, let description = state.model.description {
      #expect(description.refusal(of: state.overrides) == nil, comment)
      #expect(recipe.recipe.queries.model == description.identity, comment)
    }
    // Later answers of the engine can always be told from earlier ones.
    for kind in Requests.Kind.allCases where state.requests.isOutstanding(kind) {
      #expect(state.requests[kind].generation > 0, comment)
    }
  }
}
