import Foundation

/// Finds models on this machine and fetches others.
public struct ModelHub: Sendable {
  public let settings: HubSettings
  private let packages: any PackageClient
  private let package: PinnedPackage
  private let backOff: BackOff

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

  /// For tests: other packages, and pauses that do not wait.
  init(
    settings: HubSettings, packages: any PackageClient, package: PinnedPackage = .miniLM,
    backOff: BackOff
  ) {
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
  /// The hub's files go to the shared cache. Where the hub does not answer, the default model comes from its
  /// Python package instead. `progress` is called from any thread.
  ///
  /// - Throws: `HubError`; `cancelled` when the task is cancelled.
  public func pull(
    _ name: String, progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
  ) async throws(HubError) -> FoundModel {
    var reference = try ModelReference(name)
    if !reference.id.contains("/") {
      guard let id = ModelReference.knownID(shortName: reference.id) else {
        throw .invalidName(name, reason: "no known model has this short name; give ORGANISATION/NAME")
      }
      reference.id = id
    }
    guard !settings.isOffline else { throw .offline(name: name) }
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

  private func fetch(
    _ reference: ModelReference, _ progress: @escaping @Sendable (DownloadProgress) -> Void
  ) async throws -> FoundModel {
    let hasPackage = reference.id == package.hubID && reference.revision == nil
    let pull = HubPull(reference: reference, settings: settings, backOff: backOff)
    do {
      return try await pull.run(
        connectionAttempts: hasPackage ? 1 : BackOff.attempts, progress: progress)
    } catch HubError.unavailable where hasPackage {
      return try await PackagePull(package: package, settings: settings, client: packages, backOff: backOff)
        .run(progress: progress)
    }
  }
}
