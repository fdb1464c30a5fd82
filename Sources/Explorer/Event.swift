public import Screen

/// All that can happen to the explorer.
public enum Event: Equatable, Sendable {
  case input(InputEvent)
  case answer(Answer)
  /// Comes while `State.isAnimating`, with the milliseconds since the last one.
  case tick(milliseconds: Int)
  /// The system asks the program to end.
  case terminated
}
