/// How keys are written in scripts, key maps and hints: `<C-p> <A-x> <S-Tab> <Enter> <F3> <Paste:text>`.
///
/// Anything else is typed as it stands; `<<` is a literal `<`. Inside `<Paste:…>` a backslash escapes
/// (`\>`, `\\`, `\n`, `\t`).
public enum KeyNotation {
  /// The largest size that `<Resize:…>` accepts: a script must not ask for all memory.
  public static let largestSize = Size(columns: 2000, rows: 1000)

  /// Reads a script of keys.
  ///
  /// - Throws: a `ScreenError` that names the place and the expectation.
  public static func parse(_ text: String) throws(ScreenError) -> [ScriptItem] {
    var parser = KeyScriptParser(text)
    var items: [ScriptItem] = []
    while let item = try parser.next() { items.append(item) }
    return items
  }

  /// Writes a script so that `parse` gives the same items.
  public static func text(_ items: [ScriptItem]) -> String {
    items.map(text).joined()
  }

  static func text(_ item: ScriptItem) -> String {
    switch item {
    case .wait: "<Wait>"
    case .input(.key(let press)): press.notation
    case .input(.paste(let text)): "<Paste:\(escaped(text))>"
    case .input(.resize(let size)): "<Resize:\(size)>"
    case .input(.focus(let gained)): gained ? "<Focus>" : "<Blur>"
    case .input(.background(let color)): "<Background:\(color?.description ?? "none")>"
    case .input(.mouse(let event)):
      "<\(prefix(event.modifiers))\(mouseNames.first { $0.kind == event.kind }?.name ?? ""):\(event.position)>"
    }
  }

  /// The names of keys, the first of each is the one that is written.
  static let keyNames: [(name: String, key: Key)] =
    [
      ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("BS", .backspace), ("Del", .delete),
      ("Ins", .insert), ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("Home", .home),
      ("End", .end), ("PgUp", .pageUp), ("PgDn", .pageDown), ("Space", .character(" ")),
      ("CR", .enter), ("Return", .enter), ("Escape", .escape), ("Backspace", .backspace),
      ("Delete", .delete), ("Insert", .insert), ("PageUp", .pageUp), ("PageDown", .pageDown),
    ] + (1...24).map { ("F\($0)", .function($0)) }

  static let mouseNames: [(name: String, kind: MouseEvent.Kind)] = [
    ("Click", .press(.left)), ("MiddleClick", .press(.middle)), ("RightClick", .press(.right)),
    ("Release", .release(.left)), ("MiddleRelease", .release(.middle)), ("RightRelease", .release(.right)),
    ("Drag", .drag(.left)), ("MiddleDrag", .drag(.middle)), ("RightDrag", .drag(.right)),
    ("ScrollUp", .scrollUp), ("ScrollDown", .scrollDown),
  ]

  static let otherNames = ["Paste:", "Wait", "Resize:", "Focus", "Blur", "Background:"]

  static func prefix(_ modifiers: KeyModifiers) -> String {
    (modifiers.contains(.control) ? "C-" : "") + (modifiers.contains(.alt) ? "A-" : "")
      + (modifiers.contains(.shift) ? "S-" : "")
  }

  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case ">", "\\": result.append(contentsOf: ["\\", scalar])
      case "\n": result.append(contentsOf: ["\\", "n"])
      case "\t": result.append(contentsOf: ["\\", "t"])
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

extension KeyPress {
  /// Reads one key, such as `<C-p>`, `<F3>` or `x`.
  ///
  /// - Throws: a `ScreenError` where the text is not exactly one key.
  public init(notation: String) throws(ScreenError) {
    let items = try KeyNotation.parse(notation)
    guard items.count == 1, case .input(.key(let press)) = items[0] else {
      throw .notOneKey(text: notation)
    }
    self = press
  }

  /// The key as scripts and key maps write it.
  public var notation: String {
    let prefix = KeyNotation.prefix(modifiers)
    switch key {
    case .character("<"): return prefix.isEmpty ? "<<" : "<\(prefix)lt>"
    case .character(" "): return prefix.isEmpty ? " " : "<\(prefix)Space>"
    case .character(let character): return prefix.isEmpty ? String(character) : "<\(prefix)\(character)>"
    default:
      let name = KeyNotation.keyNames.first { $0.key == key }?.name ?? "?"
      return "<\(prefix)\(name)>"
    }
  }

  /// The key as hints show it: `^P`, `Alt-X`, `F3`, `Shift-Tab`, `↑`.
  public var label: String {
    if case .character(let character) = key, modifiers == .control {
      return "^" + String(character).uppercased()
    }
    let name: String =
      switch key {
      case .up: "↑"
      case .down: "↓"
      case .left: "←"
      case .right: "→"
      case .character(" "): "Space"
      case .character(let character):
        modifiers.isEmpty ? String(character) : String(character).uppercased()
      default: KeyNotation.keyNames.first { $0.key == key }?.name ?? "?"
      }
    return (modifiers.contains(.control) ? "Ctrl-" : "") + (modifiers.contains(.alt) ? "Alt-" : "")
      + (modifiers.contains(.shift) ? "Shift-" : "") + name
  }
}
