import Foundation

/// A commit's folder of links (or copies) to blobs.
struct Snapshot: Sendable {
  let cache: HubCache
  let commit: String
  let links: Bool

  /// Whether the folder has a file's content: by a link to its blob, or as a copy.
  func holds(_ file: HubClient.RemoteFile) -> Bool {
    let path = cache.snapshot(commit) + "/" + file.name
    guard byteCount(ofFile: path) == file.byteCount else { return false }
    do {
      if let hash = try ContentHash.of(path, like: file.etag) { return hash == file.etag }
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: path)
      return target.hasSuffix("/blobs/" + file.etag)
    } catch {
      return false
    }
  }

  /// Makes the folder whole: built aside and moved where there is none yet, else completed file by file.
  ///
  /// The files come with the weights last, so that a folder that has them has everything.
  func assemble(_ files: [HubClient.RemoteFile]) throws(HubError) {
    let path = cache.snapshot(commit)
    if FileManager.default.fileExists(atPath: path) { return try place(files, in: path) }
    try makeFolder(cache.folder + "/snapshots")
    let aside = cache.folder + "/.incomplete-\(commit)-\(UUID().uuidString.prefix(8))/\(commit)"
    let asideRoot = (aside as NSString).deletingLastPathComponent
    defer { removeIfThere(asideRoot) }
    try place(files, in: aside)
    if rename(aside, path) != 0 {
      // Another program made the folder meanwhile.
      try place(files, in: path)
    }
    synchronize(cache.folder + "/snapshots")
  }

  private func place(_ files: [HubClient.RemoteFile], in folder: String) throws(HubError) {
    for file in files where !isPlaced(file, in: folder) { try place(file, in: folder) }
  }

  /// Nothing is written where nothing changes: the cache may be another's, to be read only.
  private func isPlaced(_ file: HubClient.RemoteFile, in folder: String) -> Bool {
    do {
      let link = try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + file.name)
      if link == target(of: file) { return true }
    } catch {
      // It is a copy, or not there.
    }
    return folder == cache.snapshot(commit) && holds(file)
  }

  private func target(of file: HubClient.RemoteFile) -> String {
    let depth = file.name.split(separator: "/").count + 1
    return String(repeating: "../", count: depth) + "blobs/" + file.etag
  }

  private func place(_ file: HubClient.RemoteFile, in folder: String) throws(HubError) {
    let path = folder + "/" + file.name
    try makeFolder((path as NSString).deletingLastPathComponent)
    let temporary = path + ".\(UUID().uuidString.prefix(8)).incomplete"
    if links, symlink(target(of: file), temporary) == 0 {
      // The link is as good as the file.
    } else {
      do {
        try FileManager.default.copyItem(atPath: cache.blob(file.etag), toPath: temporary)
      } catch {
        throw .cannotWrite(path: path, reason: reason(error))
      }
      synchronize(temporary)
    }
    try moveAtomically(temporary, to: path)
  }
}
