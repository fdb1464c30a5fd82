import Recipes
import Screen

/// The query line: role, prompt, text with its caret, token counter.
struct QueryView {
  var state: State

  private static let role = "Q▸ "

  func draw(into frame: inout Frame, _ rect: Rect) {
    let counter = counter
    frame.put(
      counter.text, at: Point(column: rect.right - 1 - counter.text.columns, row: rect.top),
      style: counter.style)
    let line = line(rect)
    let role = frame.put(
      Self.role, at: Point(column: line.left + 1, row: line.top), style: Style(.queryRole))
    frame.put(
      prompt(line), at: Point(column: line.left + 1 + role, row: line.top), style: Style(.queryPrompt),
      width: line.columns - 1 - role)
    state.query.field.draw(
      into: &frame, field(rect), style: Style(.query), placeholder: "type to see the nearest texts",
      isFocused: state.focus == .query && state.popup == nil)
  }

  /// Where the text stands in the line.
  func field(_ rect: Rect) -> Rect {
    let line = line(rect)
    return line.split(left: 1 + Self.role.columns + prompt(line).columns).rest
  }

  /// The line without the counter.
  private func line(_ rect: Rect) -> Rect {
    rect.split(left: rect.columns - counter.text.columns - 2).left
  }

  /// The prompt may take a third of the line: the text is what is typed.
  private func prompt(_ line: Rect) -> String {
    PromptText.escaped(state.recipe?.queryPrompt.text ?? "").truncated(to: line.columns / 3)
  }

  /// `7/256 tok`, with `!` where the model does not see everything.
  private var counter: (text: String, style: Style) {
    guard !state.query.field.isEmpty, let tokens = state.query.tokens?.tokens else { return ("", Style()) }
    let isFull = tokens.totalCount > tokens.limit
    let limit = tokens.limit == Encoding.unlimited ? "" : "/\(tokens.limit)"
    let text = "\(tokens.totalCount)\(limit) tok\(isFull ? "!" : "")"
    return (text, Style(isFull ? .queryCounterFull : .queryCounter))
  }
}
