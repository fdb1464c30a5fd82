extension String {
  /// The columns that the text takes on the screen.
  public var columns: Int { TextWidth.columns(of: self) }

  /// The text cut to a number of columns, with `…` as its last one where something is cut off.
  public func truncated(to columns: Int, mark: String = "…") -> String {
    guard columns > 0 else { return "" }
    let (whole, isWhole) = clipped(to: columns)
    if isWhole { return whole }
    return clipped(to: columns - mark.columns).text + mark.clipped(to: columns).text
  }

  /// The text cut at its start, with `…` as its first column where something is cut off.
  public func truncatedAtStart(to columns: Int, mark: String = "…") -> String {
    guard columns > 0 else { return "" }
    if clipped(to: columns).isWhole { return self }
    var room = columns - mark.columns
    var kept: [Character] = []
    for character in reversed() {
      room -= TextWidth.columns(of: character)
      if room < 0 { break }
      kept.append(character)
    }
    return mark.clipped(to: columns).text + String(kept.reversed())
  }

  /// The text filled up with spaces, or truncated, to exactly a number of columns.
  public func padded(to columns: Int, alignment: TextAlignment = .left) -> String {
    let text = truncated(to: columns)
    let spaces = max(0, columns - text.columns)
    switch alignment {
    case .left: return text + String(repeating: " ", count: spaces)
    case .right: return String(repeating: " ", count: spaces) + text
    case .center:
      return String(repeating: " ", count: spaces / 2) + text
        + String(repeating: " ", count: spaces - spaces / 2)
    }
  }

  /// The text on one line: runs of white space and line ends become one space.
  public var onOneLine: String {
    split { $0.isWhitespace }.joined(separator: " ")
  }

  /// The text in lines of at most `columns`, broken at spaces where there are some.
  ///
  /// A word that is wider than a line is broken between its characters, as CJK text is.
  /// - Complexity: O(characters)
  public func wrapped(to columns: Int, limit: Int = .max) -> [String] {
    guard columns > 0, limit > 0 else { return [] }
    var wrapper = LineWrapper(columns: columns, limit: limit)
    for line in split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      wrapper.add(line)
      if wrapper.isFull { break }
    }
    return wrapper.finished()
  }

  /// The beginning that fits, and whether that is everything.
  private func clipped(to columns: Int) -> (text: String, isWhole: Bool) {
    var room = columns
    var index = startIndex
    while index < endIndex {
      room -= TextWidth.columns(of: self[index])
      if room < 0 { return (String(self[..<index]), false) }
      index = self.index(after: index)
    }
    return (self, true)
  }
}

public enum TextAlignment: Hashable, Sendable {
  case left, center, right
}

/// Collects lines of a limited width.
private struct LineWrapper {
  let columns: Int
  let limit: Int
  private var lines: [String] = []
  private var line = ""
  private var width = 0

  init(columns: Int, limit: Int) {
    self.columns = columns
    self.limit = limit
  }

  var isFull: Bool { lines.count >= limit }

  /// Adds one line of the text and ends it.
  mutating func add(_ text: Substring) {
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      place(word)
      if isFull { return }
    }
    endLine()
  }

  func finished() -> [String] { Array(lines.prefix(limit)) }

  private mutating func endLine() {
    lines.append(line)
    line = ""
    width = 0
  }

  private mutating func place(_ word: Substring) {
    var wordWidth = 0
    for character in word {
      wordWidth += TextWidth.columns(of: character)
      if wordWidth > columns { break }
    }
    if width > 0, width + 1 + wordWidth <= columns {
      line += " " + word
      width += 1 + wordWidth
    } else if wordWidth <= columns {
      if width > 0 { endLine() }
      line += word
      width = wordWidth
    } else {
      breakUp(word)
    }
  }

  /// Places a word that is wider than a line, beginning behind what the line already has.
  private mutating func breakUp(_ word: Substring) {
    if width > 0, width + 2 <= columns {
      line += " "
      width += 1
    } else if width > 0 {
      endLine()
    }
    for character in word {
      let characterWidth = TextWidth.columns(of: character)
      if width > 0, width + characterWidth > columns { endLine() }
      if isFull { return }
      line.append(character)
      width += characterWidth
    }
  }
}
