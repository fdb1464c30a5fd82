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
  /// Of the file, open as long as the mapping lives.
  public let descriptor: Int32
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

  /// Bytes of the file before the mapped ones.
  private let offset: Int

  /// Maps a file from a byte on, which must start a page, to its end or for `count` bytes.
  ///
  /// - Throws: `Failure` where the file cannot be read, is no regular file or is shorter than that.
  public convenience init(path: String, offset: Int = 0, count: Int? = nil) throws(Failure) {
    // Without waiting: opening a named pipe would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(file: path, reason: Self.systemsReason) }
    try self.init(descriptor: descriptor, path: path, offset: offset, count: count)
  }

  /// Maps an open file, whose descriptor is the mapping's from then on; `path` is what errors call it.
  ///
  /// - Throws: As the other one.
  public init(
    descriptor: Int32, path: String, offset: Int = 0, count expected: Int? = nil
  ) throws(Failure) {
    precondition(offset >= 0 && offset % Int(getpagesize()) == 0, "byte \(offset) does not start a page")
    do throws(Failure) {
      let size = try Self.size(of: descriptor, path)
      let (needed, overflow) = offset.addingReportingOverflow(expected ?? 0)
      guard !overflow, expected ?? 0 >= 0, needed <= size else {
        throw Failure(file: path, reason: "it has \(size) bytes, not \(needed)")
      }
      count = expected ?? size - offset
      unsafe start = try Self.map(descriptor, offset, count, path)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.offset = offset
  }

  private static func size(of descriptor: Int32, _ path: String) throws(Failure) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw Failure(file: path, reason: Self.systemsReason)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(file: path, reason: "it is not a regular file")
    }
    return Int(status.st_size)
  }

  private static func map(
    _ descriptor: Int32, _ offset: Int, _ count: Int, _ path: String
  ) throws(Failure) -> UnsafeRawPointer? {
    guard count > 0 else { return nil }
    let mapping = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, off_t(offset))
    guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
      throw Failure(file: path, reason: Self.systemsReason)
    }
    return UnsafeRawPointer(mapping)
  }

  private static var systemsReason: String { unsafe String(cString: strerror(errno)) }

  deinit {
    if let start = unsafe start { unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }
    close(descriptor)
  }

  /// The size of the file as it is now; nil where the system does not say.
  public var fileSize: Int? {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : nil
  }

  /// Whether the file still has the mapped bytes: reading a page behind its end would end the process.
  public var isWhole: Bool { fileSize.map { $0 >= offset + count } ?? false }

  /// Gives the memory of the pages back that were read; they come again from the file when they are needed.
  public func releasePages() {
    guard let start = unsafe start else { return }
    // Advice: where the system does not take it, nothing is lost.
    _ = unsafe madvise(UnsafeMutableRawPointer(mutating: start), count, MADV_DONTNEED)
  }

  /// The bytes, valid as long as the mapping lives.
  public var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: count) }
}
