import Foundation

/// One repository's folder in a hub cache, in the layout that the Hugging Face client shares.
struct HubCache: Sendable {
  /// The cache's folder.
  let root: String
  let id: String

  private var name: String { "models--" + id.replacingOccurrences(of: "/", with: "--") }
  var folder: String { root + "/" + name }

  func snapshot(_ commit: String) -> String { folder + "/snapshots/" + commit }
  func blob(_ etag: String) -> String { folder + "/blobs/" + etag }
  func incompleteBlob(_ etag: String) -> String { blob(etag) + ".incomplete" }
  func lock(_ etag: String) -> String { root + "/.locks/\(name)/" + etag + ".lock" }
  func reference(_ revision: String) -> String { folder + "/refs/" + revision }
  /// The mark that a commit does not have a file.
  func absence(of file: String, _ commit: String) -> String { folder + "/.no_exist/\(commit)/" + file }

  /// The commit that a revision means here; nil where it is not known.
  func commit(_ revision: String) -> String? {
    if ModelReference.isCommit(revision) { return exists(snapshot(revision)) ? revision : nil }
    guard let commit = referencedCommit(revision) else { return nil }
    return exists(snapshot(commit)) ? commit : nil
  }

  /// Notes which commit a revision means, where it is not noted already.
  func note(_ commit: String, for revision: String) throws(HubError) {
    guard !ModelReference.isCommit(revision), referencedCommit(revision) != commit else { return }
    try writeAtomically(commit, to: reference(revision))
  }

  /// Marks files as absent, so that other programs do not ask the hub for them; where that fails, they ask.
  func noteAbsence(of files: [String], _ commit: String) {
    for file in files where !exists(absence(of: file, commit)) {
      do throws(HubError) {
        try writeAtomically("", to: absence(of: file, commit))
      } catch {
        return
      }
    }
  }

  /// Marks the cache as one, so that backups leave it out; where that fails, they have it.
  func tag() {
    let path = root + "/CACHEDIR.TAG"
    guard !exists(path) else { return }
    do throws(HubError) {
      // The first line is what the cache directory specification asks for.
      try writeAtomically(
        "Signature: 8a477f597d28d172789f06886806bc55\n# Models from a hub, shared by several programs.\n",
        to: path)
    } catch {
      return
    }
  }

  private func referencedCommit(_ revision: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: reference(revision)) else { return nil }
    do {
      let data = try file.read(upToCount: 64) ?? Data()
      try file.close()
      let commit = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      return ModelReference.isCommit(commit) ? commit : nil
    } catch {
      return nil  // A reference that cannot be read leads nowhere.
    }
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
