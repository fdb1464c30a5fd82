import Explorer
import Synchronization

/// Answers of the engine on their way to the loop; a callback wakes it.
final class AnswerQueue: Sendable {
  private let answers = Mutex<[Answer]>([])
  private let wake: @Sendable () -> Void

  init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  func send(_ answer: Answer) {
    answers.withLock { $0.append(answer) }
    wake()
  }

  /// All answers that have arrived, in order.
  func drain() -> [Answer] {
    answers.withLock { answers in
      defer { answers.removeAll() }
      return answers
    }
  }
}
