internal import Synchronization

/// What a body that runs on a `WorkerTeam` computes with: parallel blocks, and the question whether anyone still waits.
///
/// Calls come from the body itself; a call from inside a block runs on the thread of that block.
public final class Work: Sendable {
  /// Work on the calling thread alone, never cancelled.
  public static var inline: Work { Work(crew: nil, priority: .interactive, cancellation: Cancellation()) }

  private let crew: Crew?
  private let priority: WorkerTeam.Priority
  private let cancellation: Cancellation
  private let isInRegion = Atomic(false)
  /// The crew that interactive work may need while this work runs on one thread.
  private let waiting: Crew?

  init(crew: Crew?, priority: WorkerTeam.Priority, cancellation: Cancellation, waiting: Crew? = nil) {
    self.crew = crew
    self.priority = priority
    self.cancellation = cancellation
    self.waiting = waiting
  }

  /// Threads that share the blocks.
  public var threads: Int { crew.map { $0.helpers + 1 } ?? 1 }

  /// Whether the task that waits for this work was cancelled.
  public var isCancelled: Bool { cancellation.isRequested }

  /// Throws `CancellationError` when the task that waits for this work was cancelled.
  public func checkCancellation() throws {
    if isCancelled { throw CancellationError() }
  }

  /// Runs `body` once for each index below `count`, on all threads of the team, and returns when all are done.
  ///
  /// A block should take a millisecond at most: bulk work lets interactive work pass between blocks. Blocks must write
  /// to disjoint places, and what they write must not depend on who runs which.
  public func forEachBlock(_ count: Int, _ body: (Int) -> Void) {
    guard let crew, !isInRegion.load(ordering: .acquiring) else {
      for index in 0..<count {
        waiting?.letInteractiveWorkPassWithinABlock()
        body(index)
      }
      return
    }
    guard count > 1, crew.helpers > 0 else {
      for index in 0..<count {
        crew.letInteractiveWorkPass(priority)
        body(index)
      }
      return
    }
    isInRegion.store(true, ordering: .releasing)
    crew.run(count, priority, body)
    isInRegion.store(false, ordering: .releasing)
  }
}

extension Work {
  /// Runs `body` once for each index below `count`, like `forEachBlock`, for tasks that take long.
  ///
  /// Each task runs on one thread, and so do the blocks of the work that it is given; between those, bulk work lets
  /// interactive work pass. Nothing waits for the other threads but the end: cheaper than a region for each step,
  /// where there are several tasks for each thread.
  public func forEachTask(_ count: Int, _ body: (Int, Work) -> Void) {
    let own = Work(
      crew: nil, priority: priority, cancellation: cancellation, waiting: priority == .bulk ? crew : nil)
    forEachBlock(count) { body($0, own) }
  }
}

/// A request to stop that can be made from any thread.
final class Cancellation: Sendable {
  private let flag = Atomic(false)

  var isRequested: Bool { flag.load(ordering: .relaxed) }

  func request() { flag.store(true, ordering: .relaxed) }
}
