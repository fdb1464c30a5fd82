import Recipes
import Screen

@testable import Explorer

/// An explorer in a made-up world: keys in, effects and frames out.
final class Session {
  var state: State
  var world: World
  /// What was asked for and not answered yet.
  var pending: [Effect] = []
  /// Everything that was asked for.
  var log: [Effect] = []

  /// Starts, and has the first requests answered.
  init(
    _ world: World = World(), size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .direct,
    texts: [String] = [], history: [String] = [], view: View = .neighbours,
    theme: ThemeEntry = .terminal, followsThemes: Bool = false, answers: Bool = true,
    annotations: [Annotation] = []
  ) {
    self.world = world
    state = State(
      LaunchOptions(
        model: "all-MiniLM-L6-v2", corpora: ["everyday.jsonl"], size: size, depth: depth, texts: texts,
        history: history, view: view, theme: theme, followsThemes: followsThemes, annotations: annotations))
    note(start(&state))
    if answers { answerAll() }
  }

  /// An explorer that has nothing: no model, no corpus.
  static func bare(size: Size = Size(columns: 80, rows: 24)) -> Session {
    let session = Session(answers: false)
    session.state = State(LaunchOptions(model: "", corpora: [], size: size))
    session.pending = []
    session.log = start(&session.state)
    return session
  }

  private func note(_ effects: [Effect]) {
    pending += effects
    log += effects
  }

  @discardableResult
  func send(_ event: Event) -> [Effect] {
    let effects = update(&state, event)
    note(effects)
    return effects
  }

  @discardableResult
  func answer(_ answer: Answer) -> [Effect] { send(.answer(answer)) }

  /// Sends keys; answers nothing, except at `<Wait>`.
  @discardableResult
  func keys(_ script: String) throws -> [Effect] {
    var effects: [Effect] = []
    for item in try KeyNotation.parse(script) {
      switch item {
      case .input(let input): effects += send(.input(input))
      case .wait: answerAll()
      }
    }
    return effects
  }

  @discardableResult
  func paste(_ text: String) -> [Effect] { send(.input(.paste(text))) }

  func resize(_ columns: Int, _ rows: Int) {
    send(.input(.resize(Size(columns: columns, rows: rows))))
  }

  /// Answers what is pending, and what that asks for, until nothing is.
  func answerAll() {
    while !pending.isEmpty {
      let effect = pending.removeFirst()
      for answer in world.answers(effect) { send(.answer(answer)) }
    }
  }

  /// Forgets what was asked for so far.
  func forget() {
    pending = []
    log = []
  }

  var frame: Frame { view(state) }

  var searches: [SearchRequest] {
    log.compactMap { if case .search(let request, _) = $0 { request } else { nil } }
  }

  var indexes: [IndexRequest] {
    log.compactMap { if case .index(let request, _) = $0 { request } else { nil } }
  }

  /// The kinds of what was asked for, in order.
  var kinds: [String] { log.map(\.kind) }
}

extension Effect {
  var kind: String {
    switch self {
    case .loadModel: "loadModel"
    case .openCorpus: "openCorpus"
    case .index: "index"
    case .search: "search"
    case .compare: "compare"
    case .compute(let request, _): "compute \(request.kind)"
    case .cancelComputation(let kind): "cancel \(kind)"
    case .listModels: "listModels"
    case .pullModel: "pullModel"
    case .cancelPull: "cancelPull"
    case .listThemes: "listThemes"
    case .loadTexts: "loadTexts"
    case .followThemes: "followThemes"
    case .askBackground: "askBackground"
    case .saveTexts: "saveTexts"
    case .saveQuery: "saveQuery"
    case .rememberModel: "rememberModel"
    case .assert: "assert"
    case .saveSession: "saveSession"
    case .copy: "copy"
    case .open: "open"
    case .export: "export"
    case .suspend: "suspend"
    case .quit: "quit"
    }
  }
}
