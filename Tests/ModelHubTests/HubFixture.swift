import Foundation
import Synchronization
import TestSupport

@testable import ModelHub

/// A user's folders, and a hub client in them whose pauses do not wait.
final class HubFixture: Sendable {
  let folder: TemporaryFolder
  private let recorded = Mutex<[Int]>([])

  init() throws { folder = try TemporaryFolder() }

  /// The pauses that were asked for, in milliseconds.
  var pauses: [Int] { recorded.withLock { $0 } }

  func settings(_ variables: [String: String] = [:]) throws -> HubSettings {
    var environment = ["HF_TOKEN": "hf_secret", "HF_ENDPOINT": "http://127.0.0.1:9"]
    environment.merge(variables) { $1 }
    return try HubSettings(environment: environment, homeFolder: folder.path)
  }

  func hub(
    _ variables: [String: String] = [:], packages: any PackageClient = NoPackages(),
    package: PinnedPackage = .miniLM, lockAttempts: Int = 10, free: Int? = nil, progressBytes: Int = 1 << 20
  ) throws -> ModelHub {
    let settings = try settings(variables)
    let backOff = BackOff(
      pause: { milliseconds in
        self.recorded.withLock { $0.append(milliseconds) }
        try Task.checkCancellation()
        await Task.yield()
      }, host: settings.endpoint.absoluteString, lockAttempts: lockAttempts, progressBytes: progressBytes)
    return ModelHub(
      settings: settings, packages: packages, package: package, backOff: backOff,
      freeByteCount: { free ?? freeBytes(onDiskOf: $0) })
  }

  func hub(
    at fake: FakeHub, _ variables: [String: String] = [:], lockAttempts: Int = 10, free: Int? = nil,
    progressBytes: Int = 1 << 20
  ) throws -> ModelHub {
    try hub(
      ["HF_ENDPOINT": fake.endpoint + "/"].merging(variables) { $1 }, lockAttempts: lockAttempts,
      free: free, progressBytes: progressBytes)
  }

  var cache: HubCache { HubCache(root: folder.path + "/.cache/huggingface/hub", id: FakeHub.id) }
}

/// Packages that a test does not expect to be asked for.
struct NoPackages: PackageClient {
  func download(
    _ package: PinnedPackage, to folder: String, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> String {
    throw HubError.packageFailed(package: package.requirement, reason: "not expected")
  }

  func unpack(_ archive: String, to folder: String) async throws {}
}
