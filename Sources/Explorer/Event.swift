public import Screen

/// All that can happen to the explorer.
public enum Event: Equatable, Sendable {
  case input(InputEvent)
  case answer(Answer)
  /// An action as if its key had been pressed: how sessions are replayed whatever the keys are.
  case action(Action)
  /// An action and what it is done with, such as the pooling `cls`: what a line of the plain mode says.
  case choose(Action, String)
  /// Comes while `State.isAnimating`, with the milliseconds since the last one.
  case tick(milliseconds: Int)
  /// The system asks the program to end.
  case terminated
}
