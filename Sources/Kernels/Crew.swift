internal import CKernels
internal import Foundation
internal import Synchronization

/// What the threads of a `WorkerTeam` share: queues of bodies, open regions, and who waits.
///
/// Everything mutable is either atomic or guarded by `condition`, which makes the type Sendable. A thread that
/// waits for work spins for some tens of microseconds, because the next region of a forward pass comes within a few, and
/// sleeps then.
final class Crew: @unchecked Sendable {
  /// Threads besides the lanes.
  let helpers: Int

  private let condition = NSCondition()
  private var queues: [[@Sendable () -> Void]] = [[], []]  // By priority.
  private var regions: [Region?] = [nil, nil]  // By priority: a lane has one open region at most.
  private var isStopping = false
  private var sleepers = 0
  private var helperThreads: Set<pthread_t> = []

  /// Interactive bodies that wait or run.
  private let interactiveBodies = Atomic(0)
  /// Counts the changes that a spinning thread looks out for.
  private let changes = Atomic(0)

  init(helpers: Int) { self.helpers = helpers }

  func enqueue(_ priority: WorkerTeam.Priority, _ body: @escaping @Sendable () -> Void) {
    if priority == .interactive { interactiveBodies.add(1, ordering: .acquiringAndReleasing) }
    change { queues[priority.rawValue].append(body) }
  }

  func stop() { change { isStopping = true } }

  /// The life of a lane thread.
  func serveLane(_ priority: WorkerTeam.Priority) {
    while let body = waitFor({ nextBody(priority) }) {
      letInteractiveWorkPass(priority)
      body()
      guard priority == .interactive else { continue }
      let waiting = interactiveBodies.subtract(1, ordering: .acquiringAndReleasing).newValue
      if waiting == 0 { change {} }
    }
  }

  /// The life of a helper thread.
  func serveRegions() {
    condition.withLock { _ = helperThreads.insert(pthread_self()) }
    while let region = waitFor({ joinRegion() }) {
      region.drain { region.priority == .interactive || !self.isInteractiveWorkPresent }
      leave(region)
    }
  }

  /// Runs the blocks of a region on the calling lane and the helpers.
  func run(_ count: Int, _ priority: WorkerTeam.Priority, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      let region = Region(count: count, priority: priority, body: body)
      change { regions[priority.rawValue] = region }
      region.drain {
        self.letInteractiveWorkPass(priority)
        return true
      }
      condition.withLock { regions[priority.rawValue] = nil }
      waitUntilLeft(region)
      region.forgetBody()
    }
  }

  /// Makes bulk work wait until no interactive body waits or runs.
  func letInteractiveWorkPass(_ priority: WorkerTeam.Priority) {
    guard priority == .bulk, isInteractiveWorkPresent else { return }
    condition.withLock {
      while isInteractiveWorkPresent { sleep() }
    }
  }

  /// As `letInteractiveWorkPass`, from within a block of bulk work.
  ///
  /// A helper that is kept by a long block computes for the interactive body meanwhile; the bulk lane waits, so that no
  /// more threads compute than there are processors.
  func letInteractiveWorkPassWithinABlock() {
    guard isInteractiveWorkPresent else { return }
    guard condition.withLock({ helperThreads.contains(pthread_self()) }) else {
      return letInteractiveWorkPass(.bulk)
    }
    while isInteractiveWorkPresent {
      let seen = changes.load(ordering: .acquiring)
      if let region = condition.withLock({ joinRegion(.interactive) }) {
        region.drain { true }
        leave(region)
      } else if !spin(until: { changes.load(ordering: .acquiring) != seen }) {
        condition.withLock {
          while changes.load(ordering: .acquiring) == seen, isInteractiveWorkPresent { sleep() }
        }
      }
    }
  }

  private var isInteractiveWorkPresent: Bool { interactiveBodies.load(ordering: .acquiring) > 0 }

  private func nextBody(_ priority: WorkerTeam.Priority) -> (@Sendable () -> Void)? {
    queues[priority.rawValue].isEmpty ? nil : queues[priority.rawValue].removeFirst()
  }

  /// The next region with blocks left, of one priority alone or of any.
  private func joinRegion(_ only: WorkerTeam.Priority? = nil) -> Region? {
    let open = isInteractiveWorkPresent || only == .interactive ? regions.prefix(1) : regions[...]
    guard let region = open.compactMap({ $0 }).first(where: { $0.hasBlocks }) else { return nil }
    region.helpersInside.add(1, ordering: .acquiringAndReleasing)
    return region
  }

  private func leave(_ region: Region) {
    condition.withLock {
      let inside = region.helpersInside.subtract(1, ordering: .acquiringAndReleasing).newValue
      if inside == 0, sleepers > 0 { condition.broadcast() }
    }
  }

  private func waitUntilLeft(_ region: Region) {
    if spin(until: { !region.hasHelpers }) { return }
    condition.withLock {
      while region.hasHelpers { sleep() }
    }
  }

  /// Waits until a question, asked under the lock, is answered; nil when the team stops.
  private func waitFor<T>(_ take: () -> T?) -> T? {
    while true {
      let seen = changes.load(ordering: .acquiring)
      let (taken, isOver) = condition.withLock { (take(), isStopping) }
      if let taken { return taken }
      if isOver { return nil }
      if spin(until: { changes.load(ordering: .acquiring) != seen }) { continue }
      condition.withLock {
        while changes.load(ordering: .acquiring) == seen { sleep() }
      }
    }
  }

  private func change(_ body: () -> Void) {
    condition.withLock {
      body()
      changes.add(1, ordering: .acquiringAndReleasing)
      if sleepers > 0 { condition.broadcast() }
    }
  }

  /// Waits for a broadcast; the lock is held before and after.
  private func sleep() {
    sleepers += 1
    condition.wait()
    sleepers -= 1
  }

  private func spin(until isDone: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .microseconds(50)
    repeat {
      for _ in 0..<16 {
        if isDone() { return true }
        kn_pause()
      }
    } while ContinuousClock.now < end
    return isDone()
  }
}

extension NSCondition {
  fileprivate func withLock<R>(_ body: () -> R) -> R {
    lock()
    defer { unlock() }
    return body()
  }
}

/// One call of `forEachBlock`: the blocks that are left and the helpers at work on them.
///
/// Sendable, because the body is called by several threads only as `forEachBlock` documents, and forgotten by the
/// lane alone, after all helpers have left.
final class Region: @unchecked Sendable {
  let priority: WorkerTeam.Priority
  let helpersInside = Atomic(0)
  private let count: Int
  private let taken = Atomic(0)
  private var body: ((Int) -> Void)?

  init(count: Int, priority: WorkerTeam.Priority, body: @escaping (Int) -> Void) {
    self.count = count
    self.priority = priority
    self.body = body
  }

  var hasBlocks: Bool { taken.load(ordering: .relaxed) < count }
  var hasHelpers: Bool { helpersInside.load(ordering: .acquiring) > 0 }

  /// Runs blocks until none is left or `mayContinue` says no before one.
  ///
  /// Not inlined, so that every hold on the body ends with the call.
  @inline(never)
  func drain(while mayContinue: () -> Bool) {
    while mayContinue() {
      let index = taken.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body?(index)
    }
  }

  func forgetBody() { body = nil }
}
