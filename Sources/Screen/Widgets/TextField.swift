/// A line of text with a caret: the state of a line editor.
///
/// The caret moves by grapheme clusters; the text is kept as what is before and behind it, so that an edit costs no
/// more for a long text. Line ends that are typed or pasted become spaces.
public struct TextField: Hashable, Sendable {
  private var before: String
  private var after: String
  /// What `Ctrl-Y` brings back.
  public private(set) var killed = ""
  private var continuesKill = false

  /// A field with the caret at the end of its text.
  public init(_ text: String = "") {
    before = Self.onOneLine(text)
    after = ""
  }

  public var text: String { before + after }

  public var isEmpty: Bool { before.isEmpty && after.isEmpty }

  /// The caret's place, in grapheme clusters from the start.
  /// - Complexity: O(characters)
  public var caret: Int { before.count }

  /// The text up to the caret.
  public var textBeforeCaret: String { before }

  /// The text from the caret on.
  public var textBehindCaret: String { after }

  /// Replaces the text; the caret goes to its end.
  public mutating func replace(with text: String) {
    before = Self.onOneLine(text)
    after = ""
    continuesKill = false
  }

  /// Puts the caret at a grapheme cluster, counted from the start.
  public mutating func moveCaret(to position: Int) {
    let text = text
    let index =
      text.index(text.startIndex, offsetBy: max(0, position), limitedBy: text.endIndex) ?? text.endIndex
    before = String(text[..<index])
    after = String(text[index...])
    continuesKill = false
  }

  /// Inserts typed or pasted text at the caret as one edit.
  public mutating func insert(_ text: String) {
    before += Self.onOneLine(text)
    continuesKill = false
    joinAtCaret()
  }

  /// Edits by a key and says whether the key meant something here.
  ///
  /// A deletion or move that has nothing to do is still a handled key.
  public mutating func apply(_ press: KeyPress) -> Bool {
    if let character = press.text {
      insert(String(character))
      return true
    }
    guard let command = Self.commands[press] else { return false }
    let wasKill = continuesKill
    continuesKill = false
    perform(command, continuingKill: wasKill)
    joinAtCaret()
    return true
  }

  private enum Command {
    case left, right, wordLeft, wordRight, start, end
    case deleteLeft, deleteRight
    case killWordLeft, killBlankLeft, killWordRight, killToStart, killToEnd, yank
  }

  /// The keys of readline, with those that other editors use for the same.
  private static let commands: [KeyPress: Command] = [
    KeyPress(.left): .left, KeyPress(.right): .right,
    KeyPress(.left, .control): .wordLeft, KeyPress(.right, .control): .wordRight,
    KeyPress(.left, .alt): .wordLeft, KeyPress(.right, .alt): .wordRight,
    KeyPress("b", .alt): .wordLeft, KeyPress("f", .alt): .wordRight,
    KeyPress(.home): .start, KeyPress(.end): .end,
    KeyPress("a", .control): .start, KeyPress("e", .control): .end,
    KeyPress(.backspace): .deleteLeft, KeyPress(.backspace, .shift): .deleteLeft,
    KeyPress(.delete): .deleteRight, KeyPress("d", .control): .deleteRight,
    KeyPress("w", .control): .killBlankLeft,
    KeyPress(.backspace, .alt): .killWordLeft, KeyPress(.backspace, .control): .killWordLeft,
    KeyPress("d", .alt): .killWordRight, KeyPress(.delete, .control): .killWordRight,
    KeyPress("u", .control): .killToStart, KeyPress("k", .control): .killToEnd,
    KeyPress("y", .control): .yank,
  ]

  private mutating func perform(_ command: Command, continuingKill: Bool) {
    switch command {
    case .left: moveLeft(to: before.isEmpty ? before.endIndex : before.index(before: before.endIndex))
    case .right: moveRight(to: after.isEmpty ? after.startIndex : after.index(after: after.startIndex))
    case .wordLeft: moveLeft(to: wordStart)
    case .wordRight: moveRight(to: wordEnd)
    case .start: moveLeft(to: before.startIndex)
    case .end: moveRight(to: after.endIndex)
    case .deleteLeft: if !before.isEmpty { before.removeLast() }
    case .deleteRight: if !after.isEmpty { after.removeFirst() }
    case .killWordLeft: killLeft(from: wordStart, continuingKill)
    case .killBlankLeft: killLeft(from: blankWordStart, continuingKill)
    case .killToStart: killLeft(from: before.startIndex, continuingKill)
    case .killWordRight: killRight(to: wordEnd, continuingKill)
    case .killToEnd: killRight(to: after.endIndex, continuingKill)
    case .yank: before += killed
    }
  }

  private mutating func moveLeft(to index: String.Index) {
    after = before[index...] + after
    before = String(before[..<index])
  }

  private mutating func moveRight(to index: String.Index) {
    before += after[..<index]
    after = String(after[index...])
  }

  private mutating func killLeft(from index: String.Index, _ continuing: Bool) {
    let text = String(before[index...])
    killed = continuing ? text + killed : text
    continuesKill = true
    before = String(before[..<index])
  }

  private mutating func killRight(to index: String.Index, _ continuing: Bool) {
    let text = String(after[..<index])
    killed = continuing ? killed + text : text
    continuesKill = true
    after = String(after[index...])
  }

  /// Where the word at or before the caret begins: letters and digits, what is between them skipped first.
  private var wordStart: String.Index {
    var index = before.endIndex
    var isInWord = false
    while index > before.startIndex {
      let previous = before.index(before: index)
      let isWord = Self.isWordCharacter(before[previous])
      if isInWord, !isWord { break }
      isInWord = isWord
      index = previous
    }
    return index
  }

  private var blankWordStart: String.Index {
    var index = before.endIndex
    var isInWord = false
    while index > before.startIndex {
      let previous = before.index(before: index)
      let isWord = !before[previous].isWhitespace
      if isInWord, !isWord { break }
      isInWord = isWord
      index = previous
    }
    return index
  }

  private var wordEnd: String.Index {
    var index = after.startIndex
    var isInWord = false
    while index < after.endIndex {
      let isWord = Self.isWordCharacter(after[index])
      if isInWord, !isWord { break }
      isInWord = isWord
      index = after.index(after: index)
    }
    return index
  }

  private static func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber
  }

  /// Moves the caret behind a cluster that an edit has made of characters on both sides of it.
  private mutating func joinAtCaret() {
    while let last = before.last, let first = after.first, (String(last) + String(first)).count == 1 {
      before.append(after.removeFirst())
    }
  }

  private static func onOneLine(_ text: String) -> String {
    guard text.contains(where: \.isNewline) else { return text }
    return String(text.map { $0.isNewline ? " " : $0 })
  }
}
