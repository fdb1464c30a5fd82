import Crypto
import Foundation

/// The hashes by which a hub names contents.
enum ContentHash {
  private static let chunk = 1 << 20

  /// The hash of a file, of the kind that an etag of this length is: SHA-256 for 64 digits, git's SHA-1 of a blob
  /// for 40; nil for an etag that is no hash.
  ///
  /// - Throws: `cannotWrite` for a file that cannot be read again.
  static func of(_ path: String, like etag: String) throws(HubError) -> String? {
    let isHexadecimal = etag.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard isHexadecimal else { return nil }
    switch etag.utf8.count {
    case 64: return try hash(path, SHA256())
    case 40:
      var hash = Insecure.SHA1()
      hash.update(data: Data("blob \(byteCount(ofFile: path) ?? 0)\0".utf8))
      return try self.hash(path, hash)
    default: return nil
    }
  }

  private static func hash(_ path: String, _ start: some HashFunction) throws(HubError) -> String {
    var hash = start
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { close(file) }
      while let data = try file.read(upToCount: chunk), !data.isEmpty { hash.update(data: data) }
    } catch {
      throw .cannotWrite(path: path, reason: "it cannot be read again: \(reason(error))")
    }
    return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  private static func close(_ file: FileHandle) {
    do {
      try file.close()
    } catch {
      // It was only read.
    }
  }
}
