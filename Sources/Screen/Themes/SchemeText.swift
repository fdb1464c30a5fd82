import JSONText

/// A base16 or base24 colour scheme as its users have it: YAML or JSON, with the colours on the top or in `palette`.
///
/// Of YAML only what such files are made of is read: comments, `key: value` a line, values plain or in quotes,
/// and one level of indentation. Anything else is refused with its line.
struct SchemeText: Equatable {
  struct Value: Equatable {
    var text: String
    var line: Int?
  }

  struct Fault: Error, Equatable {
    var reason: String
    var line: Int?
  }

  /// By key; those within `palette` as if they stood on the top.
  private(set) var values: [String: Value] = [:]

  private mutating func add(_ key: String, _ text: String, line: Int?) throws(Fault) {
    guard values.updateValue(Value(text: text, line: line), forKey: key) == nil else {
      throw Fault(reason: "the key '\(key.prefix(40))' comes twice", line: line)
    }
  }

  // MARK: - YAML

  /// Reads the YAML form.
  ///
  /// - Complexity: O(characters)
  static func yaml(_ text: String) -> Result<SchemeText, Fault> {
    Result { () throws(Fault) in
      var scheme = SchemeText()
      var isInPalette = false
      let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      for (index, line) in lines.enumerated() {
        let content = line.drop { $0 == " " }
        if content.isEmpty || content.first == "#" || line.hasPrefix("---") || line.hasPrefix("%") {
          continue
        }
        if line == "..." { break }
        let isIndented = content.startIndex > line.startIndex
        let (key, value) = try pair(content, line: index + 1)
        guard !isIndented || isInPalette else {
          throw Fault(reason: "only what is under 'palette:' is indented in a scheme", line: index + 1)
        }
        if !isIndented { isInPalette = key == "palette" && value == nil }
        if isInPalette && !isIndented { continue }
        guard let value else { throw Fault(reason: "'\(key.prefix(40))' has no value", line: index + 1) }
        try scheme.add(key, value, line: index + 1)
      }
      return scheme
    }
  }

  private static func pair(_ line: Substring, line number: Int) throws(Fault) -> (String, String?) {
    guard let colon = line.firstIndex(of: ":") else {
      throw Fault(reason: "expected 'key: value', found '\(line.prefix(24))'", line: number)
    }
    let key = line[..<colon].filter { $0 != "\"" && $0 != "'" }
    guard !key.isEmpty, key.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }) else {
      throw Fault(reason: "'\(line[..<colon].prefix(24))' is no key of a scheme", line: number)
    }
    let rest = line[line.index(after: colon)...]
    guard rest.isEmpty || rest.first == " " || rest.first == "\t" else {
      throw Fault(reason: "expected a space behind '\(key.prefix(24)):'", line: number)
    }
    return (key, try scalar(rest.drop { $0 == " " || $0 == "\t" }, line: number))
  }

  /// A plain or quoted value without the comment behind it; nil where there is none.
  private static func scalar(_ text: Substring, line: Int) throws(Fault) -> String? {
    guard let first = text.first, first != "#" else { return nil }
    if first == "\"" || first == "'" {
      let inner = text.dropFirst()
      guard let end = inner.firstIndex(of: first) else {
        throw Fault(reason: "a value in quotes is not closed on its line", line: line)
      }
      let rest = inner[inner.index(after: end)...].drop { $0 == " " || $0 == "\t" }
      guard rest.isEmpty || rest.first == "#" else {
        throw Fault(reason: "more text behind a value in quotes", line: line)
      }
      return String(inner[..<end])
    }
    guard !"[{&*!|>@`%".contains(first) else {
      throw Fault(reason: "values of a scheme are plain or in quotes, not '\(text.prefix(24))'", line: line)
    }
    var value = ""
    for character in text {
      if character == "#", value.last == " " { break }
      value.append(character)
    }
    while value.last == " " || value.last == "\t" { value.removeLast() }
    return value
  }

  // MARK: - JSON

  /// Reads the JSON form.
  static func json(_ bytes: [UInt8]) -> Result<SchemeText, Fault> {
    Result { () throws(Fault) in
      var scheme = SchemeText()
      var scanner = JSONScanner(bytes)
      do throws(JSONFault) {
        guard case .object(let object) = try scanner.document() else {
          throw JSONFault(offset: 0, reason: .unexpectedEnd(.mark("{")))
        }
        return try scheme.adding(object)
      } catch {
        throw Fault(reason: "\(error.reason)", line: error.place(in: bytes).line)
      }
    }
  }

  private mutating func adding(_ object: JSONObject) throws(JSONFault) -> SchemeText {
    for member in object.members {
      switch member.value {
      case .string(let text): values[member.key] = Value(text: text, line: nil)
      case .object(let palette) where member.key == "palette": _ = try adding(palette)
      default: continue
      }
    }
    return self
  }
}

