import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Twenty thousand seeded events of every kind: whatever comes, the screen can be drawn and nothing grows without end.
struct MonkeyTests {
  @Test(arguments: 0..<4)
  func anythingMayBePressedPastedClickedAndResized(seed: UInt64) throws {
    var monkey = Monkey(seed: seed)
    for step in 0..<5000 {
      monkey.step()
      check(monkey.session.state, isThorough: step.isMultiple(of: 25), "seed \(seed), step \(step)")
    }
    let session = monkey.session
    checkSizes(session.state)
    // What can be taken back leads to a state that can be drawn, and so does what is brought back.
    session.send(.input(.resize(Size(columns: 120, rows: 40))))
    for action in [Action.undo, .redo] {
      session.send(.action(.back))
      session.send(.action(.back))
      for step in 0..<UndoHistory.stepLimit {
        session.send(.action(action))
        if step.isMultiple(of: 5) {
          check(session.state, isThorough: true, "seed \(seed), \(action) \(step)")
        }
      }
    }
  }

  @Test func theSameSeedGivesTheSameState() {
    var first = Monkey(seed: 99)
    var second = Monkey(seed: 99)
    for _ in 0..<500 {
      first.step()
      second.step()
    }
    #expect(first.session.state == second.session.state)
    #expect(view(first.session.state) == view(second.session.state))
  }

  private func check(_ state: State, isThorough: Bool, _ comment: Comment) {
    if let view = state.focusedView { #expect(state.shows(view), comment) }
    if let selection = state.neighbours.rows.selection {
      #expect(state.neighbours.list?.neighbours.indices.contains(selection) == true, comment)
    }
    if let list = state.popup?.list, let selection = list.list.selection {
      #expect(list.matches.indices.contains(selection), comment)
    }
    #expect(state.undo.past.count <= UndoHistory.stepLimit, comment)
    #expect(state.undo.past.allSatisfy { !$0.changes.isEmpty }, comment)
    #expect(!state.undo.isMoving, comment)
    #expect(state.popup != nil || state.undo.visit == nil, comment)
    #expect(state.isWaiting || !state.isAnimating, comment)
    if let recipe = state.recipe, let description = state.model.description {
      #expect(recipe.recipe.queries.model == description.identity, comment)
      #expect(description.refusal(of: state.overrides) == nil, comment)
    }
    guard isThorough else { return }
    let frame = view(state)
    #expect(frame.size == state.size, comment)
    #expect(frame.cells.count == max(0, state.size.columns) * max(0, state.size.rows), comment)
    if let cursor = frame.cursor { #expect(frame.bounds.contains(cursor), comment) }
    checkCells(frame, comment)
  }

  /// Wide characters have both halves.
  private func checkCells(_ frame: Frame, _ comment: Comment) {
    for row in 0..<frame.size.rows {
      var columns = 0
      for cell in frame.row(row) where cell.width > 0 { columns += cell.width }
      if columns != frame.size.columns { Issue.record(comment) }
    }
  }

  private func checkSizes(_ state: State) {
    #expect(state.query.history.count <= QueryState.historyLimit)
    #expect(state.heatmap.texts.count <= HeatmapState.listLimit)
    let bytes =
      state.undo.past.reduce(0) { $0 + $1.byteCount } + state.undo.future.reduce(0) { $0 + $1.byteCount }
    #expect(bytes <= 2 * UndoHistory.byteLimit)
    #expect((state.undo.visit?.past.count ?? 0) <= UndoHistory.momentLimit)
  }
}

/// A seeded user who knows every key and no sense.
private struct Monkey {
  let session: Session
  private var random: SeededGenerator
  private let keys: [KeyPress]

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    let script = World.Script.allCases[Int(seed) % World.Script.allCases.count]
    let notes = [
      Annotation(view: .heatmap, title: "a note", text: "on the heatmap", highlight: "cell 1 1"),
      Annotation(title: "汉字", text: String(repeating: "长 text 👍🏽 ", count: 40), highlight: "header pooling"),
    ]
    session = Session(
      World(script, prompts: World.prompts), depth: ColorDepth.allCases[Int(seed) % 4],
      texts: ["one", "two", "three"],
      history: ["an earlier query"], annotations: seed.isMultiple(of: 2) ? notes : [])
    let leaving: [Action] = [.quit, .suspend, .interrupt]
    keys =
      Action.allCases.filter { !leaving.contains($0) }.flatMap(\.defaultKeys)
      + [
        KeyPress(.backspace), KeyPress(.delete), KeyPress("w", .control), KeyPress("u", .control),
        KeyPress(.left), KeyPress(.insert), KeyPress("x", .alt), KeyPress(.function(24)),
        KeyPress("_", .control),
        KeyPress("_", .control), KeyPress("_", .alt), KeyPress(.escape), KeyPress(.escape), KeyPress(.enter),
      ]
  }

  mutating func step() {
    session.send(event())
    // Work that was overtaken is dropped, as the engine does.
    if session.pending.count > 30 { session.pending.removeFirst(15) }
    session.log.removeAll()
  }

  private mutating func event() -> Event {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<45: return .input(.key(key()))
    case 45..<50: return .input(.paste(Self.pastes.randomElement(using: &random) ?? ""))
    case 50..<53: return .input(.resize(size()))
    case 53..<63: return .input(.mouse(mouse()))
    case 63..<67: return .tick(milliseconds: Int.random(in: -5...2000, using: &random))
    case 67..<70: return .action(action())
    case 70..<72:
      return .answer(
        .edited("edited \(Int.random(in: 0..<9, using: &random))", generation: session.state.openedCount))
    default: return answer()
    }
  }

