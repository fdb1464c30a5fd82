internal import Foundation

/// Persistent threads for computation, apart from Swift's cooperative pool.
///
/// There is a lane for each priority: a thread on which the bodies of that priority run one after another. The blocks of
/// a body are shared with the team's helper threads. While an interactive body waits or runs, bulk work stops at its next
/// block: helpers turn to the interactive body, and the bulk lane waits.
public final class WorkerTeam: Sendable {
  public enum Priority: Int, CaseIterable, Sendable {
    /// Work that someone watches: one query.
    case interactive
    /// Everything else.
    case bulk
  }

  /// Threads that compute at the same time.
  public let threads: Int
  private let crew: Crew

  /// As many threads as there are processors for this process.
  public static var defaultThreads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// Starts the threads: a lane for each priority, and `threads` − 1 helpers.
  public init(threads: Int = WorkerTeam.defaultThreads) {
    precondition(threads >= 1, "a team of \(threads) threads")
    self.threads = threads
    let crew = Crew(helpers: threads - 1)
    self.crew = crew
    for priority in Priority.allCases {
      Self.startThread {
        if priority == .bulk { Self.yieldProcessor() }
        crew.serveLane(priority)
      }
    }
    for _ in 1..<threads { Self.startThread { crew.serveRegions() } }
  }

  deinit { crew.stop() }

  /// Runs `body` on the lane of its priority and returns its result.
  ///
  /// Cancelling the task makes `Work.isCancelled` true; a body that was not begun by then is never begun.
  ///
  /// - Throws: what the body throws, and `CancellationError`.
  public func perform<R: Sendable>(
    _ priority: Priority, _ body: @escaping @Sendable (Work) throws -> R
  ) async throws -> R {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let work = Work(crew: crew, priority: priority, cancellation: cancellation)
        crew.enqueue(priority) {
          continuation.resume(
            with: Result {
              try work.checkCancellation()
              return try body(work)
            })
        }
      }
    } onCancel: {
      cancellation.request()
    }
  }

  /// Lets other threads of this machine go before the calling one, the one that reads keys above all.
  ///
  /// Linux counts niceness by thread; elsewhere it is the whole process's and stays as it is.
  private static func yieldProcessor() {
    #if os(Linux)
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    #endif
  }

  private static func startThread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.stackSize = 4 << 20
    thread.start()
  }
}
