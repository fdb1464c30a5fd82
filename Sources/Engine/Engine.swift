public import Checkpoints
public import Corpora
import Embedding
public import Explorer
public import Foundation
public import Indexing
public import Kernels
public import Logging
public import ModelHub
public import Recipes

/// What the engine needs to know of the machine and of the user.
public struct EngineSettings: Sendable {
  public var hub: ModelHub
  /// Remembers the content hashes of models.
  public var identities: IdentityCache
  /// Where parsed tokenizers and packed weights are kept; nil keeps none.
  public var modelCache: String?
  /// Where codes of stored vectors are kept; nil keeps none.
  public var keptCodes: KeptCodes?
  public var kernels: KernelSet
  /// What a model's weights are packed for when it is loaded; other precisions follow at the first need.
  public var precision: Precision
  public var team: WorkerTeam
  /// The SQLite file of collections; nil keeps them in memory.
  public var storePath: String?
  /// Where queries, texts and the last model are kept; nil keeps nothing.
  public var userFiles: UserFiles?
  /// The most bytes of weights that stay in memory; the model in use always does.
  public var modelBudgetBytes: Int
  public var corpusOptions: CorpusOptions
  /// Where theme files are.
  public var themes: ThemeFolders
  /// Reads texts for the background of collections that have too few; they are read at the first need.
  public var backgroundTexts: @Sendable () throws -> [String]
  /// The most bytes that the vectors of all layers may take in a layer sweep.
  public var sweepLimitBytes: Int
  /// Where sessions are saved; nil saves none.
  public var sessionsFolder: String?
  /// The time, for the names of what is saved.
  public var now: @Sendable () -> Date
  public var logger: Logger

  /// Half of the machine's memory.
  public static var defaultModelBudgetBytes: Int { Int(ProcessInfo.processInfo.physicalMemory / 2) }

  public init(
    hub: ModelHub, identities: IdentityCache, modelCache: String? = nil,
    keptCodes: KeptCodes? = nil, kernels: KernelSet,
    precision: Precision = .f32, team: WorkerTeam, storePath: String?,
    userFiles: UserFiles?,
    modelBudgetBytes: Int = EngineSettings.defaultModelBudgetBytes,
    corpusOptions: CorpusOptions = CorpusOptions(),
    themes: ThemeFolders = ThemeFolders(folders: []),
    backgroundTexts: @escaping @Sendable () throws -> [String] = { [] }, sweepLimitBytes: Int = 512 << 20,
    sessionsFolder: String? = nil, now: @escaping @Sendable () -> Date = { Date() },
    logger: Logger = Logger(label: "vecscope") { _ in SwiftLogNoOpLogHandler() }
  ) {
    self.hub = hub
    self.identities = identities
    self.modelCache = modelCache
    self.keptCodes = keptCodes
    self.kernels = kernels
    self.precision = precision
    self.team = team
    self.storePath = storePath
    self.userFiles = userFiles
    self.modelBudgetBytes = modelBudgetBytes
    self.corpusOptions = corpusOptions
    self.themes = themes
    self.backgroundTexts = backgroundTexts
    self.sweepLimitBytes = sweepLimitBytes
    self.sessionsFolder = sessionsFolder
    self.now = now
    self.logger = logger
  }
}

