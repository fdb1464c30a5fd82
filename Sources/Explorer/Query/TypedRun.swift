public import Screen

extension State {
  /// The least keys that count as pasted: nobody types so many at once.
  private static let leastPasted = 32

  /// The characters at the beginning of some input that arrived at once, where they are that many and all go into the
  /// query, and how many keys they are: a combining mark is a key of its own.
  ///
  /// They are what a terminal makes of a paste that it does not mark as one: as a paste they are one edit and one search.
  public func pastedRun(_ inputs: ArraySlice<InputEvent>) -> (text: String, keys: Int)? {
    guard focus == .query, popup == nil, !isJumping else { return nil }
    var (text, keys) = ("", 0)
    for input in inputs {
      guard case .key(let press) = input, let character = press.text,
        bindings.action(for: press, in: place) == nil
      else { break }
      text.append(character)
      keys += 1
    }
    return keys >= Self.leastPasted ? (text, keys) : nil
  }
}
