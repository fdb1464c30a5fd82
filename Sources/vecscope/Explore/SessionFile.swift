import Engine
import Explorer
import Foundation

/// The file of `--record`, which is whole after every step: what is written before the last line never changes.
///
/// A line that grows, as typed text does, is written over; a killed program leaves everything up to its last step.
struct SessionFile {
  private let path: String
  private let descriptor: Int32
  private var header: SessionHeader?
  /// How many lines are written, and where the last of them begins.
  private var count = 0
  private var lastStart: off_t = 0
  private var end: off_t = 0
  private var last: SessionLine?

  /// Begins a file; one that is there is replaced.
  ///
  /// - Throws: `CommandError.cannotWrite`.
  init(path: String) throws(CommandError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
  }

  /// Writes what has come since the last time.
  ///
  /// - Throws: `CommandError.cannotWrite`.
  mutating func write(_ recording: SessionRecording) throws(CommandError) {
    var text = ""
    if header != recording.header {
      // The start is known better now, early in a session: everything is written anew.
      (header, count, last, end) = (recording.header, 0, nil, 0)
      text = SessionText.line(recording.header) + "\n"
    } else if count > 0, recording.lines.indices.contains(count - 1), recording.lines[count - 1] != last {
      end = lastStart
      count -= 1
    }
    guard !text.isEmpty || count < recording.lines.count else { return }
    var start = end
    for line in recording.lines[count...] {
      start = end + off_t(text.utf8.count)
      text += SessionText.line(line) + "\n"
    }
    try write(Array(text.utf8))
    (count, last, lastStart) = (recording.lines.count, recording.lines.last, start)
  }

  private mutating func write(_ bytes: [UInt8]) throws(CommandError) {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes { bytes in
        pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, end + off_t(done))
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure }
      done += written
    }
    end += off_t(bytes.count)
    guard ftruncate(descriptor, end) == 0 else { throw failure }
  }

  /// Closes the file.
  func finish() { close(descriptor) }

  private var failure: CommandError { .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
}
