import Foundation
import Kernels

/// A regular file, mapped read-only into memory.
///
/// The descriptor stays open, so that the size can be checked again before bytes are touched: reading a mapped
/// page beyond the end of a file that was cut meanwhile would end the process.
final class MappedFile: Sendable {
  let path: String
  private let mapping: FileMapping

  var count: Int { mapping.count }

  init(path: String, purpose: String) throws(CheckpointError) {
    let (descriptor, _) = try openRegularFile(path, purpose: purpose)
    self.path = path
    do {
      mapping = try FileMapping(descriptor: descriptor, path: path)
    } catch {
      throw .unreadable(file: error.file, reason: error.reason)
    }
  }

  /// Gives the memory of the pages back that were read.
  func releasePages() { mapping.releasePages() }

  /// Gives the bytes of a range to `body`, after checking that the file still has them.
  ///
  /// - Throws: `changedWhileOpen` when the file was cut since it was opened.
  func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range \(range) of \(count) bytes")
    guard let size = mapping.fileSize else {
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    guard size >= count else { throw .changedWhileOpen(file: path, expected: count, found: size) }
    return try body(UnsafeRawBufferPointer(rebasing: mapping.bytes[range]))
  }
}

extension MappedFile {
  /// Reads some bytes past the mapping, which would bring in their neighbours too.
  ///
  /// - Throws: `changedWhileOpen` where the file no longer has them.
  func read(at offset: Int, count: Int) throws(CheckpointError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let found = pread(mapping.descriptor, &bytes, count, off_t(offset))
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
