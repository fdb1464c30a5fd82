import Crypto

/// The first 16 bytes of a SHA-256: stands for a text wherever equal texts share their vectors.
public struct ContentHash: Sendable, Hashable {
  let high: UInt64
  let low: UInt64

  /// The hash of a passage's text.
  public init(_ text: String) {
    var text = text
    self = text.withUTF8 { ContentHash(SHA256.hash(data: UnsafeRawBufferPointer($0))) }
  }

  init(_ digest: SHA256Digest) {
    (high, low) = digest.withUnsafeBytes { bytes in
      (
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
  }

  /// From the 16 bytes of `bytes`; nil where there are more or fewer.
  init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 16 else { return nil }
    high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  /// 32 hexadecimal digits, for names of files.
  public var digits: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try Swift.withUnsafeBytes(of: (high.bigEndian, low.bigEndian), body)
  }
}

/// Hashes the parts of something so that no two ways of splitting agree.
struct ContentHasher {
  private var hasher = SHA256()

  mutating func add(_ text: String?) {
    guard var text else { return add(count: -1) }
    add(count: text.utf8.count)
    text.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
  }

  mutating func add(count: Int) {
    withUnsafeBytes(of: Int64(count).littleEndian) { hasher.update(bufferPointer: $0) }
  }

  mutating func add(_ hash: ContentHash) {
    hash.withUnsafeBytes { hasher.update(bufferPointer: $0) }
  }

  func finalize() -> ContentHash { ContentHash(hasher.finalize()) }
}
