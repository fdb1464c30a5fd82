#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Wakes the loop of the main thread from any other thread.
///
/// A pipe, because it works with `poll` on every system. The pipe stays open as long as someone can wake it.
public final class WakePipe: Sendable {
  let readEnd: Int32
  private let writeEnd: Int32

  /// Opens the pipe.
  ///
  /// - Throws: `TerminalError.noPipe` where the process has too many files open.
  public init() throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    let status = unsafe ends.withUnsafeMutableBufferPointer { ends in
      guard let base = ends.baseAddress else { return Int32(-1) }
      return unsafe pipe(base)
    }
    guard status == 0 else { throw .noPipe(code: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    _ = close(readEnd)
    _ = close(writeEnd)
  }

  /// Makes the loop's wait return, once for all calls before that, and never blocks.
  public func wake() {
    var byte: UInt8 = 1
    // A full pipe has already woken its reader.
    _ = unsafe write(writeEnd, &byte, 1)
  }

  /// Takes what has been written, and says whether there was something.
  func drain() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 256)
    var isWoken = false
    while unsafe read(readEnd, &bytes, bytes.count) > 0 { isWoken = true }
    return isWoken
  }
}
