import ModelHub
import ArgumentParser
import Checkpoints
import Corpora
import Embedding
import Engine
import Explorer
import Foundation
import Kernels
import Logging
import Recipes
import Resources
import Screen
import Synchronization
import Terminal

extension ColorChoice {
  var policy: ColorPolicy {
    switch self {
    case .auto: .automatic
    case .never: .fixed(.none)
    case .sixteen: .fixed(.sixteen)
    case .twoFiftySix: .fixed(.twoFiftySix)
    case .direct: .fixed(.direct)
    }
  }
}

/// `explore`: the explorer on the terminal.
struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore", abstract: "Open the explorer (what vecscope alone does).")

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var corpus: CorpusArguments
  @OptionGroup var theme: ThemeOptions
  @OptionGroup var notes: AnnotationOptions

  @Flag(help: "Line by line, in sentences, without drawing: for screen readers and simple terminals.")
  var plain = false

  @Option(help: "How many colours to use.")
  var color: ColorChoice?

  @Flag(inversion: .prefixedNo, help: "Hear clicks and the wheel; without, the terminal selects text itself.")
  var mouse: Bool?

  @Option(name: .customLong("view"), help: "The view that is shown first.")
  var firstView: Explorer.View?

  @Option(help: "Write everything that happens into this file, which --play does again.")
  var record: String?

  @Option(
    help:
      "Do again what a file of --record says, then go on; without a terminal check it and end (exit code 1).")
  var play: String?

  @Flag(help: "With --play: without a terminal even where there is one.")
  var batch = false

  @Flag(help: "With --play: a model, corpus or recipe that differs from the recording fails.")
  var strict = false

  @Option(help: "With --play and no terminal: how many seconds the work may take.")
  var timeout = 60.0

  func validate() throws {
    if play == nil, batch || strict { throw ValidationError("--batch and --strict go with --play FILE") }
    if let play, play == record { throw ValidationError("--record would write over the file of --play") }
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout \(timeout) is out of range: up to 86400 seconds")
    }
  }

  /// Opens the explorer and returns when the user quits.
  func runOnMainThread() throws {
    let settings = try Settings()
    let notes = try notes.read()
    let recording = try play.map { path throws(SessionError) in try SessionReader.read(path: path) }
    let setup = try ExploreSetup(
      settings, model, recipe, corpus, theme: theme.name, recording: recording, remembers: recording == nil)
    if let recording, let play, plain || batch || isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0 {
      return try check(setup, recording, play)
    }
    guard !plain else { return try speak(setup) }
    guard let terminal = try openTerminal(settings) else {
      if let recording, let play { return try check(setup, recording, play) }
      StandardError.warn("this terminal cannot be drawn on (TERM), so the explorer is line by line")
      return try speak(setup)
    }
    defer { terminal.close() }
    try explore(on: terminal, setup, recording, notes)
  }

  /// A line in, sentences out.
  private func speak(_ setup: ExploreSetup) throws {
    try setup.checkInputs(model: model.model, corpora: corpus.corpus)
    try PlainMode(setup, record: record).run()
  }

  /// Plays without a terminal.
  private func check(_ setup: ExploreSetup, _ recording: SessionRecording, _ play: String) throws {
    try SessionBatch(
      setup: setup, recording: recording, file: play, isStrict: strict, timeoutSeconds: timeout,
      depth: (color ?? .direct).depth(isTerminal: true)
    ).run()
  }

  /// The terminal as a full screen; nil where it cannot be drawn on.
  private func openTerminal(_ settings: Settings) throws -> TerminalSession? {
    let choice = try color ?? settings.color()
    let options = TerminalOptions(
      color: choice.policy, mouse: mouse ?? settings.hearsMouse, environment: settings.environment)
    do throws(TerminalError) {
      return try TerminalSession(options)
    } catch {
      guard error.isPlainTerminal else { throw error }
      return nil
    }
  }

  private func explore(
    on terminal: TerminalSession, _ setup: ExploreSetup, _ recording: SessionRecording?,
    _ notes: [Annotation]
  ) throws {
    let file = try record.map { path throws(CommandError) in try SessionFile(path: path) }
    var options = setup.launchOptions(
      size: terminal.size, depth: terminal.depth, view: firstView ?? recording?.header.view)
    options.annotations = notes
    let answers = AnswerQueue { [pipe = terminal.wakePipe] in pipe.wake() }
    let engine = Engine(setup.engineSettings) { answers.send($0) }
    let (effects, sink) = AsyncStream.makeStream(of: Effect.self)
    // Not `Task {}`: that would wait for the main thread, which waits for keys.
    let isEnding = Mutex(false)
    let worker = Task.detached {
      // At the end what is kept counts alone: nobody sees the rest any more.
      for await effect in effects where effect.keeps || !isEnding.withLock(\.self) {
        await engine.run(effect)
      }
    }
    var loop = ExploreLoop(
      terminal: terminal, answers: answers, effects: sink, options: options, logger: setup.logger,
      environment: setup.settings.environment,
      tape: SessionTape(
        recorder: SessionRecorder(setup.header(options)), file: file,
        script: recording.map { SessionScript($0, pace: Self.pace) }))
    let outcome = loop.run()
    terminal.close()
    isEnding.withLock { $0 = true }
    sink.finish()
    outcome.log(to: setup.logger, encodedTexts: try Self.finish(engine, worker))
    try report(outcome.played)
    if let termination = outcome.termination { Self.end(by: termination) }
  }

  /// How long each key of a played session is left on the screen.
  private static let pace = Duration.milliseconds(60)

  /// Says what a played session came to, once the terminal is the shell's again.
  private func report(_ played: [SessionPlayer.Outcome]) throws {
    guard let play else { return }
    var report = SessionReport(file: play, isStrict: strict)
    for outcome in played {
      let lines = report.lines(of: outcome)
      if outcome.kind != .passed { StandardError.write(lines.joined(separator: "\n") + "\n") }
    }
    if report.failures > 0 { throw CommandError.checkFailed(report.summary) }
  }

  /// Ends the process as the system asked for, so that whoever asked sees it.
  private static func end(by termination: Termination) {
    let number =
      switch termination {
      case .interrupt: SIGINT
      case .terminate: SIGTERM
      case .hangup: SIGHUP
      }
    signal(number, SIG_DFL)
    raise(number)
  }

  /// Waits until the engine has kept what it was asked to keep and has ended its work.
  private static func finish(_ engine: Engine, _ worker: Task<Void, Never>) throws -> Int {
    try waiting {
      await worker.value
      await engine.finish()
      return await engine.encodedTexts
    }
  }
}

