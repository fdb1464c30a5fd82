/// Reads a script of keys from left to right.
///
/// It works on scalars, because `<` and a combining mark after it would be one `Character`.
struct KeyScriptParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var typed: [Character] = []

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The next item; nil at the end.
  mutating func next() throws(ScreenError) -> ScriptItem? {
    if typed.isEmpty { try collectTyped() }
    if !typed.isEmpty { return .input(.key(KeyPress(typed.removeFirst()))) }
    guard position < scalars.count else { return nil }
    if scalars[position] == "<" { return try named() }
    position += 1
    return .input(.key(KeyPress(scalars[position - 1] == "\t" ? .tab : .enter)))
  }

  /// Takes the literal text up to the next name, tab or line end.
  private mutating func collectTyped() throws(ScreenError) {
    var text = String.UnicodeScalarView()
    scan: while position < scalars.count {
      switch scalars[position] {
      case "<":
        guard position + 1 < scalars.count, scalars[position + 1] == "<" else { break scan }
        position += 1
      case "\n", "\t": break scan
      case let scalar where scalar.properties.generalCategory == .control:
        throw .controlCharacter(code: scalar.value, offset: position)
      default: break
      }
      text.append(scalars[position])
      position += 1
    }
    typed = Array(String(text))
  }

  private mutating func named() throws(ScreenError) -> ScriptItem {
    let start = position
    let name = try bracketed()
    switch name {
    case "Wait": return .wait
    case "Focus": return .input(.focus(true))
    case "Blur": return .input(.focus(false))
    default: break
    }
    if name.hasPrefix("Paste:") { return .input(.paste(Self.unescaped(name.dropFirst(6)))) }
    if name.hasPrefix("Resize:") {
      return .input(.resize(try size(String(name.dropFirst(7)), offset: start)))
    }
    if name.hasPrefix("Background:") {
      return .input(.background(try color(String(name.dropFirst(11)), offset: start)))
    }
    let (modifiers, base) = Self.modifiers(of: name)
    if let event = try mouse(base, modifiers, offset: start) { return .input(.mouse(event)) }
    if let press = Self.press(base, modifiers) { return .input(.key(press)) }
    throw .unknownKey(name: name, offset: start, closest: Self.closest(to: base))
  }

  /// The text between `<` and its `>`, escapes of `<Paste:…>` left in.
  private mutating func bracketed() throws(ScreenError) -> String {
    let start = position
    var text = String.UnicodeScalarView()
    position += 1
    while position < scalars.count {
      let scalar = scalars[position]
      position += 1
      // '<C->>' is Ctrl and the key '>'.
      let isKey = Self.isModifiersOnly(text) && position < scalars.count && scalars[position] == ">"
      if scalar == ">", !isKey { return String(text) }
      text.append(scalar)
      guard scalar == "\\", String(text).hasPrefix("Paste:"), position < scalars.count else { continue }
      text.append(scalars[position])
      position += 1
    }
    throw .unterminatedKey(text: String(String(text).prefix(20)), offset: start)
  }

  /// True for `C-`, `C-A-` and so on.
  private static func isModifiersOnly(_ text: String.UnicodeScalarView) -> Bool {
    guard !text.isEmpty, text.count % 2 == 0 else { return false }
    return text.enumerated().allSatisfy { offset, scalar in
      offset % 2 == 0 ? ["C", "A", "M", "S"].contains(scalar) : scalar == "-"
    }
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        result.append(scalar == "n" ? "\n" : scalar == "t" ? "\t" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func modifiers(of name: String) -> (KeyModifiers, String) {
    var modifiers: KeyModifiers = []
    var rest = Substring(name)
    while rest.count > 2 {
      if rest.hasPrefix("C-") {
        modifiers.insert(.control)
      } else if rest.hasPrefix("A-") || rest.hasPrefix("M-") {
        modifiers.insert(.alt)
      } else if rest.hasPrefix("S-") {
        modifiers.insert(.shift)
      } else {
        break
      }
      rest = rest.dropFirst(2)
    }
    return (modifiers, String(rest))
  }

  private static func press(_ base: String, _ modifiers: KeyModifiers) -> KeyPress? {
    if base.lowercased() == "lt" { return KeyPress("<", modifiers) }
    if let key = KeyNotation.keyNames.first(where: { $0.name.lowercased() == base.lowercased() })?.key {
      return KeyPress(key, modifiers)
    }
    guard base.count == 1, !modifiers.isEmpty, let character = base.first else { return nil }
    return KeyPress(character: character, modifiers)
  }

  private func size(_ text: String, offset: Int) throws(ScreenError) -> Size {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1], columns >= 1, rows >= 1,
      columns <= KeyNotation.largestSize.columns, rows <= KeyNotation.largestSize.rows
    else { throw .invalidSize(text: text, offset: offset) }
    return Size(columns: columns, rows: rows)
  }

  private func color(_ text: String, offset: Int) throws(ScreenError) -> RGB? {
    if text == "none" { return nil }
    guard let color = RGB(text) else { throw .invalidColor(text: text, offset: offset) }
    return color
  }

  private func mouse(
    _ base: String, _ modifiers: KeyModifiers, offset: Int
  ) throws(ScreenError) -> MouseEvent? {
    guard let colon = base.firstIndex(of: ":"),
      let kind = KeyNotation.mouseNames.first(where: { $0.name == base[..<colon] })?.kind
    else { return nil }
    let text = base[base.index(after: colon)...]
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let column = parts[0], let row = parts[1], column >= 0, row >= 0,
      column < KeyNotation.largestSize.columns, row < KeyNotation.largestSize.rows
    else { throw .invalidPosition(text: String(text), offset: offset) }
    return MouseEvent(kind, at: Point(column: column, row: row), modifiers)
  }

  /// The known name that shares the longest beginning with an unknown one.
  private static func closest(to name: String) -> String? {
    let names = KeyNotation.keyNames.map(\.name) + KeyNotation.otherNames + KeyNotation.mouseNames.map(\.name)
    let wanted = Array(name.lowercased())
    let ranked = names.map { candidate in
      (candidate, zip(wanted, candidate.lowercased()).prefix { $0 == $1 }.count)
    }
    guard let best = ranked.max(by: { $0.1 < $1.1 }), best.1 > 0 else { return nil }
    return best.0
  }
}

extension KeyPress {
  /// A character with modifiers, in the form that terminals report.
  ///
  /// With Control, letters are lower case, and `i`, `m`, `j`, `[`, `h` and `/` become what they send.
  public init(character: Character, _ modifiers: KeyModifiers) {
    guard modifiers.contains(.control), let letter = character.lowercased().first else {
      self.init(.character(character), modifiers.subtracting(.shift))
      return
    }
    let others = modifiers.subtracting(.control)
    switch letter {
    case "i": self.init(.tab, others)
    case "m", "j": self.init(.enter, others)
    case "[": self.init(.escape, others)
    case "h": self.init(.backspace, others)
    case "/": self.init(.character("_"), modifiers.subtracting(.shift))
    default: self.init(.character(letter), modifiers.subtracting(.shift))
    }
  }
}
