import Screen

/// What the user changed, step by step, to be taken back and brought back.
struct UndoHistory: Equatable, Sendable {
  struct Change: Equatable, Sendable {
    /// Its place in `Setting.all`.
    var setting: Int
    var before: Setting.Value
    var after: Setting.Value

    var byteCount: Int { Self.byteCount(before) + Self.byteCount(after) }

    private static func byteCount(_ value: Setting.Value) -> Int {
      if let text = value.base as? String { return text.utf8.count }
      if let texts = value.base as? [String] { return texts.reduce(0) { $0 + $1.utf8.count } }
      return 64
    }
  }

  struct Step: Equatable, Sendable {
    var changes: [Change]

    /// What the notice says is undone: `pooling cls`.
    var name: String {
      changes.filter { $0.before != $0.after }.map { Setting.all[$0.setting].describe($0.before, $0.after) }
        .joined(separator: ", ")
    }

    var byteCount: Int { changes.reduce(0) { $0 + $1.byteCount } }
  }

  /// How the query was edited last: further edits of one kind are one step.
  enum Edit: Equatable, Sendable {
    case insertion, deletion
  }

  /// The changes within an open popup.
  struct Visit: Equatable, Sendable {
    struct Moment: Equatable, Sendable {
      var popup: Popup
      var values: [Setting.Value]
    }

    /// The values when it opened.
    var base: [Setting.Value]
    var opener: Action
    var past: [Moment] = []
    var future: [Moment] = []
  }

  static let stepLimit = 200
  /// Long queries and lists are kept as long as all steps together take no more than this.
  static let byteLimit = 8 << 20
  static let momentLimit = 50
  /// A wait after which further typing is a step of its own.
  static let pauseMilliseconds = 1000

  private(set) var past: [Step] = []
  /// What the steps of the past take.
  private var pastBytes = 0
  private(set) var future: [Step] = []
  var visit: Visit?
  /// nil where the next edit of the query begins a step.
  var lastEdit: Edit?
  /// The time since the last edit, as far as ticks tell.
  var idleMilliseconds = 0
  /// True while an event is undo or redo itself.
  var isMoving = false

  mutating func add(_ step: Step, merging: Bool) {
    future = []
    if merging, var last = takeLast() {
      // Only the query's steps are merged: one change each.
      last.changes[0].after = step.changes[0].after
      if last.changes[0].before != last.changes[0].after { append(last) }
    } else {
      append(step)
    }
    while let first = past.first, past.count > Self.stepLimit || pastBytes > Self.byteLimit {
      pastBytes -= first.byteCount
      past.removeFirst()
    }
  }

  private mutating func append(_ step: Step) {
    pastBytes += step.byteCount
    past.append(step)
  }

  private mutating func takeLast() -> Step? {
    guard let step = past.popLast() else { return nil }
    pastBytes -= step.byteCount
    return step
  }

  mutating func takeBack() -> Step? {
    guard let step = takeLast() else { return nil }
    future.append(step)
    return step
  }

  mutating func bringBack() -> Step? {
    guard let step = future.popLast() else { return nil }
    append(step)
    return step
  }
}
