import Foundation
import Logging

/// Writes log lines to a file: the terminal belongs to the explorer.
struct FileLog: LogHandler {
  /// A log that has grown beyond this is begun anew.
  private static let limitBytes = 4 << 20

  private let descriptor: Int32
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level

  /// A logger into a file, or into nothing where it cannot be written.
  static func logger(path: String, level: Logger.Level) -> Logger {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      return Logger(label: "vecscope") { _ in SwiftLogNoOpLogHandler() }
    }
    var information = stat()
    let isLarge = stat(path, &information) == 0 && information.st_size > limitBytes
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (isLarge ? O_TRUNC : 0), 0o600)
    guard descriptor >= 0 else { return Logger(label: "vecscope") { _ in SwiftLogNoOpLogHandler() } }
    return Logger(label: "vecscope") { _ in FileLog(descriptor: descriptor, logLevel: level) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let line = "\(Date().ISO8601Format()) \(event.level) \(event.message)\n"
    // One write a line: lines of several threads do not mix, and a full disk loses a log line at worst.
    _ = line.utf8CString.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count - 1) }
  }
}
