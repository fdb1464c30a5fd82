extension KeyPress {
  /// Reads the name of one key as people write it in key maps.
  ///
  /// Accepted are scripts' names (`<C-p>`), the same without brackets (`C-p`), words (`ctrl+p`, `Ctrl-P`, `alt+x`,
  /// `shift+tab`), the labels of hints (`^P`, `↑`) and single characters. Case does not matter, except for a character
  /// that stands alone.
  ///
  /// - Throws: a `ScreenError` that names the text and the nearest known name.
  public init(named text: String) throws(ScreenError) {
    let characters = text.unicodeScalars.count
    guard characters > 0, characters <= 32 else {
      throw .unknownKeyName(text: String(text.prefix(32)), closest: nil)
    }
    if text.count == 1, let character = text.first {
      self = try Self.single(character, text)
      return
    }
    if text.hasPrefix("<"), text.hasSuffix(">") || text == "<<" {
      try self.init(notation: text)
      return
    }
    var rest = Substring(text)
    var modifiers: KeyModifiers = []
    if rest.hasPrefix("^"), rest.count == 2 {
      modifiers.insert(.control)
      rest = rest.dropFirst()
    }
    while let (modifier, length) = Self.modifier(rest) {
      modifiers.insert(modifier)
      rest = rest.dropFirst(length)
    }
    guard let press = Self.press(String(rest), modifiers) else {
      throw .unknownKeyName(text: text, closest: Self.closestName(to: String(rest)))
    }
    self = press
  }

  private static func single(_ character: Character, _ text: String) throws(ScreenError) -> KeyPress {
    if let arrow = arrows[character] { return KeyPress(arrow) }
    guard character.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw .unknownKeyName(text: text, closest: nil)
    }
    return KeyPress(character)
  }

  private static let arrows: [Character: Key] = ["↑": .up, "↓": .down, "←": .left, "→": .right]

  private static let modifierNames: [(name: String, modifier: KeyModifiers)] = [
    ("control", .control), ("ctrl", .control), ("c", .control), ("alt", .alt), ("meta", .alt), ("a", .alt),
    ("m", .alt), ("shift", .shift), ("s", .shift),
  ]

  /// A modifier at the start, with its `+` or `-`, where a key follows it.
  private static func modifier(_ text: Substring) -> (KeyModifiers, Int)? {
    let lower = text.lowercased()
    for (name, modifier) in modifierNames where lower.hasPrefix(name) {
      let length = name.count
      guard text.count > length + 1 else { continue }
      let sign = text[text.index(text.startIndex, offsetBy: length)]
      if sign == "+" || sign == "-" { return (modifier, length + 1) }
    }
    return nil
  }

  private static func press(_ name: String, _ modifiers: KeyModifiers) -> KeyPress? {
    let lower = name.lowercased()
    if lower == "lt" { return KeyPress(character: "<", modifiers) }
    if let key = KeyNotation.keyNames.first(where: { $0.name.lowercased() == lower })?.key {
      return KeyPress(key, modifiers)
    }
    guard name.count == 1, let character = name.first, !modifiers.isEmpty else { return nil }
    if let arrow = arrows[character] { return KeyPress(arrow, modifiers) }
    // With Shift alone the letter itself says it; with others letters are lower case, as terminals send them.
    if modifiers == .shift { return character.uppercased().first.map { KeyPress($0) } }
    guard let letter = character.lowercased().first else { return nil }
    return KeyPress(character: letter, modifiers)
  }

  private static func closestName(to name: String) -> String? {
    let wanted = Array(name.lowercased())
    let ranked = KeyNotation.keyNames.map { known in
      (known.name, zip(wanted, known.name.lowercased()).prefix { $0 == $1 }.count)
    }
    guard let best = ranked.max(by: { $0.1 < $1.1 }), best.1 > 0 else { return nil }
    return best.0
  }
}
