import Kernels

/// Whether a computation gives up once nobody waits for it: it is begun only after the wait was cancelled.
func givesUpWhenCancelled(_ body: @escaping @Sendable (Work) throws -> Void) async throws -> Bool {
  let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
  let team = WorkerTeam(threads: 1)
  let task = Task {
    try await team.perform(.bulk) { work in
      beginning.finish()
      while !work.isCancelled {}
      do {
        try body(work)
        return false
      } catch is CancellationError {
        return true
      }
    }
  }
  for await _ in begun {}
  task.cancel()
  return try await task.value
}
