/// What a terminal says.
public enum InputEvent: Hashable, Sendable {
  case key(KeyPress)
  /// Pasted text as one edit; line ends are LF.
  case paste(String)
  case resize(Size)
  case mouse(MouseEvent)
  /// The terminal's window gained (true) or lost the focus.
  case focus(Bool)
  /// The colour behind the terminal's text; nil where the terminal does not tell.
  case background(RGB?)
}

/// A press, release, drag or turn of the wheel at a cell.
public struct MouseEvent: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case press(MouseButton)
    case release(MouseButton)
    case drag(MouseButton)
    case scrollUp
    case scrollDown
  }

  public var kind: Kind
  public var position: Point
  public var modifiers: KeyModifiers

  public init(_ kind: Kind, at position: Point, _ modifiers: KeyModifiers = []) {
    self.kind = kind
    self.position = position
    self.modifiers = modifiers
  }
}

public enum MouseButton: Hashable, Sendable, CaseIterable {
  case left, middle, right
}

/// One step of a script of keys: an input, or waiting until no effect is running.
public enum ScriptItem: Hashable, Sendable {
  case input(InputEvent)
  case wait
}
