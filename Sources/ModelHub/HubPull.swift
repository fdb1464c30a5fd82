import Foundation
import Synchronization

/// Fetches a model from the hub into the shared cache.
///
/// First the blobs, then a snapshot of links to them, then the reference: what is interrupted is taken up again,
/// and never found as a model.
struct HubPull: Sendable {
  let reference: ModelReference
  let settings: HubSettings
  let backOff: BackOff

  private var cache: HubCache { HubCache(root: settings.cacheFolder, id: reference.id) }

  /// Fetches what is missing and gives the snapshot.
  ///
  /// - Parameters:
  ///   - connectionAttempts: how often an address that does not answer is asked for the list of files.
  ///   - progress: is called as bytes come.
  /// - Returns: the model.
  /// - Throws: `HubError` or `CancellationError`.
  func run(
    connectionAttempts: Int, progress: @escaping @Sendable (DownloadProgress) -> Void
  ) async throws -> FoundModel {
    let client = HubClient(id: reference.id, settings: settings, backOff: backOff)
    let revision = reference.revision ?? "main"
    let listing = try await client.listing(revision: revision, attempts: connectionAttempts)
    let download = BlobDownload(client: client, cache: cache, commit: listing.commit, backOff: backOff)

    var moduleFolders: [String] = []
    if listing.files.contains(WantedFiles.modules) {
      let file = try await client.remoteFile(WantedFiles.modules, commit: listing.commit)
      try await download.run(file) { _ in }
      moduleFolders = WantedFiles.moduleFolders(FileManager.default.contents(atPath: cache.blob(file.etag)))
    }
    let names = try WantedFiles.choose(from: listing.files, moduleFolders: moduleFolders, id: reference.id)
    var files: [HubClient.RemoteFile] = []
    for name in names { files.append(try await client.remoteFile(name, commit: listing.commit)) }
    let total = files.reduce(0) { $0 + $1.byteCount }
    var done = 0
    for file in files {
      let before = done
      try await download.run(file) { bytes in
        progress(DownloadProgress(file: file.name, doneBytes: before + bytes, totalBytes: total))
      }
      done += file.byteCount
    }
    try Task.checkCancellation()
    try Snapshot(cache: cache, commit: listing.commit, links: settings.usesSymbolicLinks).assemble(files)
    if !ModelReference.isCommit(revision) {
      try writeAtomically(listing.commit, to: cache.reference(revision))
    }
    let name = reference.revision.map { reference.id + "@" + $0 } ?? reference.id
    return FoundModel(
      name: name, path: cache.snapshot(listing.commit), origin: .hubCache(commit: listing.commit))
  }
}

/// Which of a repository's files are needed.
enum WantedFiles {
  static let modules = "modules.json"

  private struct Module: Decodable {
    var path: String?
  }

  /// The folders that `modules.json` names; none for a damaged one.
  static func moduleFolders(_ data: Data?) -> [String] {
    guard let data else { return [] }
    do {
      return try JSONDecoder().decode([Module].self, from: data).compactMap(\.path)
        .filter { !$0.isEmpty && $0 != "." && HubClient.isSafe($0) }
    } catch {
      return []  // Opening the model says what is wrong with the file.
    }
  }

  /// Configuration, tokenizer and safetensors of the root and of the module folders, the weights last.
  ///
  /// - Throws: `pickleOnly` or `noWeights`, before anything large is fetched.
  static func choose(
    from files: [String], moduleFolders: [String], id: String
  ) throws(HubError) -> [String] {
    let folders = Set([""] + moduleFolders)
    var wanted: [String] = []
    for folder in folders.sorted() {
      let prefix = folder.isEmpty ? "" : folder + "/"
      let inside = files.filter { $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains("/") }
      wanted += inside.filter { name in
        [".json", ".txt", ".model"].contains { name.hasSuffix($0) } && !name.hasSuffix(".bin.index.json")
      }
      let weights = weightFiles(inside, prefix: prefix)
      if weights.isEmpty, let pickle = inside.first(where: { $0.hasSuffix(".bin") }) {
        throw .pickleOnly(id: id, file: pickle)
      }
      wanted += weights
    }
    guard wanted.contains(where: { $0.hasSuffix(".safetensors") }) else { throw .noWeights(id: id) }
    let unique = Set(wanted)
    return unique.sorted { a, b in
      (a.hasSuffix(".safetensors") ? 1 : 0, a) < (b.hasSuffix(".safetensors") ? 1 : 0, b)
    }
  }

  /// The one file, or the shards where there is an index.
  private static func weightFiles(_ files: [String], prefix: String) -> [String] {
    let single = prefix + "model.safetensors"
    if files.contains(single) { return [single] }
    guard files.contains(single + ".index.json") else { return [] }
    return files.filter { $0.hasPrefix(prefix + "model-") && $0.hasSuffix(".safetensors") }
  }
}

/// A commit's folder of links (or copies) to blobs.
struct Snapshot: Sendable {
  let cache: HubCache
  let commit: String
  let links: Bool

  /// Makes the folder whole: built aside and moved where there is none yet, else completed file by file.
  ///
  /// The files come with the weights last, so that a folder that has them has everything.
  func assemble(_ files: [HubClient.RemoteFile]) throws(HubError) {
    let path = cache.snapshot(commit)
    try makeFolder(cache.folder + "/snapshots")
    if FileManager.default.fileExists(atPath: path) {
      for file in files { try place(file, in: path) }
      return
    }
    let aside = cache.folder + "/.incomplete-\(commit)-\(UUID().uuidString.prefix(8))/\(commit)"
    let asideRoot = (aside as NSString).deletingLastPathComponent
    defer { removeIfThere(asideRoot) }
    for file in files { try place(file, in: aside) }
    if rename(aside, path) != 0 {
      // Another program made the folder meanwhile.
      for file in files { try place(file, in: path) }
    }
    synchronize(cache.folder + "/snapshots")
  }

  private func place(_ file: HubClient.RemoteFile, in folder: String) throws(HubError) {
    let path = folder + "/" + file.name
    let depth = file.name.split(separator: "/").count + 1
    try makeFolder((path as NSString).deletingLastPathComponent)
    let target = String(repeating: "../", count: depth) + "blobs/" + file.etag
    let temporary = path + ".\(UUID().uuidString.prefix(8)).incomplete"
    do {
      if links, symlink(target, temporary) == 0 {
        // The link is as good as the file.
      } else {
        try FileManager.default.copyItem(atPath: cache.blob(file.etag), toPath: temporary)
        synchronize(temporary)
      }
    } catch {
      throw .cannotWrite(path: path, reason: reason(error))
    }
    try moveAtomically(temporary, to: path)
  }
}