/// Carries out the explorer's effects; the only home of long tasks.
///
/// Of each kind of work the latest wins. Answers carry the generation of their request.
public actor Engine {
  let settings: EngineSettings
  let send: @Sendable (Answer) -> Void
  private var tasks = LatestTasks()
  private var models: LoadedModels
  /// Of the history, those that are not written yet.
  private var unsavedQueries: [String] = []
  /// The user's texts as this explorer read or wrote them last.
  private var knownTexts: [String]
  var traces = QueryTraces(limitBytes: 64 << 20)
  /// Of texts that are looked at token by token.
  var documentTraces = QueryTraces(limitBytes: 48 << 20)
  var corpus: OpenCorpus?
  var openedStore: CollectionStore?
  /// A store that cannot be opened is not tried again.
  var storeCannotBeOpened = false
  let storeFailure: StoreFailure
  /// A thread apart for layouts of maps, which take seconds and cannot be shared.
  let layoutTeam = WorkerTeam(threads: 1)
  /// A thread apart for corpora and the store: they are read while a model is loading.
  let fileTeam = WorkerTeam(threads: 1)

  /// An engine that reports to `send`, from any thread.
  public init(_ settings: EngineSettings, send: @escaping @Sendable (Answer) -> Void) {
    self.settings = settings
    self.send = send
    storeFailure = StoreFailure(send)
    knownTexts = settings.userFiles?.texts() ?? []
    models = LoadedModels(budgetBytes: settings.modelBudgetBytes)
  }

  /// Starts the work of an effect and returns; `suspend`, `quit`, `askBackground`, `copy` and `open` are the loop's own.
  public func run(_ effect: Effect) {
    switch effect {
    case .loadModel(let name, let generation):
      start(.model) {
        try await $0.load(name, generation)
      } failed: {
        .modelFailed(Failure(loading: name, failed: $0), generation: generation)
      }
    case .openCorpus(let paths, let generation):
      start(.corpus) {
        try await $0.open(paths, generation)
      } failed: {
        .corpusFailed(Failure(describing: $0), generation: generation)
      }
    case .index(let request, let generation):
      start(.index) {
        try await $0.index(request, generation)
      } failed: {
        .indexingFailed(Failure(describing: $0), generation: generation)
      }
    case .search, .compare, .compute: answer(effect)
    case .cancelComputation(let kind): tasks.cancel(.view(kind))
    case .listModels(let generation):
      start(.models) {
        try await $0.list(generation)
      } failed: {
        .notice(Failure(describing: $0))
      }
    case .pullModel(let name, let generation):
      start(.pull) {
        try await $0.pull(name, generation)
      } failed: {
        .pullFailed(Failure(describing: $0), generation: generation)
      }
    case .cancelPull: tasks.cancel(.pull)
    case .saveTexts, .saveQuery, .rememberModel: keep(effect)
    case .listThemes, .followThemes: follow(effect)
    case .saveSession(let session?): keep(session)
    case .loadTexts, .export: file(effect)
    case .saveSession(nil), .assert, .suspend, .quit, .askBackground, .copy, .open: break
    }
  }

  private func follow(_ effect: Effect) {
    switch effect {
    case .listThemes(let generation):
      start(.themes) {
        try await $0.listThemes(generation)
      } failed: {
        .themesFailed(Failure(describing: $0), generation: generation)
      }
    case .followThemes:
      start(.followThemes) {
        try await $0.followThemes()
      } failed: {
        .notice(Failure(describing: $0))
      }
    default: break
    }
  }

  private func answer(_ effect: Effect) {
    switch effect {
    case .search(let request, let generation):
      start(.search) {
        try await $0.search(request, generation)
      } failed: {
        .searchFailed(Failure(describing: $0), generation: generation)
      }
    case .compare(let request, let generation):
      start(.compare) {
        try await $0.compare(request, generation)
      } failed: {
        .comparisonFailed(Failure(describing: $0), generation: generation)
      }
    case .compute(let request, let generation):
      start(.view(request.kind)) {
        try await $0.compute(request, generation)
      } failed: {
        .computationFailed(request.kind, Failure(describing: $0), generation: generation)
      }
    default: break
    }
  }

  private func file(_ effect: Effect) {
    switch effect {
    case .loadTexts(let path, let generation):
      start(.texts) {
        try await $0.loadTexts(path, generation)
      } failed: {
        .textsFailed(Failure(describing: $0), generation: generation)
      }
    case .export(let request, let generation):
      start(.export) {
        try await $0.export(request, generation)
      } failed: {
        .exported(.failed(Failure(describing: $0)), generation: generation)
      }
    default: break
    }
  }

  private func keep(_ effect: Effect) {
    switch effect {
    case .saveTexts(let texts):
      let known = knownTexts
      knownTexts = texts
      keep("your texts") { try $0.save(texts: texts, knowing: known) }
    case .saveQuery(let query):
      unsavedQueries.append(query)
      guard unsavedQueries.count == 1 else { return }
      // Those that come at once are written at once.
      Task {
        try? await Task.sleep(for: .milliseconds(100))
        saveQueries()
      }
    case .rememberModel(let name):
      let lasting = settings.hub.lastingName(name)
      keep("the last model") { try $0.save(lastModel: lasting) }
    default: break
    }
  }

  private func saveQueries() {
    guard !unsavedQueries.isEmpty else { return }
    let queries = unsavedQueries
    unsavedQueries = []
    keep("the query history") { try $0.append(queries: queries) }
  }

  private func keep(_ session: SessionRecording) {
    do {
      if let path = try save(session) { send(.sessionSaved(path: path)) }
    } catch {
      let folder = settings.sessionsFolder ?? ""
      send(.notice(Failure("the session could not be kept in \(folder): \(error.localizedDescription)")))
    }
  }

  /// Ends the work on vectors: they would be those of a corpus that is not open any more.
  func cancelIndexing() { tasks.cancel(.index) }

  /// Cancels all work, writes what is to be kept and waits until all has ended.
  public func finish() async {
    saveQueries()
    for task in tasks.cancelAll() { await task.value }
  }

  /// How many texts the loaded models have encoded.
  public var encodedTexts: Int { models.encodedTexts }

  private func start(
    _ kind: LatestTasks.Kind,
    _ work: @escaping @Sendable (Engine) async throws -> Void,
    failed: @escaping @Sendable (any Error) -> Answer
  ) {
    tasks.start(kind) { [self, send] in
      do {
        try await work(self)
      } catch is CancellationError {  // Nobody waits for this answer any more.
      } catch {
        send(failed(error))
      }
    }
  }

  private func keep(_ what: String, _ write: (UserFiles) throws -> Void) {
    guard let files = settings.userFiles else { return }
    do {
      try write(files)
    } catch {
      send(.notice(Failure("\(what) could not be kept in \(files.folder): \(error.localizedDescription)")))
    }
  }
}

