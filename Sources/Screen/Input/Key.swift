/// A key, without its modifiers.
public enum Key: Hashable, Sendable {
  /// A key that writes text; with Control or Alt, the lower-case letter.
  case character(Character)
  case enter, escape, tab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case function(Int)
}

/// Keys held down with another one.
public struct KeyModifiers: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let control = KeyModifiers(rawValue: 1)
  public static let alt = KeyModifiers(rawValue: 2)
  public static let shift = KeyModifiers(rawValue: 4)
}

/// A key with its modifiers.
///
/// Text carries no `shift`: the letter says it. What terminals cannot tell apart is one value:
/// Ctrl-I is `tab`, Ctrl-M and Ctrl-J are `enter`, Ctrl-[ is `escape`, Ctrl-H is `backspace`, Ctrl-/ is Ctrl-_.
public struct KeyPress: Hashable, Sendable {
  public var key: Key
  public var modifiers: KeyModifiers

  public init(_ key: Key, _ modifiers: KeyModifiers = []) {
    self.key = key
    self.modifiers = modifiers
  }

  /// A key that writes text.
  public init(_ character: Character, _ modifiers: KeyModifiers = []) {
    self.init(.character(character), modifiers)
  }

  /// The text that the key writes; nil for commands.
  public var text: Character? {
    guard modifiers.isEmpty, case .character(let character) = key else { return nil }
    return character
  }
}
