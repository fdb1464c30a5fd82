import ModelHub
import ArgumentParser
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

  @Flag(help: "Line by line, in sentences, without drawing: for screen readers and simple terminals.")
  var plain = false

  @Option(help: "How many colours to use.")
  var color: ColorChoice?

  /// Opens the explorer and returns when the user quits.
  func runOnMainThread() throws {
    let settings = try Settings()
    let setup = try ExploreSetup(settings, model, recipe, corpus, theme: theme.name)
    guard !plain else { return try PlainMode(setup).run() }
    guard let terminal = try openTerminal(settings) else {
      StandardError.warn("this terminal cannot be drawn on (TERM), so the explorer is line by line")
      return try PlainMode(setup).run()
    }
    defer { terminal.close() }
    try explore(on: terminal, setup)
  }

  /// The terminal as a full screen; nil where it cannot be drawn on.
  private func openTerminal(_ settings: Settings) throws -> TerminalSession? {
    let choice = try color ?? settings.color()
    let options = TerminalOptions(
      color: choice.policy, environment: settings.environment)
    do throws(TerminalError) {
      return try TerminalSession(options)
    } catch {
      guard error.isPlainTerminal else { throw error }
      return nil
    }
  }

  private func explore(on terminal: TerminalSession, _ setup: ExploreSetup) throws {
    let answers = AnswerQueue { [pipe = terminal.wakePipe] in pipe.wake() }
    let engine = Engine(setup.engineSettings) { answers.send($0) }
    let (effects, sink) = AsyncStream.makeStream(of: Effect.self)
    // Not `Task {}`: that would wait for the main thread, which waits for keys.
    let worker = Task.detached {
      for await effect in effects { await engine.run(effect) }
    }
    var loop = ExploreLoop(
      terminal: terminal, answers: answers, effects: sink,
      options: setup.launchOptions(size: terminal.size, depth: terminal.depth), logger: setup.logger)
    let outcome = loop.run()
    terminal.close()
    sink.finish()
    outcome.log(to: setup.logger, encodedTexts: try Self.finish(engine, worker))
    if let termination = outcome.termination { Self.end(by: termination) }
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
  private let corpora: [String]
  private let overrides: RecipeOverrides
  private let theme: ThemeEntry
  private let files: UserFiles

  init(
    _ settings: Settings, _ model: ModelOptions, _ recipe: RecipeOptions, _ corpus: CorpusArguments,
    theme: String? = nil, remembers: Bool = true
  ) throws {
    self.settings = settings
    files = UserFiles(folder: settings.paths.state)
    let level: Logger.Level = settings.environment["VECSCOPE_LOG"] == "debug" ? .debug : .info
    logger = FileLog.logger(path: settings.paths.state + "/log", level: level)
    let remembered = remembers ? files.lastModel() : nil
    self.model = settings.chosenModel(model.model) ?? remembered ?? Settings.defaultModel
    let sample = Resources.path("everyday-en.jsonl", in: .samples)
    corpora = corpus.corpus.isEmpty ? [sample].compactMap(\.self) : corpus.corpus
    overrides = recipe.overrides(promptFor: .query, metric: nil)
    let themes: ThemeFolders
    (self.theme, themes) = try settings.theme(theme)
    engineSettings = EngineSettings(
      hub: try settings.hub(model), identities: settings.identities, tokenizerCache: settings.tokenizerCache,
      kernels: model.kernelSet,
      team: WorkerTeam(threads: try settings.threads(model.threads) ?? WorkerTeam.defaultThreads),
      storePath: settings.paths.data + "/collections.sqlite", userFiles: remembers ? files : nil,
      corpusOptions: corpus.options, themes: themes, logger: logger)
  }

  /// Refuses a model or a corpus that the caller names and that is not there.
  func checkInputs(model: String?, corpora: [String]) throws {
    if let model { _ = try engineSettings.hub.find(model) }
    for path in corpora where !FileManager.default.fileExists(atPath: path) {
      throw CommandError.cannotRead(path: path, reason: String(cString: strerror(ENOENT)))
    }
  }

  func launchOptions(size: Size, depth: ColorDepth, view: Explorer.View = .neighbours) -> LaunchOptions {
    let remembers = engineSettings.userFiles != nil
    return LaunchOptions(
      model: model, corpora: corpora, size: size, depth: depth, overrides: overrides,
      texts: remembers ? files.texts() : [], history: remembers ? files.history() : [], view: view,
      theme: theme, followsThemes: remembers)
  }

  /// The corpus indexed whole, for the plain mode.
  func search() async throws -> (search: CorpusSearch, introduction: String) {
    let folder = try engineSettings.hub.open(model, identities: settings.identities)
    let embedder = try TextEmbedder(
      folder, kernels: engineSettings.kernels, team: engineSettings.team, cacheFolder: settings.tokenizerCache
    )
    guard !corpora.isEmpty else { throw CommandError.usage("name texts to search with --corpus FILE") }
    let stored = try StoredCollections(settings, warn: StandardError.warn).open(
      corpora, engineSettings.corpusOptions, chunking: nil)
    let resolved = try embedder.description.recipe(overrides)
    let search = try await CorpusSearch(
      stored.collection, resolved.recipe, embedder, store: stored.store, warn: StandardError.warn)
    let introduction =
      "Model \(embedder.description.name), pooling \(Pooling.describe(resolved.pooling.value)), "
      + "metric \(resolved.metric.value.rawValue), \(stored.collection.texts.count) texts. "
      + "Type a query and press Enter; an empty line ends."
    return (search, introduction)
  }
}