/// What explorer, plain mode and headless runs start with.
struct ExploreSetup {
  let settings: Settings
  let engineSettings: EngineSettings
  let logger: Logger
  private let model: String
  /// What the user named, and what is opened: the sample where nothing is named.
  private let namedCorpora: [String]
  private let corpora: [String]
  private let texts: [String]
  private let bindings: KeyBindings
  private let isReplay: Bool
  private let overrides: RecipeOverrides
  private let theme: ThemeEntry
  private let files: UserFiles

  init(
    _ settings: Settings, _ model: ModelOptions, _ recipe: RecipeOptions, _ corpus: CorpusArguments,
    theme: String? = nil, recording: SessionRecording? = nil, remembers: Bool = true
  ) throws {
    self.settings = settings
    files = UserFiles(folder: settings.paths.state)
    let level: Logger.Level = settings.environment["VECSCOPE_LOG"] == "debug" ? .debug : .info
    logger = FileLog.logger(path: settings.paths.state + "/log", level: level)
    let remembered = remembers ? files.lastModel() : nil
    let recorded = recording?.header
    self.model =
      model.model ?? recorded.flatMap { $0.model.isEmpty ? nil : $0.model }
      ?? settings.chosenModel(model.model) ?? remembered ?? Settings.defaultModel
    let sample = Resources.path("everyday-en.jsonl", in: .samples)
    let preferred = remembers ? settings.corpora : []
    namedCorpora = corpus.corpus.isEmpty ? recorded?.corpora ?? preferred : corpus.corpus
    bindings = try settings.bindings()
    for lost in bindings.displaced {
      logger.warning("key \(lost.key.label): taken from \(lost.action.rawValue) by \(lost.taker.rawValue)")
    }
    isReplay = recording != nil
    corpora = namedCorpora.isEmpty ? [sample].compactMap(\.self) : namedCorpora
    let chosen = recipe.overrides(promptFor: .query, metric: nil)
    overrides = chosen == RecipeOverrides() ? recorded?.overrides ?? chosen : chosen
    texts = recorded?.texts ?? (remembers ? files.texts() : [])
    let themes: ThemeFolders
    (self.theme, themes) = try settings.theme(theme)
    engineSettings = EngineSettings(
      hub: try settings.hub(model), identities: settings.identities, modelCache: settings.modelCache,
      keptCodes: settings.keptCodes, kernels: model.kernelSet, precision: overrides.precision ?? .f32,
      team: WorkerTeam(threads: try settings.threads(model.threads) ?? WorkerTeam.defaultThreads),
      storePath: settings.paths.data + "/collections.sqlite", userFiles: remembers ? files : nil,
      corpusOptions: corpus.options, themes: themes,
      backgroundTexts: { try Self.backgroundTexts(sample) },
      sessionsFolder: remembers ? settings.paths.data + "/sessions" : nil, logger: logger)
  }

  /// The bundled texts that small collections are measured by; none where the samples are not installed.
  private static func backgroundTexts(_ sample: String?) throws -> [String] {
    guard let sample else { return [] }
    return try CorpusReader.read([sample]).texts.map(\.embeddedText)
  }

  /// Refuses a model or a corpus that the caller names and that is not there.
  func checkInputs(model: String?, corpora: [String]) throws {
    if let model {
      let path = try engineSettings.hub.find(model).path
      if !FileManager.default.fileExists(atPath: path) { throw CheckpointError.folderNotFound(path: path) }
    }
    for path in corpora where !FileManager.default.fileExists(atPath: path) {
      throw CommandError.cannotRead(path: path, reason: String(cString: strerror(ENOENT)))
    }
  }

  func launchOptions(size: Size, depth: ColorDepth, view: Explorer.View? = nil) -> LaunchOptions {
    let remembers = engineSettings.userFiles != nil
    return LaunchOptions(
      model: model, corpora: corpora, size: size, depth: depth, overrides: overrides,
      texts: texts, history: remembers ? files.history() : [],
      view: view ?? (remembers ? settings.view : .neighbours), theme: theme, followsThemes: remembers,
      bindings: isReplay ? KeyBindings() : bindings, columns: isReplay ? [] : settings.columns)
  }

  /// What the recording of a session begins with; the sample, whose place is this machine's, is not named.
  func header(_ options: LaunchOptions) -> SessionHeader {
    var header = SessionHeader(version: VecscopeCommand.version, options)
    header.corpora = namedCorpora
    return header
  }
}
