import Foundation
import Synchronization

/// Fetches one file of a repository into the cache's blobs: resumed, checked, then named in one step.
struct BlobDownload: Sendable {
  let client: HubClient
  let cache: HubCache
  let commit: String
  let backOff: BackOff

  /// Fetches the file unless it is there; `progress` gets the number of its bytes so far.
  func run(_ file: HubClient.RemoteFile, progress: @escaping @Sendable (Int) -> Void) async throws {
    if try isThere(file) { return progress(file.byteCount) }
    try makeFolder(cache.folder + "/blobs")
    let lock = try await backOff.lock(cache.lock(file.etag))
    defer { withExtendedLifetime(lock) {} }
    if try isThere(file) { return progress(file.byteCount) }  // Another program has fetched it meanwhile.
    let partial = cache.incompleteBlob(file.etag)
    let resumed = (byteCount(ofFile: partial) ?? 0) > 0
    do {
      try await fillAndCheck(partial, file, progress)
    } catch HubError.damagedDownload where resumed {
      // What an earlier attempt left may be damaged; a second failure is the server's.
      try await fillAndCheck(partial, file, progress)
    }
    synchronize(partial)
    try moveAtomically(partial, to: cache.blob(file.etag))
  }

  /// Whether the blob is there, whole and undamaged.
  func isThere(_ file: HubClient.RemoteFile) throws -> Bool {
    let path = cache.blob(file.etag)
    guard byteCount(ofFile: path) == file.byteCount else { return false }
    try Task.checkCancellation()
    let hash = try ContentHash.of(path, like: file.etag)
    return hash == nil || hash == file.etag
  }

  private func fillAndCheck(
    _ partial: String, _ file: HubClient.RemoteFile, _ progress: @escaping @Sendable (Int) -> Void
  ) async throws {
    do {
      try await fill(partial, file, progress)
      try Self.check(partial, file)
    } catch let error as HubError {
      if case .damagedDownload = error { removeIfThere(partial) }
      throw error
    }
  }

  private func fill(
    _ partial: String, _ file: HubClient.RemoteFile, _ progress: @escaping @Sendable (Int) -> Void
  ) async throws {
    if (byteCount(ofFile: partial) ?? 0) > file.byteCount { removeIfThere(partial) }
    try await backOff.run(progress: { byteCount(ofFile: partial) ?? 0 }) {
      let offset = byteCount(ofFile: partial) ?? 0
      if offset == file.byteCount, offset > 0 { return }
      let writer = try PartialFile(
        path: partial, name: file.name, offset: offset, limit: file.byteCount, progress: progress)
      defer { writer.close() }
      let answer = try await client.fetch(file, commit: commit, from: offset, into: writer)
      if answer.status == 416 {
        // The server has no such range, so what is here belongs to something else.
        removeIfThere(partial)
        throw BackOff.Retry(
          error: .unexpectedAnswer(url: client.host, reason: "status 416 for \(file.name)"))
      }
      let found = writer.byteCount
      guard found == file.byteCount else {
        throw BackOff.Retry(
          error: .damagedDownload(
            file: file.name, property: "size", expected: "\(file.byteCount)", found: "\(found)"))
      }
    }
  }

  private static func check(_ path: String, _ file: HubClient.RemoteFile) throws {
    let size = byteCount(ofFile: path) ?? 0
    guard size == file.byteCount else {
      throw HubError.damagedDownload(
        file: file.name, property: "size", expected: "\(file.byteCount)", found: "\(size)")
    }
    guard let hash = try ContentHash.of(path, like: file.etag) else { return }
    guard hash == file.etag else {
      throw HubError.damagedDownload(file: file.name, property: "hash", expected: file.etag, found: hash)
    }
  }
}

/// A file that grows as data comes.
private final class PartialFile: BodyReceiver {
  private struct State {
    var handle: FileHandle?
    var byteCount: Int
    var reported: Int
  }

  private let path: String
  /// The file's name in the repository, for errors.
  private let name: String
  private let offset: Int
  private let limit: Int
  private let progress: @Sendable (Int) -> Void
  private let state: Mutex<State>

  init(
    path: String, name: String, offset: Int, limit: Int, progress: @escaping @Sendable (Int) -> Void
  ) throws(HubError) {
    self.path = path
    self.name = name
    self.offset = offset
    self.limit = limit
    self.progress = progress
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    state = Mutex(State(handle: handle, byteCount: offset, reported: offset))
    progress(offset)
  }

  var byteCount: Int { state.withLock { $0.byteCount } }

  func close() {
    state.withLock { state in
      do {
        try state.handle?.close()
      } catch {
        // The size and the hash are checked before the file is used.
      }
      state.handle = nil
    }
  }

  func begin(_ answer: HTTPAnswer) throws {
    // Only an answer that continues where the file ends is appended to it.
    let range = answer["Content-Range"] ?? ""
    let continues =
      answer.status == 206 && offset > 0 && range.hasPrefix("bytes \(offset)-")
      && (range.hasSuffix("/\(limit)") || range.hasSuffix("/*"))
    let start = continues ? offset : 0
    guard continues || answer.status == 200 else {
      throw BackOff.Retry(error: .unexpectedAnswer(url: name, reason: "a part that was not asked for"))
    }
    try write { state in
      try state.handle?.truncate(atOffset: UInt64(start))
      try state.handle?.seek(toOffset: UInt64(start))
      state.byteCount = start
      state.reported = start
    }
  }

  func receive(_ data: Data) throws {
    try write { state in
      guard state.byteCount + data.count <= limit else {
        throw HubError.damagedDownload(
          file: name, property: "size", expected: "\(limit)", found: "more than that")
      }
      try state.handle?.write(contentsOf: data)
      state.byteCount += data.count
    }
    let reached = state.withLock { state -> Int? in
      guard state.byteCount - state.reported >= 1 << 18 || state.byteCount == limit else { return nil }
      state.reported = state.byteCount
      return state.byteCount
    }
    if let reached { progress(reached) }
  }

  private func write(_ body: (inout State) throws -> Void) throws {
    do {
      try state.withLock { state in
        guard state.handle != nil else { throw CancellationError() }
        try body(&state)
      }
    } catch let error where error is HubError || error is CancellationError {
      throw error
    } catch {
      throw HubError.cannotWrite(path: path, reason: reason(error))
    }
  }
}
