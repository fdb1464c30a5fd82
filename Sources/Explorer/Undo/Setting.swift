import Recipes
import Screen

/// Something that the user can change and take back.
struct Setting: Sendable {
  /// A value of any setting.
  struct Value: Equatable, Sendable {
    let base: any Equatable & Sendable

    static func == (a: Value, b: Value) -> Bool { a.base.isEqual(to: b.base) }
  }

  /// Reads the value in force.
  let value: @Sendable (State) -> Value
  /// Puts a value in force again.
  let restore: @Sendable (inout State, Value) -> [Effect]
  /// What a change from one value to another is called in the notice that says that it is undone.
  let describe: @Sendable (_ before: Value, _ after: Value) -> String

  /// A value at a place of the state, with what else is to be done when it comes back.
  ///
  /// `describe` names a change by its values before and after.
  init<T: Equatable & Sendable>(
    _ place: any WritableKeyPath<State, T> & Sendable,
    restore: @escaping @Sendable (inout State, T) -> [Effect],
    describe: @escaping @Sendable (_ before: T, _ after: T) -> String
  ) {
    value = { Value(base: $0[keyPath: place]) }
    self.restore = { state, value in
      guard let value = value.base as? T else { return [] }
      return restore(&state, value)
    }
    self.describe = { before, after in
      guard let before = before.base as? T, let after = after.base as? T else { return "a setting" }
      return describe(before, after)
    }
  }

  /// A value that nothing else hangs on.
  init<T: Equatable & Sendable>(
    _ place: any WritableKeyPath<State, T> & Sendable,
    describe: @escaping @Sendable (_ before: T, _ after: T) -> String
  ) {
    self.init(
      place,
      restore: { state, value in
        state[keyPath: place] = value
        return []
      }, describe: describe)
  }

  /// A value with a name of its own.
  init<T: Equatable & Sendable>(_ name: String, _ place: any WritableKeyPath<State, T> & Sendable) {
    self.init(place) { _, _ in name }
  }
}

extension Equatable {
  fileprivate func isEqual(to other: any Equatable) -> Bool { (other as? Self) == self }
}

extension Setting {
  /// Everything that undo can take back; a value's place in the list is its number in a step.
  static let all: [Setting] = ofExplorer + View.allCases.flatMap { $0.content.settings }

  /// Those whose values mean something under one model alone, by their places in `all`.
  static let overridesIndex = 1
  static let queryIndex = 2

  private static let ofExplorer: [Setting] = [
    Setting(\.model.wanted) { state, name in
      state.reload(model: name)
    } describe: { _, after in
      "model \(after)"
    },
    Setting(\.overrides) { state, overrides in
      state.restore(overrides)
      return []
    } describe: { before, after in
      after == RecipeOverrides() ? "the model's own recipe" : after.change(from: before)
    },
    Setting(\.query.text) { _, after in
      after.isEmpty ? "query cleared" : "query “\(after.prefixOnOneLine(24).truncated(to: 24))”"
    },
    Setting(\.corpus.wanted) { state, paths in
      state.reopen(corpus: paths)
    } describe: { _, after in
      "corpus \(after.joined(separator: ", "))"
    },
    Setting(\.heatmap.texts) { state, texts in
      state.heatmap.texts = texts
      return [.saveTexts(texts)]
    } describe: { before, after in
      listChange(before, after)
    },
    Setting(\.viewInUse) { _, after in "view \(after.title)" },
    Setting(\.isZoomed) { _, after in after ? "zoom" : "zoom back" },
    Setting(\.frozen) { _, after in after == nil ? "side B let go" : "side B frozen" },
    Setting(\.heatmap.mode) { _, after in after == .list ? "heatmap of the list" : "heatmap of results" },
    Setting(\.heatmap.range) { _, after in
      after == .fixed ? "heatmap with a fixed range" : "heatmap by percentiles"
    },
    Setting(\.heatmap.nearestCount) { _, after in
      after.map { "heatmap of \(Numbers.count($0, "result"))" } ?? "heatmap of as many as fit"
    },
    Setting(\.look.entry) { _, after in "theme \(after.name)" },
  ]

  private static func listChange(_ before: [String], _ after: [String]) -> String {
    if after.isEmpty { return "list emptied" }
    if after.count == before.count { return "text of the list changed" }
    let count = Numbers.count(abs(after.count - before.count), "text")
    return after.count > before.count ? "\(count) added to the list" : "\(count) removed from the list"
  }
}

extension QueryState {
  /// The text; the caret of one that is put back stands where it differs from what was there.
  var text: String {
    get { field.text }
    set {
      let old = Array(field.text)
      field.replace(with: newValue)
      let new = Array(field.text)
      let same = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
      field.moveCaret(to: new.count - same)
    }
  }
}

extension State {
  /// The view that the screen shows besides Neighbours, whichever of the two has the focus.
  var viewInUse: View {
    get { layout.panes.count > 1 ? view.beside : view }
    set {
      view = newValue
      if focusedView != nil { focus = .pane(newValue) }
    }
  }

  /// Puts choices in force again, at the latest with the model that they belong to.
  fileprivate mutating func restore(_ overrides: RecipeOverrides) {
    if requests.isOutstanding(.model) {
      model.overrides = overrides
    } else {
      setOverrides(overrides)
    }
  }

  /// Goes back to a model: the one in use stays until it is there.
  fileprivate mutating func reload(model name: String) -> [Effect] {
    guard model.description?.name != name else {
      if requests.isOutstanding(.model) { requests.abandon(.model) }
      model.wanted = name
      model.failure = nil
      return []
    }
    guard !name.isEmpty else { return [] }
    return load(model: name)
  }

  fileprivate mutating func reopen(corpus paths: [String]) -> [Effect] {
    corpus.wanted = paths
    corpus.failure = nil
    guard !paths.isEmpty else { return [] }
    return [.openCorpus(paths, generation: requests.begin(.corpus))]
  }
}
