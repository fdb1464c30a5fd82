import Foundation
import Kernels

/// Writes bytes at an offset of an open file, and gives how many were written, or -1 with `errno`.
///
/// As `pwrite`; tests put a failing one in its place.
typealias PlaneWrite = @Sendable (Int32, UnsafeRawPointer, Int, off_t) -> Int

/// The files of one vector set: each a head of 64 bytes, then rows of little-endian f32 without gaps.
///
/// Rows are only ever appended, and only in a transaction of the store that names them when it ends: what a table does not
/// name is written over. So whoever has mapped rows that a table named can go on reading them.
struct PlaneFiles {
  static let headBytes = 64
  private static let magic = "vecplane"
  private static let version: UInt32 = 1

  let folder: String
  let identity: String
  let planes: VectorPlanes
  var write: PlaneWrite = { pwrite($0, $1, $2, $3) }

  func path(_ plane: Int) -> String { "\(folder)/\(planes.names[plane]).f32" }

  /// How many rows every file has; a file that is not there, or was cut, has fewer than the table names.
  ///
  /// - Throws: `StoreError.notVectors` for a file that is none of this set's.
  func availableRows() throws(StoreError) -> Int {
    var rows = Int.max
    for plane in planes.names.indices {
      guard let descriptor = try open(plane, O_RDONLY) else { return 0 }
      defer { close(descriptor) }
      rows = min(rows, try self.rows(in: descriptor, plane))
    }
    return rows
  }

  /// Maps so many rows of each file.
  func map(rows: Int) throws(StoreError) -> MappedPlanes {
    var matrices: [Matrix] = []
    for plane in planes.names.indices {
      do throws(FileMapping.Failure) {
        let count = Self.headBytes + rows * planes.rowBytes
        let mapping = try FileMapping(path: path(plane), count: count)
        matrices.append(
          Matrix(rows: rows, columns: planes.width, mapping: mapping, byteOffset: Self.headBytes))
      } catch {
        throw .failing(path: error.file, reason: error.reason)
      }
    }
    return MappedPlanes(identity: identity, folder: folder, matrices: matrices)
  }

  /// Writes rows of `[rows, width]` matrices, one a plane, from a slot on, and waits until they are on the disk.
  func append(_ matrices: [Matrix], at slot: Int) throws(StoreError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .failing(path: folder, reason: systemsReason(error))
    }
    for (plane, matrix) in matrices.enumerated() {
      guard let descriptor = try open(plane, O_RDWR | O_CREAT) else { continue }
      defer { close(descriptor) }
      if try size(of: descriptor, plane) < Self.headBytes {
        try head(plane).withUnsafeBytesTyped { bytes throws(StoreError) in
          try write(bytes, to: descriptor, at: 0, plane)
        }
      }
      // The machines that this runs on are little-endian, as the file is.
      try matrix.withUnsafeBytesTyped { bytes throws(StoreError) in
        try write(bytes, to: descriptor, at: Self.headBytes + slot * planes.rowBytes, plane)
      }
      guard fdatasync(descriptor) == 0 else { throw Self.failure(path(plane)) }
    }
  }

  private func rows(in descriptor: Int32, _ plane: Int) throws(StoreError) -> Int {
    let size = try size(of: descriptor, plane)
    guard size >= Self.headBytes else { return 0 }
    var found = [UInt8](repeating: 0, count: Self.headBytes)
    let count = pread(descriptor, &found, found.count, 0)
    guard count == found.count else { throw Self.failure(path(plane)) }
    guard found == head(plane) else { throw .notVectors(path: path(plane)) }
    return (size - Self.headBytes) / planes.rowBytes
  }

  private func size(of descriptor: Int32, _ plane: Int) throws(StoreError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(path(plane)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notVectors(path: path(plane)) }
    return Int(status.st_size)
  }

  /// What every file begins with: whose it is, and the shape of its rows.
  private func head(_ plane: Int) -> [UInt8] {
    var bytes = Array(Self.magic.utf8)
    for number in [Self.version, UInt32(truncatingIfNeeded: planes.width)] {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    bytes += Array(identity.utf8.prefix(24))
    bytes += [UInt8](repeating: 0, count: 40 - bytes.count)
    bytes += Array(planes.names[plane].utf8)
    return bytes + [UInt8](repeating: 0, count: Self.headBytes - bytes.count)
  }

  /// nil where there is no such file.
  private func open(_ plane: Int, _ flags: Int32) throws(StoreError) -> Int32? {
    let path = path(plane)
    // Without waiting: opening a named pipe would wait for its other end.
    let descriptor = Foundation.open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o644)
    if descriptor >= 0 { return descriptor }
    if errno == ENOENT, flags & O_CREAT == 0 { return nil }
    throw Self.failure(path)
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int, _ plane: Int
  ) throws(StoreError) {
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = write(descriptor, start + done, bytes.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(path(plane)) }
      done += count
    }
  }

  /// What the system's latest error means for the store.
  static func failure(_ path: String) -> StoreError {
    let (code, reason) = (errno, String(cString: strerror(errno)))
    return switch code {
    case ENOSPC, EDQUOT: .full(path: path)
    case EROFS, EACCES, EPERM: .readOnly(path: path)
    default: .failing(path: path, reason: reason)
    }
  }
}

extension [UInt8] {
  fileprivate func withUnsafeBytesTyped(
    _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let result = withUnsafeBytes { bytes in Result { () throws(StoreError) in try body(bytes) } }
    try result.get()
  }
}

extension Matrix {
  fileprivate func withUnsafeBytesTyped(
    _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let result = withUnsafeValues { values in
      Result { () throws(StoreError) in try body(UnsafeRawBufferPointer(values)) }
    }
    try result.get()
  }
}
