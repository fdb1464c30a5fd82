internal import Foundation

/// A file that is written under a name of its own and takes the place of another one when it is whole: nobody ever sees
/// half of it.
///
/// What ended processes have left half written in the same folder is removed when the next one begins.
@safe
public final class PartialFile {
  /// Why bytes were not written.
  public struct Failure: Error, Equatable, Sendable {
    public var file: String
    public var reason: String
  }

  /// Where the bytes are until `finish`.
  public let path: String
  private let file: String
  private let handle: FileHandle
  private var isOver = false

  /// Begins a file that shall replace another one; its folder is made where there is none.
  ///
  /// - Throws: `Failure` where nothing can be written there, or so much would leave less than that on the disk: a cache must
  ///   not take the room of what the user keeps.
  public init(replacing file: String, expectedBytes: Int = 0) throws(Failure) {
    self.file = file
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(file: file, reason: error.localizedDescription)
    }
    Self.removeLeftovers(in: folder)
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    let space = attributes?[.systemFreeSize] as? NSNumber
    if let space, space.doubleValue < 2 * Double(expectedBytes) {
      throw Failure(file: file, reason: "\(space) bytes are left for \(expectedBytes)")
    }
    // The process alone is no name: in containers that share a folder several have the same number.
    path = "\(file).\(getpid())-\(UUID().uuidString.prefix(8)).\(Self.suffix)"
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(file: path, reason: unsafe String(cString: strerror(errno))) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  deinit { abandon() }

  private static let suffix = "partial"

  private static func removeLeftovers(in folder: String) {
    // Where the folder cannot be listed nothing is lost.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let parts = name.split(separator: ".")
      guard parts.count >= 3, parts.last == Substring(suffix),
        let process = pid_t(parts[parts.count - 2].prefix { $0.isASCII && $0.isNumber }), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      unsafe unlink("\(folder)/\(name)")
    }
  }

  /// Writes bytes from a place on.
  ///
  /// - Throws: `Failure`.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let count = unsafe pwrite(
        handle.fileDescriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
        off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw Failure(file: path, reason: unsafe String(cString: strerror(count == 0 ? ENOSPC : errno)))
      }
      done += count
    }
  }

  /// Puts the file in the place of the other one.
  ///
  /// - Throws: `Failure`; the other one stays as it was then.
  public func finish() throws(Failure) {
    guard !isOver else { return }
    guard unsafe rename(path, file) == 0 else {
      throw Failure(file: file, reason: unsafe String(cString: strerror(errno)))
    }
    isOver = true
  }

  /// Removes what has been written, unless it was finished.
  public func abandon() {
    guard !isOver else { return }
    isOver = true
    unsafe unlink(path)
  }
}
