import Dispatch
import Synchronization

/// Runs asynchronous work in a task of its own while this thread waits.
///
/// For the main thread only: the work must not need it.
func waiting<Value: Sendable>(for work: @escaping @Sendable () async throws -> Value) throws -> Value {
  let outcome = Handover<Result<Value, any Error>>()
  Task.detached {
    do {
      outcome.give(.success(try await work()))
    } catch {
      outcome.give(.failure(error))
    }
  }
  return try outcome.take().get()
}

/// Hands one value from a task to a waiting thread.
private final class Handover<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let arrived = DispatchSemaphore(value: 0)

  func give(_ value: Value) {
    self.value.withLock { $0 = value }
    arrived.signal()
  }

  func take() -> Value {
    arrived.wait()
    guard let value = value.withLock({ $0 }) else { preconditionFailure("signalled without a value") }
    return value
  }
}
