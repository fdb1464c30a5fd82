internal import Foundation

/// Bytes of a regular file, mapped read-only.
///
/// The pages belong to the file: they take memory only while they are used, and the system may drop them at any time.
/// The file may grow behind the mapping, but must not be cut or rewritten in place: whoever writes it puts a new one in its
/// stead or appends.
///
/// Sendable, because nobody writes the bytes.
@safe
public final class FileMapping: @unchecked Sendable {
  public let count: Int
  private let start: UnsafeRawPointer?

  /// Why a file cannot be mapped, in the words of the system.
  public struct Failure: Error, Equatable, Sendable {
    public var file: String
    public var reason: String

    public init(file: String, reason: String) {
      self.file = file
      self.reason = reason
    }
  }

  /// Maps a whole file, or its first `count` bytes.
  ///
  /// - Throws: `Failure` where the file cannot be read, is no regular file or is shorter than `count`.
  public init(path: String, count expected: Int? = nil) throws(Failure) {
    // Without waiting: opening a named pipe would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(file: path, reason: unsafe String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw Failure(file: path, reason: unsafe String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(file: path, reason: "it is not a regular file")
    }
    count = expected ?? Int(status.st_size)
    guard count >= 0, count <= Int(status.st_size) else {
      throw Failure(file: path, reason: "it has \(status.st_size) bytes, not \(count)")
    }
    guard count > 0 else {
      unsafe start = nil
      return
    }
    let mapping = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
      throw Failure(file: path, reason: unsafe String(cString: strerror(errno)))
    }
    unsafe start = UnsafeRawPointer(mapping)
  }

  deinit {
    if let start = unsafe start { unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }
  }

  /// The bytes, valid as long as the mapping lives.
  public var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: count) }
}
