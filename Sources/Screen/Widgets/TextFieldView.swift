/// The part of a text field that a row of the screen shows.
public struct TextFieldWindow: Hashable, Sendable {
  public var text: String
  /// The caret's column within the row.
  public var caretColumn: Int
  /// True where text is hidden beyond that end.
  public var isCutAtStart: Bool
  public var isCutAtEnd: Bool
}

extension TextField {
  /// The part that `columns` columns show: the caret is always inside, with text around it where there is some.
  ///
  /// - Complexity: O(columns)
  public func window(columns: Int) -> TextFieldWindow {
    guard columns > 0 else {
      return TextFieldWindow(text: "", caretColumn: 0, isCutAtStart: !isEmpty, isCutAtEnd: false)
    }
    let behind = Self.fitting(textBehindCaret, columns: columns)
    // The caret needs a column, and keeps a quarter of the row to its right where there is text for it.
    let room = columns - max(1, min(behind.columns, columns / 4))
    var characters: [Character] = []
    var caretColumn = 0
    var isCutAtStart = false
    for character in textBeforeCaret.reversed() {
      let width = TextWidth.columns(of: character)
      if caretColumn + width > room {
        isCutAtStart = true
        break
      }
      characters.append(character)
      caretColumn += width
    }
    let rest = Self.fitting(textBehindCaret, columns: columns - caretColumn)
    return TextFieldWindow(
      text: String(characters.reversed()) + rest.text, caretColumn: caretColumn, isCutAtStart: isCutAtStart,
      isCutAtEnd: !rest.isWhole)
  }

  /// The place in the text, for `moveCaret`, of a column of the row that shows it.
  public func position(atColumn column: Int, columns: Int) -> Int {
    let window = window(columns: columns)
    var before = 0
    var used = 0
    // The characters of the window that stand before the caret, and those before the column.
    var shownBeforeCaret = 0
    for character in window.text {
      let width = TextWidth.columns(of: character)
      if used + width <= window.caretColumn { shownBeforeCaret += 1 }
      if used + width <= column { before += 1 }
      used += width
    }
    return caret - shownBeforeCaret + before
  }

  /// Draws the field into the first row of a rectangle and puts the frame's cursor at the caret.
  ///
  /// `‹` and `›` mark hidden text; `placeholder` stands where there is no text.
  public func draw(
    into frame: inout Frame, _ rect: Rect, style: Style = Style(.query), placeholder: String = "",
    isFocused: Bool = true
  ) {
    guard !rect.isEmpty else { return }
    let row = rect.row(0)
    frame.fill(row, style: style)
    let window = window(columns: row.columns)
    if isEmpty {
      frame.put(placeholder, at: row.origin, style: Style(.queryPlaceholder), width: row.columns)
    }
    frame.put(window.text, at: row.origin, style: style, width: row.columns)
    let markStyle = Style(.textMuted, on: style.surface)
    if window.isCutAtStart, window.caretColumn > 0 { frame.put("‹", at: row.origin, style: markStyle) }
    if window.isCutAtEnd, window.caretColumn < row.columns - 1 {
      frame.put("›", at: Point(column: row.right - 1, row: row.top), style: markStyle)
    }
    if isFocused {
      frame.cursor = Point(column: min(row.left + window.caretColumn, row.right - 1), row: row.top)
    }
  }

  private static func fitting(
    _ text: String, columns: Int
  ) -> (text: String, columns: Int, isWhole: Bool) {
    var used = 0
    var index = text.startIndex
    while index < text.endIndex {
      let width = TextWidth.columns(of: text[index])
      if used + width > columns { return (String(text[..<index]), used, false) }
      used += width
      index = text.index(after: index)
    }
    return (text, used, true)
  }
}
