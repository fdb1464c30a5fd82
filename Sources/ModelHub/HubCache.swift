import Foundation

/// One repository's folder in a hub cache, in the layout that the Hugging Face client shares.
struct HubCache: Sendable {
  /// The cache's folder.
  let root: String
  let id: String

  var folder: String { root + "/models--" + id.replacingOccurrences(of: "/", with: "--") }
  private var lockFolder: String {
    root + "/.locks/models--" + id.replacingOccurrences(of: "/", with: "--")
  }

  func snapshot(_ commit: String) -> String { folder + "/snapshots/" + commit }
  func blob(_ etag: String) -> String { folder + "/blobs/" + etag }
  func incompleteBlob(_ etag: String) -> String { blob(etag) + ".incomplete" }
  func lock(_ etag: String) -> String { lockFolder + "/" + etag + ".lock" }
  func reference(_ revision: String) -> String { folder + "/refs/" + revision }

  /// The commit that a revision means here; nil where it is not known.
  func commit(_ revision: String) -> String? {
    if ModelReference.isCommit(revision) { return exists(snapshot(revision)) ? revision : nil }
    guard let data = FileManager.default.contents(atPath: reference(revision)) else { return nil }
    let commit = String(decoding: data.prefix(64), as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines)
    return ModelReference.isCommit(commit) && exists(snapshot(commit)) ? commit : nil
  }

  /// The repositories of a cache, by hub id, sorted.
  static func repositories(in root: String) -> [String] {
    contents(of: root).compactMap { name in
      guard name.hasPrefix("models--") else { return nil }
      return name.dropFirst("models--".count).replacingOccurrences(of: "--", with: "/")
    }
  }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// The names in a folder, sorted; none where there is no such folder.
func contents(of folder: String) -> [String] {
  do {
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  } catch {
    return []  // A folder that is not there, or may not be read, has no models for us.
  }
}