// MARK: - Models

extension Engine {
  private func load(_ name: String, _ generation: Int) async throws {
    let embedder = try await timed("model loaded") { try await self.embedder(named: name) }
    try Task.checkCancellation()
    send(.model(embedder.description, generation: generation))
  }

  func embedder(named name: String) async throws -> TextEmbedder {
    if let embedder = models.find(name: name) { return embedder }
    let settings = settings
    let embedder = try await settings.team.perform(.bulk) { work in
      let folder = try settings.hub.open(name, identities: settings.identities)
      try work.checkCancellation()
      return try TextEmbedder(
        folder, kernels: settings.kernels, precision: settings.precision, team: settings.team,
        cacheFolder: settings.modelCache)
    }
    models.add(embedder, name: name)
    return embedder
  }

  /// The model of an encoding; one that had to leave the memory is loaded again.
  func embedder(of encoding: Encoding) async throws -> TextEmbedder {
    if let embedder = models.find(identity: encoding.model) { return embedder }
    if let name = models.name(ofIdentity: encoding.model) {
      let embedder = try await embedder(named: name)
      if embedder.description.identity == encoding.model { return embedder }
    }
    throw EngineError.modelNotLoaded(encoding.model)
  }

  private func list(_ generation: Int) async throws {
    let hub = settings.hub
    let models = try await settings.team.perform(.bulk) { _ in hub.list() }
    let entries = models.map { listed in
      ModelEntry(
        name: listed.model.name, detail: "\(listed.byteCount / 1_000_000) MB · \(listed.model.path)")
    }
    send(.models(entries, generation: generation))
  }

  private func pull(_ name: String, _ generation: Int) async throws {
    let send = send
    let pulled = try await settings.hub.pull(name) { progress in
      send(
        .pulling(
          PullProgress(
            name: name, file: progress.file, bytesDone: progress.doneBytes, bytesTotal: progress.totalBytes),
          generation: generation))
    }
    send(.pulled(pulled.name, generation: generation))
  }
}
