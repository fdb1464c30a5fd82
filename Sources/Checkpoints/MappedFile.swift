import Foundation

/// A regular file, mapped read-only into memory.
///
/// The descriptor stays open, so that the size can be checked again before bytes are touched: reading a mapped
/// page beyond the end of a file that was cut meanwhile would end the process.
final class MappedFile: @unchecked Sendable {
  // Safe to share: nothing changes after `init`, and the mapping is read-only.
  let path: String
  let count: Int
  fileprivate let descriptor: Int32
  private let start: UnsafeRawPointer?

  init(path: String, purpose: String) throws(CheckpointError) {
    let (descriptor, size) = try openRegularFile(path, purpose: purpose)
    self.path = path
    self.descriptor = descriptor
    count = size
    guard size > 0 else {
      start = nil
      return
    }
    guard let mapping = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw .unreadable(file: path, reason: reason)
    }
    start = UnsafeRawPointer(mapping)
  }

  deinit {
    if let start { munmap(UnsafeMutableRawPointer(mutating: start), count) }
    close(descriptor)
  }

  /// Gives the bytes of a range to `body`, after checking that the file still has them.
  ///
  /// - Throws: `changedWhileOpen` when the file was cut since it was opened.
  func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range \(range) of \(count) bytes")
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    guard Int(status.st_size) >= count else {
      throw .changedWhileOpen(file: path, expected: count, found: Int(status.st_size))
    }
    guard let start else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    return try body(UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count))
  }
}

extension MappedFile {
  /// Reads some bytes past the mapping, which would bring in their neighbours too.
  ///
  /// - Throws: `changedWhileOpen` where the file no longer has them.
  func read(at offset: Int, count: Int) throws(CheckpointError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let found = pread(descriptor, &bytes, count, off_t(offset))
    guard found >= 0 else { throw .unreadable(file: path, reason: String(cString: strerror(errno))) }
    guard found == count else {
      throw .changedWhileOpen(file: path, expected: self.count, found: offset + found)
    }
    return bytes
  }
}

/// Opens a file for reading and gives its descriptor and size.
///
/// Anything but a regular file is refused without waiting for it (a named pipe would wait for a writer).
func openRegularFile(_ path: String, purpose: String) throws(CheckpointError) -> (Int32, size: Int) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    if errno == ENOENT || errno == ENOTDIR { throw .fileNotFound(file: path, purpose: purpose) }
    throw .unreadable(file: path, reason: String(cString: strerror(errno)))
  }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    let reason = String(cString: strerror(errno))
    close(descriptor)
    throw .unreadable(file: path, reason: reason)
  }
  guard status.st_mode & S_IFMT == S_IFREG else {
    close(descriptor)
    throw .unreadable(file: path, reason: "it is not a regular file")
  }
  return (descriptor, Int(status.st_size))
}
