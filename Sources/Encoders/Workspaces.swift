internal import Checkpoints
internal import Kernels
internal import Synchronization

/// The workspaces of an encoder between its passes: memory that is used again costs no zeroing and no page faults.
final class Workspaces: Sendable {
  /// One for a query and one for a batch.
  private static let kept = 2
  /// Larger ones, of large models, are not kept.
  private static let largestTokenFloats = 32 << 20

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
    guard space.tokens * (space.wide.columns + space.projected.columns) <= Self.largestTokenFloats else {
      return
    }
    free.withLock { free in
      free.append(space)
      free.sort { $0.tokens < $1.tokens }
      if free.count > Self.kept { free.removeFirst() }
    }
  }
}
