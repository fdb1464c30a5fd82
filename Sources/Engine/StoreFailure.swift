import Corpora
import Explorer
import Synchronization

/// Tells the first failure of the store and keeps quiet about the others: nothing stops for want of it.
final class StoreFailure: Sendable {
  private let isTold = Atomic<Bool>(false)
  private let send: @Sendable (Answer) -> Void

  init(_ send: @escaping @Sendable (Answer) -> Void) { self.send = send }

  func tell(_ error: StoreError) {
    guard !isTold.exchange(true, ordering: .relaxed) else { return }
    send(.notice(Failure(describing: error)))
  }
}
