import Foundation

/// Words for the user that are no results.
enum StandardError {
  @Sendable static func warn(_ text: String) { write("vecscope: \(text)\n") }

  /// Writes text; where standard error is closed or full, nobody is there to be told.
  static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}

/// The texts that come by a pipe.
enum StandardInput {
  /// Reads to the end.
  ///
  /// - Throws: `CommandError.cannotRead` for a folder or a closed input.
  static func read() throws(CommandError) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = part.withUnsafeMutableBytes { Foundation.read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw .cannotRead(path: "standard input", reason: String(cString: strerror(errno)))
      }
      bytes += part.prefix(count)
    }
  }
}

/// The three streams that every program has.
enum StandardStreams {
  /// Puts something in place of streams that were closed at the start, so that no file of the program gets
  /// their numbers: reading and writing them fails, and words for the user go nowhere.
  static func fillGaps() {
    for (descriptor, access) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is given: that of the gap.
      _ = open("/dev/null", access)
    }
  }
}
