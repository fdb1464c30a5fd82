import Foundation
import Synchronization

/// A progress line on standard error, shown only where that is a terminal.
final class ProgressLine: Sendable {
  private let label: String
  private let isShown: Bool
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  init(_ label: String, isShown: Bool = isatty(STDERR_FILENO) == 1) {
    self.label = label
    self.isShown = isShown
  }

  /// Redraws the line, at most ten times a second.
  func show(_ done: Int, of total: Int?, unit: String) {
    guard isShown, isDue(isLast: done == total) else { return }
    var line = "\(label) "
    if let total, total > 0 {
      let filled = min(24, done * 24 / total)
      line += "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled) + "] "
      line += "\(min(100, done * 100 / total))% "
    }
    line += "\(done.formatted())\(total.map { " of \($0.formatted())" } ?? "") \(unit)"
    StandardError.write("\r\u{1B}[K\(line)")
  }

  /// Removes the line.
  func finish() {
    guard isShown, lastShown.withLock({ $0 }) != nil else { return }
    StandardError.write("\r\u{1B}[K")
  }

  private func isDue(isLast: Bool) -> Bool {
    lastShown.withLock { last in
      let now = ContinuousClock.now
      if let last, now - last < .milliseconds(100), !isLast { return false }
      last = now
      return true
    }
  }
}
