import Recipes
import Screen

/// The query line: role, prompt, text with its caret, token counter.
struct QueryView {
  var state: State

  func draw(into frame: inout Frame, _ rect: Rect) {
    let counter = counter
    let counterRect = Rect(
      column: rect.right - 1 - counter.text.columns, row: rect.top, columns: counter.text.columns, rows: 1)
    frame.put(counter.text, at: counterRect.origin, style: counter.style)
    var line = rect
    line.size.columns = max(0, counterRect.left - 1 - rect.left)
    var used = 1
    used += frame.put("Q▸ ", at: Point(column: line.left + used, row: line.top), style: Style(.queryRole))
    // The prompt may take a third of the line: the text is what is typed.
    let prompt = PromptText.escaped(state.recipe?.queryPrompt.text ?? "").truncated(to: line.columns / 3)
    used += frame.put(
      prompt, at: Point(column: line.left + used, row: line.top), style: Style(.queryPrompt),
      width: line.columns - used)
    state.query.field.draw(
      into: &frame, line.split(left: used).rest, style: Style(.query),
      placeholder: "type to see the nearest texts", isFocused: state.focus == .query && state.popup == nil)
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
