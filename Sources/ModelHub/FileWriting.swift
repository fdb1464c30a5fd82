import Foundation

/// Makes a folder with those above it.
func makeFolder(_ path: String) throws(HubError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw .cannotWrite(path: path, reason: reason(error))
  }
}

/// Moves a file or folder in one step, replacing a file that is there.
func moveAtomically(_ from: String, to path: String) throws(HubError) {
  guard rename(from, path) == 0 else {
    throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }
  synchronize((path as NSString).deletingLastPathComponent)
}

/// Writes a file so that it is either whole or not there.
func writeAtomically(_ text: String, to path: String) throws(HubError) {
  try makeFolder((path as NSString).deletingLastPathComponent)
  let temporary = path + ".\(UUID().uuidString.prefix(8)).incomplete"
  do {
    try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
  } catch {
    throw .cannotWrite(path: path, reason: reason(error))
  }
  synchronize(temporary)
  try moveAtomically(temporary, to: path)
}

/// Asks the system to have a file or folder on disk before anything that follows.
func synchronize(_ path: String) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}

/// Removes a file or folder; one that is not there is no error.
func removeIfThere(_ path: String) {
  do {
    try FileManager.default.removeItem(atPath: path)
  } catch {
    // What cannot be removed has a name that no search takes for a model.
  }
}

/// The size of a file; nil where there is none.
func byteCount(ofFile path: String) -> Int? {
  var status = stat()
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return Int(status.st_size)
}

func reason(_ error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  return (underlying ?? error as NSError).localizedDescription
}

/// The bytes that are free for the user on the disk of a folder, which need not exist yet; nil where it is unknown.
func freeBytes(onDiskOf folder: String) -> Int? {
  var path = (folder as NSString).standardizingPath
  var status = statvfs()
  while statvfs(path, &status) != 0 {
    guard errno == ENOENT, path.count > 1 else { return nil }
    path = (path as NSString).deletingLastPathComponent
    if path.isEmpty { path = "." }
  }
  let product = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
  return product.overflow ? .max : Int(clamping: product.partialValue)
}

/// A lock that other programs respect too (`flock`); it ends with the value or the program.
///
/// It keeps two programs from fetching the same file at once. What is right does not depend on it: contents are
/// checked before they get their name, and get it in one step.
final class FileLock: Sendable {
  /// Nil on a disk without locks.
  private let descriptor: Int32?

  private init(_ descriptor: Int32?) { self.descriptor = descriptor }

  deinit { if let descriptor { close(descriptor) } }

  /// Takes the lock; nil where another holds it.
  static func take(_ path: String) throws(HubError) -> FileLock? {
    try makeFolder((path as NSString).deletingLastPathComponent)
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      close(descriptor)
      return [EWOULDBLOCK, EINTR].contains(code) ? nil : FileLock(nil)
    }
    // Some programs remove the file when they are done: a lock on a file without a name keeps nobody out.
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
      close(descriptor)
      return nil
    }
    return FileLock(descriptor)
  }
}
