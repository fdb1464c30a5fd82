import Checkpoints
import Crypto
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
    if isThere(file) { return progress(file.byteCount) }
    try makeFolder(cache.folder + "/blobs")
    let lock = try await backOff.lock(cache.lock(file.etag))
    defer { withExtendedLifetime(lock) {} }
    if isThere(file) { return progress(file.byteCount) }  // Another program has fetched it meanwhile.
    let partial = cache.incompleteBlob(file.etag)
    let resumed = (byteCount(ofFile: partial) ?? 0) > 0
    try await fill(partial, file, progress)
    do {
      try await Self.check(partial, file)
    } catch HubError.damagedDownload where resumed {
      // What an earlier attempt left may be damaged; a second failure is the server's.
      try await fill(partial, file, progress)
      try await Self.check(partial, file)
    }
    synchronize(partial)
    try moveAtomically(partial, to: cache.blob(file.etag))
  }

  private func isThere(_ file: HubClient.RemoteFile) -> Bool {
    byteCount(ofFile: cache.blob(file.etag)) == file.byteCount
  }

  private func fill(
    _ partial: String, _ file: HubClient.RemoteFile, _ progress: @escaping @Sendable (Int) -> Void
  ) async throws {
    if (byteCount(ofFile: partial) ?? 0) > file.byteCount { removeIfThere(partial) }
    try await backOff.run {
      let offset = byteCount(ofFile: partial) ?? 0
      if offset == file.byteCount, offset > 0 { return }
      let writer = try PartialFile(path: partial, offset: offset, limit: file.byteCount, progress: progress)
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

  /// Checks size and hash; a file that fails is removed.
  private static func check(_ path: String, _ file: HubClient.RemoteFile) async throws {
    let size = byteCount(ofFile: path) ?? 0
    guard size == file.byteCount else {
      removeIfThere(path)
      throw HubError.damagedDownload(
        file: file.name, property: "size", expected: "\(file.byteCount)", found: "\(size)")
    }
    guard let hash = try contentHash(path, like: file.etag) else { return }
    guard hash == file.etag else {
      removeIfThere(path)
      throw HubError.damagedDownload(file: file.name, property: "hash", expected: file.etag, found: hash)
    }
  }

  /// The hash of a file of the kind that an etag of this length is; nil for one that is no hash.
  static func contentHash(_ path: String, like etag: String) throws(HubError) -> String? {
    do {
      switch etag.utf8.count {
      case 64: return try sha256(ofFile: path)
      case 40:
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        var hash = Insecure.SHA1()
        hash.update(data: Data("blob \(data.count)\0".utf8))
        hash.update(data: data)
        return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      default: return nil
      }
    } catch {
      throw .cannotWrite(path: path, reason: "\(error)")
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
  private let offset: Int
  private let limit: Int
  private let progress: @Sendable (Int) -> Void
  private let state: Mutex<State>

  init(path: String, offset: Int, limit: Int, progress: @escaping @Sendable (Int) -> Void) throws(HubError) {
    self.path = path
    self.offset = offset
    self.limit = limit
    self.progress = progress
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
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
    let continues = answer.status == 206 && answer["Content-Range"]?.hasPrefix("bytes \(offset)-") == true
    let start = continues ? offset : 0
    guard continues || answer.status == 200 else {
      throw BackOff.Retry(error: .unexpectedAnswer(url: path, reason: "a part that was not asked for"))
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
          file: path, property: "size", expected: "\(limit)", found: "more than that")
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