// MARK: - Themes from schemes

extension ThemeFile {
  /// What a scheme's colours are for here; the shipped styles name colours by these words.
  private static let schemeColors: [(color: String, base16: String, base24: String?)] = [
    ("ground", "base00", nil), ("panel", "base01", nil), ("selected", "base02", nil),
    ("muted", "base04", nil),
    ("text", "base05", nil), ("strong", "base06", nil), ("bad", "base08", "base12"),
    ("warning", "base0A", "base13"), ("good", "base0B", "base14"), ("accent", "base0C", "base15"),
    ("key", "base0D", "base16"), ("changed", "base0E", "base17"), ("label", "base09", nil),
    ("series1", "base0D", "base16"), ("series2", "base0A", "base13"), ("series3", "base0C", "base15"),
    ("series4", "base0E", "base17"), ("series5", "base0B", "base14"), ("series6", "base08", "base12"),
  ]

  /// Takes a scheme: its colours as a palette under the styles of `dark`.
  mutating func read(_ scheme: Result<SchemeText, SchemeText.Fault>) {
    let values: [String: SchemeText.Value]
    switch scheme {
    case .success(let scheme): values = scheme.values
    case .failure(let fault): return refuse(fault.reason, line: fault.line)
    }
    inherits = Reference(name: "dark", line: nil)
    let title = values["name"]?.text ?? values["scheme"]?.text ?? name
    let isLarge = values["base17"] != nil
    about = "\(isLarge ? "base24" : "base16") scheme \(title.prefix(60))"
    let isDark = values["base00"].flatMap { Self.color($0) }.map { $0.luminance < RGB.evenLuminance } ?? true
    let missing = Set(Self.schemeColors.map(\.base16)).subtracting(values.keys).sorted()
    guard missing.isEmpty else {
      return refuse("is no base16 scheme: \(missing.joined(separator: ", ")) missing")
    }
    for (color, base16, base24) in Self.schemeColors {
      let key = isLarge ? base24.flatMap { values[$0] == nil ? nil : $0 } ?? base16 : base16
      guard let value = values[key] else { continue }
      guard let rgb = Self.color(value) else {
        note(.badColor(String(value.text.prefix(40))), line: value.line)
        continue
      }
      palette[color] = ThemeColor(rgb, sixteen: Self.sixteen(color, rgb, isDark: isDark))
    }
  }

  /// A colour of a scheme: six digits, with or without `#`.
  private static func color(_ value: SchemeText.Value) -> RGB? {
    RGB(digits: value.text.first == "#" ? value.text.dropFirst() : value.text[...])
  }

  /// Which of the terminal's sixteen stands for a scheme's colour.
  ///
  /// The selection must not vanish in the background, and dark grey is black where there are eight colours.
  private static func sixteen(_ name: String, _ color: RGB, isDark: Bool) -> UInt8 {
    if name == "selected" { return isDark ? 4 : 6 }
    let nearest = TerminalPalette.nearestBasic(to: color)
    return nearest == 8 ? (isDark ? 7 : 0) : nearest
  }
}
