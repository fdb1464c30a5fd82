import Foundation

/// Fetches a model from the hub into the shared cache.
///
/// First the blobs, then a snapshot of links to them, then the reference: what is interrupted is taken up again,
/// and never found as a model.
struct HubPull: Sendable {
  let reference: ModelReference
  let settings: HubSettings
  let backOff: BackOff
  /// The free bytes on the disk of a folder; tests have full disks.
  var freeByteCount: @Sendable (String) -> Int? = freeBytes(onDiskOf:)

  /// What a pull gave.
  struct Pulled: Sendable {
    var model: FoundModel
    /// The models that it is an adapter of.
    var bases: [BaseModel]
  }

  private var cache: HubCache { HubCache(root: settings.cacheFolder, id: reference.id) }

  /// Fetches what is missing and gives the snapshot.
  ///
  /// - Parameters:
  ///   - connectionAttempts: how often an address that does not answer is asked for the list of files.
  ///   - progress: is called as bytes come.
  /// - Returns: the model, and the bases that it needs.
  /// - Throws: `HubError` or `CancellationError`.
  func run(
    connectionAttempts: Int, progress: @escaping @Sendable (DownloadProgress) -> Void
  ) async throws -> Pulled {
    let client = HubClient(id: reference.id, settings: settings, backOff: backOff)
    let revision = reference.revision ?? "main"
    let listing = try await client.listing(revision: revision, attempts: connectionAttempts)
    let small = SmallFiles(
      listed: Set(listing.files),
      download: BlobDownload(client: client, cache: cache, commit: listing.commit, backOff: backOff))
    let plan = try await plan(listing, small, client)
    var files: [HubClient.RemoteFile] = []
    for name in plan.files { files.append(try await small.remoteFile(name)) }
    let snapshot = Snapshot(cache: cache, commit: listing.commit, links: settings.usesSymbolicLinks)
    try await fetch(files, small.download, snapshot, progress)
    try Task.checkCancellation()
    try snapshot.assemble(files)
    try cache.note(listing.commit, for: revision)
    let absent = FilePlan.small.union([FilePlan.weights, FilePlan.index]).subtracting(listing.files)
    cache.noteAbsence(of: absent.sorted(), listing.commit)
    cache.tag()
    let name = reference.revision.map { reference.id + "@" + $0 } ?? reference.id
    let model = FoundModel(
      name: name, path: cache.snapshot(listing.commit), origin: .hubCache(commit: listing.commit))
    return Pulled(model: model, bases: plan.bases)
  }

  private func plan(
    _ listing: HubClient.Listing, _ small: SmallFiles, _ client: HubClient
  ) async throws -> FilePlan {
    do {
      return try await FilePlan.choose(from: listing.files, id: reference.id) { try await small.read($0) }
    } catch HubError.pickleOnly(let id, let file, _) {
      let folders = try await ModuleFolder.all(id: id) { try await small.read($0) }
      let isProposal = reference.revision?.hasPrefix("refs/pr/") == true
      let search = ConvertedWeightsSearch(client: client, folders: folders)
      throw HubError.pickleOnly(id: id, file: file, converted: isProposal ? nil : try await search.run())
    }
  }

  private func fetch(
    _ files: [HubClient.RemoteFile], _ download: BlobDownload, _ snapshot: Snapshot,
    _ progress: @escaping @Sendable (DownloadProgress) -> Void
  ) async throws {
    let total = files.reduce(0) { $0 + $1.byteCount }
    var missing: [HubClient.RemoteFile] = []
    for file in files where !snapshot.holds(file) {
      if !(try download.isThere(file)) { missing.append(file) }
    }
    try checkSpace(for: missing)
    var done = total - missing.reduce(0) { $0 + $1.byteCount }
    if missing.isEmpty, let last = files.last {
      progress(DownloadProgress(file: last.name, doneBytes: total, totalBytes: total))
    }
    for file in missing {
      let before = done
      try await download.run(file) { bytes in
        progress(DownloadProgress(file: file.name, doneBytes: before + bytes, totalBytes: total))
      }
      done += file.byteCount
    }
  }

  /// Refuses what does not fit, before it fills the disk.
  private func checkSpace(for files: [HubClient.RemoteFile]) throws(HubError) {
    // Without links the snapshot has every file again.
    let copies = settings.usesSymbolicLinks ? 1 : 2
    let needed = files.reduce(0) { sum, file in
      sum + file.byteCount * copies
        - min(byteCount(ofFile: cache.incompleteBlob(file.etag)) ?? 0, file.byteCount)
    }
    guard needed > 0, let free = freeByteCount(cache.folder), needed > free else { return }
    throw .diskFull(path: settings.cacheFolder, neededBytes: needed, freeBytes: free)
  }
}

/// The small files of a revision that say which others are needed, each asked for once.
private actor SmallFiles {
  /// None of them is larger; an index of many shards is the largest.
  private static let limit = 64 << 20

  nonisolated let download: BlobDownload
  private let listed: Set<String>
  private var known: [String: HubClient.RemoteFile] = [:]

  init(listed: Set<String>, download: BlobDownload) {
    self.listed = listed
    self.download = download
  }

  func remoteFile(_ name: String) async throws -> HubClient.RemoteFile {
    if let file = known[name] { return file }
    let file = try await download.client.remoteFile(name, commit: download.commit)
    known[name] = file
    return file
  }

  func read(_ name: String) async throws -> Data? {
    guard listed.contains(name) else { return nil }
    let file = try await remoteFile(name)
    guard file.byteCount <= Self.limit else {
      throw HubError.unsupported(
        id: download.client.id, file: name, reason: "has \(file.byteCount) bytes, more than a configuration")
    }
    try await download.run(file) { _ in }
    return FileManager.default.contents(atPath: download.cache.blob(file.etag))
  }
}
