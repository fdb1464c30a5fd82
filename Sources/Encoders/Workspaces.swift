internal import Checkpoints
internal import Kernels
internal import Synchronization

/// The workspaces of an encoder between its passes: memory that is used again costs no zeroing and no page faults.
final class Workspaces: Sendable {
  /// Floats that are kept, about: those of large models go at once.
  private static let keptFloats = 16 << 20

  private let free = Mutex<[Workspace]>([])

  /// The smallest free workspace for so many tokens, or a new one.
  func take(tokens: Int, _ shape: TransformerConfiguration) -> Workspace {
    let found = free.withLock { free -> Workspace? in
      guard let index = free.firstIndex(where: { $0.tokens >= tokens }) else { return nil }
      return free.remove(at: index)
    }
    return found ?? Workspace(tokens: tokens, shape)
  }

  /// Gives a workspace back, to be used again.
  func put(_ space: Workspace) {
    free.withLock { free in
      let index = free.firstIndex { $0.tokens >= space.tokens } ?? free.count
      free.insert(space, at: index)
      while free.reduce(0, { $0 + $1.floats }) > Self.keptFloats { free.removeLast() }
    }
  }
}
