import Foundation
import Kernels
import Synchronization
import Testing

@Suite struct WorkerTeamTests {
  @Test(arguments: 1...4)
  func everyBlockRunsOnce(threads: Int) async throws {
    let team = WorkerTeam(threads: threads)
    for count in [0, 1, 2, 100, 1000] {
      let runs = Counters(count)
      try await team.perform(.bulk) { work in work.forEachBlock(count) { runs.count($0) } }
      #expect(runs.values == [Int](repeating: 1, count: count))
    }
  }

  @Test(arguments: 1...3)
  func nestedBlocksRunWhereTheyAreAsked(threads: Int) async throws {
    let runs = Counters(12)
    try await WorkerTeam(threads: threads).perform(.interactive) { work in
      work.forEachBlock(4) { outer in work.forEachBlock(3) { runs.count(3 * outer + $0) } }
    }
    #expect(runs.values == [Int](repeating: 1, count: 12))
  }

  @Test(arguments: 1...4)
  func everyTaskRunsOnceWithItsBlocksInOrder(threads: Int) async throws {
    for priority in WorkerTeam.Priority.allCases {
      let runs = Counters(60)
      try await WorkerTeam(threads: threads).perform(priority) { work in
        work.forEachTask(12) { task, work in
          #expect(work.threads == 1)
          var next = 0
          work.forEachBlock(5) { block in
            #expect(block == next)
            next += 1
            runs.count(5 * task + block)
          }
        }
      }
      #expect(runs.values == [Int](repeating: 1, count: 60))
    }
  }

  /// The tasks end only after the interactive body has run, so that they would hang if it could not be let pass.
  @Test(arguments: 1...3)
  func anInteractiveBodyPassesWithinTheTasksOfABulkBody(threads: Int) async throws {
    let team = WorkerTeam(threads: threads)
    let hasPassed = Flag()
    let began = AsyncStream<Void>.makeStream()
    async let bulk: Void = team.perform(.bulk) { work in
      work.forEachTask(threads) { _, work in
        began.continuation.yield()
        while !hasPassed.value { work.forEachBlock(1) { _ in } }
      }
    }
    for await _ in began.stream { break }
    let runs = Counters(100)
    try await team.perform(.interactive) { work in work.forEachBlock(100) { runs.count($0) } }
    hasPassed.set()
    try await bulk
    #expect(runs.values == [Int](repeating: 1, count: 100))
  }

  @Test func aThrownErrorArrivesAndTheTeamWorksOn() async throws {
    let team = WorkerTeam(threads: 2)
    for priority in WorkerTeam.Priority.allCases {
      await #expect(throws: Fault.self) {
        try await team.perform(priority) { work in
          work.forEachBlock(10) { _ in }
          throw Fault()
        }
      }
      let answer = try await team.perform(priority) { _ in 7 }
      #expect(answer == 7)
    }
  }

  @Test func manyBodiesOfBothPrioritiesAllFinish() async throws {
    let team = WorkerTeam(threads: 3)
    let total = Count()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<60 {
        group.addTask {
          try await team.perform(index % 3 == 0 ? .interactive : .bulk) { work in
            for _ in 0..<5 { work.forEachBlock(20) { _ in total.increase() } }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(total.value == 60 * 5 * 20)
  }

  /// The bulk body ends only after the interactive one has run, so it would hang if it could not be overtaken.
  @Test(arguments: 1...3)
  func anInteractiveBodyOvertakesABulkBody(threads: Int) async throws {
    let team = WorkerTeam(threads: threads)
    let isOvertaken = Flag()
    let began = AsyncStream<Void>.makeStream()
    async let bulk: Void = team.perform(.bulk) { work in
      began.continuation.finish()
      while !isOvertaken.value { work.forEachBlock(64) { _ in } }
    }
    for await _ in began.stream {}
    try await team.perform(.interactive) { work in
      work.forEachBlock(64) { _ in }
      isOvertaken.set()
    }
    try await bulk
  }

  /// While the interactive body runs, every block that bulk begins is counted; each thread may finish the one it was in.
  @Test(arguments: 1...3)
  func bulkBlocksWaitWhileAnInteractiveBodyRuns(threads: Int) async throws {
    let team = WorkerTeam(threads: threads)
    let blocks = Count()
    let mayEnd = Flag()
    let began = AsyncStream<Void>.makeStream()
    async let bulk: Void = team.perform(.bulk) { work in
      began.continuation.finish()
      while !mayEnd.value { work.forEachBlock(1000) { _ in blocks.increase() } }
    }
    for await _ in began.stream {}
    let begun = try await team.perform(.interactive) { work in
      let before = blocks.value
      for _ in 0..<200 { work.forEachBlock(50) { _ in } }
      return blocks.value - before
    }
    mayEnd.set()
    try await bulk
    #expect(begun <= threads)
  }

  @Test func cancellingTheTaskIsSeenByTheBody() async throws {
    let team = WorkerTeam(threads: 2)
    let began = AsyncStream<Void>.makeStream()
    let task = Task {
      try await team.perform(.bulk) { work in
        began.continuation.finish()
        while true {
          try work.checkCancellation()
          work.forEachBlock(8) { _ in }
        }
      }
    }
    for await _ in began.stream {}
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let isNextCancelled = try await team.perform(.bulk) { $0.isCancelled }
    #expect(!isNextCancelled)
  }

  @Test func aBodyThatWasCancelledInTheQueueNeverRuns() async throws {
    let team = WorkerTeam(threads: 1)
    let mayEnd = Flag()
    let hasRun = Flag()
    let began = AsyncStream<Void>.makeStream()
    async let first: Void = team.perform(.bulk) { work in
      began.continuation.finish()
      while !mayEnd.value { work.forEachBlock(8) { _ in } }
    }
    for await _ in began.stream {}
    let second = Task { try await team.perform(.bulk) { _ in hasRun.set() } }
    second.cancel()
    mayEnd.set()
    await #expect(throws: CancellationError.self) { try await second.value }
    try await first
    #expect(!hasRun.value)
  }

  @Test func eachLaneIsAThreadOfItsOwn() async throws {
    let team = WorkerTeam(threads: 2)
    var threads: [ObjectIdentifier] = []
    for priority in [WorkerTeam.Priority.interactive, .bulk, .interactive, .bulk] {
      threads.append(try await team.perform(priority) { _ in ObjectIdentifier(Thread.current) })
    }
    #expect(threads[0] == threads[2])
    #expect(threads[1] == threads[3])
    #expect(threads[0] != threads[1])
  }
}

private struct Fault: Error {}

private final class Flag: Sendable {
  private let state = Atomic(false)
  var value: Bool { state.load(ordering: .acquiring) }
  func set() { state.store(true, ordering: .releasing) }
}

private final class Count: Sendable {
  private let state = Atomic(0)
  var value: Int { state.load(ordering: .relaxed) }
  func increase() { state.add(1, ordering: .relaxed) }
}

private final class Counters: Sendable {
  private let counts: Mutex<[Int]>
  init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }
  func count(_ index: Int) { counts.withLock { $0[index] += 1 } }
  var values: [Int] { counts.withLock { $0 } }
}
