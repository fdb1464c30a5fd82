import Crypto
import Foundation

/// Remembers the SHA-256 of files by path, size, time and inode, so that a large file is read whole only once.
///
/// The memory is a small JSON file. It may be lost at any time: one that cannot be read or written costs a
/// second reading of the model, and nothing else.
public struct IdentityCache: Sendable {
  /// Remembers nothing.
  public static let none = IdentityCache(file: nil)

  private let file: String?

  /// - Parameter file: where the hashes are kept; nil to remember nothing.
  public init(file: String?) { self.file = file }

  private struct Remembered: Codable, Equatable {
    var size: Int
    var seconds: Int
    var nanoseconds: Int
    /// Of the inode: a file that was written in place keeps no other trace when its time is put back.
    var changeSeconds: Int
    var changeNanoseconds: Int
    var inode: UInt64
    var sha256: String

    var withoutHash: Remembered {
      var copy = self
      copy.sha256 = ""
      return copy
    }
  }

  /// The SHA-256 of each file's content, as 64 hexadecimal digits.
  ///
  /// A file that the hub's cache names by its SHA-256 is not read.
  func digests(of paths: [String]) throws(CheckpointError) -> [String] {
    var memory = load()
    let before = memory
    var digests: [String] = []
    for path in paths {
      let real = URL(fileURLWithPath: path).resolvingSymlinksInPath()
      if real.deletingLastPathComponent().lastPathComponent == "blobs", isSHA256(real.lastPathComponent) {
        digests.append(real.lastPathComponent)
        continue
      }
      var fresh = try stamp(path)
      if let known = memory[real.path], isSHA256(known.sha256), fresh == known.withoutHash {
        digests.append(known.sha256)
        continue
      }
      fresh.sha256 = try sha256(ofFile: path)
      memory[real.path] = fresh
      digests.append(fresh.sha256)
    }
    if memory != before { save(memory) }
    return digests
  }

  private func stamp(_ path: String) throws(CheckpointError) -> Remembered {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    #if canImport(Darwin)
      let (time, change) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (time, change) = (status.st_mtim, status.st_ctim)
    #endif
    return Remembered(
      size: Int(status.st_size), seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec),
      changeSeconds: Int(change.tv_sec), changeNanoseconds: Int(change.tv_nsec), inode: UInt64(status.st_ino),
      sha256: "")
  }

  private func load() -> [String: Remembered] {
    guard let file else { return [:] }
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: file))
      return try JSONDecoder().decode([String: Remembered].self, from: data)
    } catch {
      return [:]  // A lost memory only costs time.
    }
  }

  private func save(_ memory: [String: Remembered]) {
    guard let file else { return }
    let url = URL(fileURLWithPath: file)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      let alive = memory.filter { FileManager.default.fileExists(atPath: $0.key) }
      try encoder.encode(alive).write(to: url, options: .atomic)
    } catch {
      // A memory that cannot be kept only costs time.
    }
  }
}

private func isSHA256(_ text: String) -> Bool {
  text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}

/// The SHA-256 of a regular file's content, as 64 lower-case hexadecimal digits.
public func sha256(ofFile path: String) throws(CheckpointError) -> String {
  let file = try MappedFile(path: path, purpose: "its content is part of the model's identity")
  var hash = SHA256()
  var start = 0
  while start < file.count {
    let end = min(start + 1 << 22, file.count)
    try file.withBytes(start..<end) { bytes in hash.update(bufferPointer: bytes) }
    start = end
  }
  return hexadecimal(hash.finalize())
}

/// The SHA-256 of a text.
func sha256(of text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
  digest.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined()
}