  private static let pastes = [
    "two\nlines", "", "汉字\n👍🏽", "\u{1B}[31m\t\u{0}", "e\u{301}\u{301}\u{301}", "\u{202E}rtl עברית", "👩‍👩‍👧‍👦🇩🇪",
    String(repeating: "long ", count: 300), "\r\n\r\n", "+king -man +woman", "cheap -> dear",
  ]

  private mutating func key() -> KeyPress {
    if Int.random(in: 0..<3, using: &random) == 0 {
      return KeyPress(Array("abcdmrxyz+-?:/ 汉é👍\\n\"01").randomElement(using: &random) ?? "x")
    }
    return keys.randomElement(using: &random) ?? KeyPress(.escape)
  }

  private mutating func action() -> Action {
    let action = Action.allCases.randomElement(using: &random) ?? .back
    return action == .quit || action == .suspend ? .back : action
  }

  private mutating func size() -> Size {
    if Int.random(in: 0..<2, using: &random) == 0 { return Size(columns: 80, rows: 24) }
    if Int.random(in: 0..<8, using: &random) == 0 { return Size(columns: 300, rows: 100) }
    return Size(
      columns: Int.random(in: 1...140, using: &random), rows: Int.random(in: 1...45, using: &random))
  }

  private mutating func mouse() -> MouseEvent {
    let kinds: [MouseEvent.Kind] = [
      .press(.left), .press(.left), .press(.left), .drag(.left), .release(.left), .scrollUp, .scrollDown,
      .press(.right),
    ]
    let size = session.state.size
    let point = Point(
      column: Int.random(in: -1...size.columns, using: &random),
      row: Int.random(in: -1...size.rows, using: &random))
    return MouseEvent(kinds.randomElement(using: &random) ?? .scrollUp, at: point)
  }

  /// An answer to something that was asked for, in any order; failures now and then.
  private mutating func answer() -> Event {
    guard !session.pending.isEmpty else { return .tick(milliseconds: 16) }
    let effect = session.pending.remove(at: Int.random(in: 0..<session.pending.count, using: &random))
    if Int.random(in: 0..<12, using: &random) == 0, let failure = failure(of: effect) {
      return .answer(failure)
    }
    let answers = session.world.answers(effect)
    for answer in answers.dropLast() { session.send(.answer(answer)) }
    return answers.last.map { .answer($0) } ?? .tick(milliseconds: 16)
  }

  private func failure(of effect: Effect) -> Answer? {
    let failure = Failure("it failed", nextStep: "try again", pullable: nil)
    switch effect {
    case .loadModel(_, let generation): return .modelFailed(failure, generation: generation)
    case .openCorpus(_, let generation): return .corpusFailed(failure, generation: generation)
    case .search(_, let generation): return .searchFailed(failure, generation: generation)
    case .index(_, let generation): return .indexingFailed(failure, generation: generation)
    case .compute(let request, let generation):
      return .computationFailed(request.kind, failure, generation: generation)
    case .export(_, let generation): return .exported(.failed(failure), generation: generation)
    default: return nil
    }
  }
}
