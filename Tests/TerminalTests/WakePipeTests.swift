import Testing

@testable import Terminal

struct WakePipeTests {
  @Test func manyWakesAreOne() throws {
    let pipe = try WakePipe()
    #expect(!pipe.drain())
    for _ in 0..<100_000 { pipe.wake() }  // More than a pipe holds: must not block.
    #expect(pipe.drain())
    #expect(!pipe.drain())
  }

  @Test func anyTaskCanWake() async throws {
    let pipe = try WakePipe()
    await Task.detached { pipe.wake() }.value
    #expect(pipe.drain())
  }

  @Test func reasonsToWakeAddUp() {
    var wakeup = Wakeup(input: true)
    wakeup.merge(Wakeup(resized: true, termination: .hangup))
    wakeup.merge(Wakeup(woken: true))
    #expect(wakeup == Wakeup(input: true, woken: true, resized: true, termination: .hangup))
  }
}
