/// A selection in a list that is longer than its place on the screen.
public struct ScrollList: Hashable, Sendable {
  /// How many items there are.
  public private(set) var count: Int
  /// How many rows show them.
  public private(set) var height: Int
  /// The selected item; nil in an empty list.
  public private(set) var selection: Int?
  /// The first item that is shown.
  public private(set) var offset = 0

  public init(count: Int = 0, height: Int = 1) {
    self.count = max(0, count)
    self.height = max(1, height)
    selection = count > 0 ? 0 : nil
  }

  /// The items that are shown.
  public var visible: Range<Int> { offset..<min(count, offset + height) }

  /// Takes a new number of items or rows; the selection stays as near as it can.
  public mutating func fit(count: Int, height: Int) {
    self.count = max(0, count)
    self.height = max(1, height)
    select(selection ?? 0)
  }

  /// Selects an item, or the nearest that there is, and scrolls as little as needed to show it.
  public mutating func select(_ index: Int) {
    guard count > 0 else {
      selection = nil
      offset = 0
      return
    }
    let index = min(max(0, index), count - 1)
    selection = index
    offset = min(max(offset, index - height + 1), index)
    offset = max(0, min(offset, count - height))
  }

  public mutating func move(by distance: Int) {
    let (sum, overflow) = (selection ?? 0).addingReportingOverflow(distance)
    select(overflow ? (distance > 0 ? count - 1 : 0) : sum)
  }

  /// Scrolls without leaving the shown part with the selection.
  public mutating func scroll(by distance: Int) {
    guard count > height else { return }
    offset = min(max(0, offset + distance), count - height)
    if let selection { self.selection = min(max(selection, offset), offset + height - 1) }
  }

  /// Moves by a key and says whether the key meant something here.
  public mutating func apply(_ press: KeyPress) -> Bool {
    guard press.modifiers.isEmpty else { return false }
    switch press.key {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -max(1, height - 1))
    case .pageDown: move(by: max(1, height - 1))
    case .home: select(0)
    case .end: select(count - 1)
    default: return false
    }
    return true
  }

  /// The scroll bar's thumb as rows of the list's height; nil where everything is shown.
  public var thumb: Range<Int>? {
    guard count > height else { return nil }
    let length = max(1, height * height / count)
    let start = (height - length) * offset / (count - height)
    return start..<start + length
  }
}
