/// One line of a popup.
public struct PopupItem: Hashable, Sendable {
  public var title: String
  /// The key that does the same, as hints show it.
  public var key: String
  public var help: String
  /// Why the item cannot be chosen; nil where it can.
  public var disabledReason: String?
  /// True for the setting that is in force.
  public var isCurrent: Bool

  public init(
    _ title: String, key: String = "", help: String = "", disabledReason: String? = nil,
    isCurrent: Bool = false
  ) {
    self.title = title
    self.key = key
    self.help = help
    self.disabledReason = disabledReason
    self.isCurrent = isCurrent
  }
}

/// What a key did to a popup.
public enum PopupOutcome: Hashable, Sendable {
  /// The key means nothing here.
  case ignored
  /// The filter changed, and the selection with it.
  case filtered
  /// Another item is selected.
  case moved
  /// An item was chosen, by its index in `items`.
  case chosen(Int)
  /// A disabled item was chosen; it answers with its reason.
  case refused(String)
  case dismissed
}

/// A list of items over the screen, filtered by typing.
public struct PopupList: Hashable, Sendable {
  public var title: String
  public private(set) var items: [PopupItem]
  /// What is typed; fixed at empty where `isFilterable` is false.
  public private(set) var filter = TextField()
  public var isFilterable: Bool
  /// True where items that cannot be chosen stand behind all others.
  public let sortsDisabledLast: Bool
  /// The indices in `items` that match the filter, best first.
  public private(set) var matches: [Int]
  public private(set) var list: ScrollList
  /// The columns that the widest item takes, measured when the items come.
  private(set) var itemColumns = 0

  public init(
    title: String, items: [PopupItem], isFilterable: Bool = true, sortsDisabledLast: Bool = false,
    selected: Int? = nil
  ) {
    self.title = title
    self.items = items
    self.isFilterable = isFilterable
    self.sortsDisabledLast = sortsDisabledLast
    matches = []
    list = ScrollList(count: items.count, height: 10)
    itemColumns = items.reduce(0) { max($0, Self.columns(of: $1)) }
    rank()
    list.select(selected ?? items.firstIndex { $0.isCurrent } ?? 0)
  }

  /// The index in `items` of the selected line; nil where nothing matches.
  public var selectedIndex: Int? { list.selection.map { matches[$0] } }

  /// Takes other items, such as reasons that have changed, and keeps the selection's title selected.
  public mutating func replaceItems(_ items: [PopupItem]) {
    let title = selectedIndex.map { self.items[$0].title }
    self.items = items
    itemColumns = items.reduce(0) { max($0, Self.columns(of: $1)) }
    rank()
    list.fit(count: matches.count, height: list.height)
    list.select(matches.firstIndex { items[$0].title == title } ?? list.selection ?? 0)
  }

  /// Tells the list how many rows it has; views cannot.
  public mutating func fit(height: Int) { list.fit(count: matches.count, height: height) }

  /// Reacts to a key.
  public mutating func apply(_ press: KeyPress) -> PopupOutcome {
    switch press {
    case KeyPress(.escape): return .dismissed
    case KeyPress(.enter): return choose()
    case KeyPress(.home), KeyPress(.end):
      // With a filter these belong to its caret.
      if !isFilterable || filter.isEmpty { return list.apply(press) ? .moved : .ignored }
    default:
      if list.apply(press) { return .moved }
    }
    guard isFilterable else { return .ignored }
    let before = filter.text
    guard filter.apply(press) else { return .ignored }
    if filter.text != before { refilter() }
    return .filtered
  }

  /// Adds pasted text to the filter.
  public mutating func paste(_ text: String) {
    guard isFilterable else { return }
    filter.insert(text)
    refilter()
  }

  /// Chooses the selected item.
  public func choose() -> PopupOutcome {
    guard let index = selectedIndex else { return .ignored }
    if let reason = items[index].disabledReason { return .refused(reason) }
    return .chosen(index)
  }

  /// Selects a line of the popup, counted in `matches`.
  public mutating func select(line: Int) { list.select(line) }

  private mutating func refilter() {
    rank()
    list = ScrollList(count: matches.count, height: list.height)
  }

  private mutating func rank() {
    let pattern = filter.text
    let scored = items.indices.compactMap { index in
      FuzzyMatch(pattern, in: items[index].title).map { (index, $0.score) }
    }
    let ranked = scored.sorted { $0.1 == $1.1 ? $0.0 < $1.0 : $0.1 > $1.1 }.map(\.0)
    guard sortsDisabledLast else {
      matches = ranked
      return
    }
    matches =
      ranked.filter { items[$0].disabledReason == nil } + ranked.filter { items[$0].disabledReason != nil }
  }
}
