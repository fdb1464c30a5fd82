import Explorer

/// Running tasks by kind: a newer one cancels the one before it.
struct LatestTasks {
  enum Kind: Hashable, Sendable {
    case model
    case corpus
    case index
    case search
    case compare
    case models
    case pull
    case themes
    case texts
    case export
    case followThemes
    case view(ViewRequest.Kind)
  }

  private var tasks: [Kind: Task<Void, Never>] = [:]

  /// Starts work in place of what runs of the same kind.
  mutating func start(_ kind: Kind, _ work: @escaping @Sendable () async -> Void) {
    tasks[kind]?.cancel()
    tasks[kind] = Task.detached { await work() }
  }

  mutating func cancel(_ kind: Kind) {
    tasks.removeValue(forKey: kind)?.cancel()
  }

  /// Cancels everything; the tasks end soon.
  mutating func cancelAll() -> [Task<Void, Never>] {
    defer { tasks.removeAll() }
    for task in tasks.values { task.cancel() }
    return Array(tasks.values)
  }
}
