import Foundation

/// Where results go: standard output or a file.
///
/// A file is written beside its place and renamed into it when it is complete; one that never is leaves
/// nothing behind. A device or a pipe is written to as it is.
final class Output {
  private let descriptor: Int32
  /// As messages name it.
  private let name: String
  /// Where the file is to stand; nil where there is nothing to rename.
  private let place: String?
  private let temporaryPath: String?
  private var isFinished = false
  private var buffer: [UInt8] = []

  /// `-` stands for standard output, as it stands for standard input among the texts.
  ///
  /// - Throws: `CommandError.cannotWrite`.
  init(path: String?) throws(CommandError) {
    let path = path == "-" ? nil : path
    name = path ?? "standard output"
    guard let path else {
      descriptor = STDOUT_FILENO
      (place, temporaryPath) = (nil, nil)
      return
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      (place, temporaryPath) = (nil, nil)
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      // A link goes on pointing to the file.
      let place = exists ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path
      let temporaryPath = place + ".partial-\(getpid())"
      (self.place, self.temporaryPath) = (place, temporaryPath)
      descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
  }

  deinit {
    guard !isFinished, let temporaryPath else { return }
    close(descriptor)
    unlink(temporaryPath)
  }

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Refuses binary output to a terminal.
  func requireNoTerminal(for format: String) throws(CommandError) {
    if isTerminal { throw .binaryToTerminal(format: format) }
  }

  func write(_ text: String) throws(CommandError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 16 { try flush() }
  }

  func writeLine(_ text: String) throws(CommandError) {
    try write(text)
    try write("\n")
  }

  func write(_ bytes: [UInt8]) throws(CommandError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { try flush() }
  }

  func flush() throws(CommandError) {
    var start = 0
    while start < buffer.count {
      let written = buffer.withUnsafeBytes { bytes in
        Foundation.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        throw .cannotWrite(path: name, reason: String(cString: strerror(errno)))
      }
      start += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left and puts a file in its place.
  func finish() throws(CommandError) {
    try flush()
    guard let place, let temporaryPath else { return }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(temporaryPath, place) == 0 else {
      throw .cannotWrite(path: name, reason: String(cString: strerror(errno)))
    }
    isFinished = true
  }
}
