public import Screen

extension State {
  /// The least characters that count as pasted: nobody types so many at once.
  private static let leastPasted = 32

  /// The characters at the beginning of some input that arrived at once, where they are that many and all go into the query.
  ///
  /// They are what a terminal makes of a paste that it does not mark as one: as a paste they are one edit and one search.
  public func pastedRun(_ inputs: ArraySlice<InputEvent>) -> String? {
    guard focus == .query, popup == nil, !isJumping else { return nil }
    var text = ""
    for input in inputs {
      guard case .key(let press) = input, let character = press.text,
        bindings.action(for: press, in: place) == nil
      else { break }
      text.append(character)
    }
    return text.unicodeScalars.count >= Self.leastPasted ? text : nil
  }
}
