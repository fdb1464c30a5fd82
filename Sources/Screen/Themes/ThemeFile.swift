/// What one theme file says, before what it inherits is added.
public struct ThemeFile: Hashable, Sendable {
  /// A name with the line that it stands on.
  struct Reference: Hashable, Sendable {
    var name: String
    var line: Int?
  }

  /// Larger files are not read.
  public static let byteLimit = 1 << 16
  /// The endings of the files that are themes.
  public static let extensions = ["toml", "yaml", "yml", "json"]

  /// What the theme is called: the file's name without its ending.
  public let name: String
  /// The file as messages name it.
  public let path: String
  /// One line for lists.
  public internal(set) var about = ""
  var inherits: Reference?
  /// The themes that stand for this one by the terminal's background; empty for a theme with styles of its own.
  var choices: [Background?: Reference] = [:]
  var palette: [String: ThemeColor] = [:]
  var styles: [StyleName: ThemeStyle] = [:]
  var styleLines: [StyleName: Int] = [:]
  var ramps: [Ramp: RampCurve] = [:]
  /// What is wrong within the file itself.
  public internal(set) var faults: [ThemeFault] = []

  /// Reads a theme; what is wrong is left out and noted in `faults`.
  ///
  /// Files that end in `.yaml`, `.yml` or `.json` are base16 or base24 schemes.
  public init(path: String, bytes: [UInt8]) {
    let file = path.split(separator: "/").last.map { String($0) } ?? path
    let ending = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
    let isKnown = Self.extensions.contains(ending)
    self.init(name: isKnown ? String(file.dropLast(ending.count + 1)) : file, path: path)
    guard bytes.count <= Self.byteLimit else {
      refuse("has \(bytes.count) bytes; themes have \(Self.byteLimit) at most")
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      refuse("is not UTF-8 text")
      return
    }
    let plain = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    switch ending {
    case "yaml", "yml": read(SchemeText.yaml(plain))
    case "json": read(SchemeText.json(bytes))
    default: readTOML(plain)
    }
  }

  /// A file that cannot be opened.
  public init(path: String, unreadable reason: String) {
    self.init(path: path, bytes: [])
    faults = []
    refuse(reason)
  }

  init(name: String, path: String) {
    self.name = name
    self.path = path
  }

  /// The theme that is there without any file, and that others inherit from.
  static let builtIn: ThemeFile = {
    var file = ThemeFile(name: Theme.terminal.name, path: "built in")
    file.about = Theme.terminal.about
    file.palette = Theme.terminal.palette
    file.styles = Theme.terminal.styles
    return file
  }()

  mutating func refuse(_ reason: String, line: Int? = nil) { note(.unreadable(reason), line: line) }

  mutating func note(_ problem: ThemeFault.Problem, line: Int?) {
    faults.append(ThemeFault(file: path, line: line, problem))
  }

  /// The nearest known name, while there are few faults: each search costs time.
  func closest(to name: String, among names: some Sequence<String>) -> String? {
    faults.count < 20 ? closestName(to: name, among: names) : nil
  }
}

// MARK: - TOML

extension ThemeFile {
  private static let tables = ["palette", "styles", "ramps", "auto"]

  private mutating func readTOML(_ text: String) {
    let toml: FlatTOML
    do {
      toml = try FlatTOML(text)
    } catch {
      refuse(error.reason, line: error.line)
      return
    }
    for (table, line) in toml.tables.sorted(by: { $0.value < $1.value })
    where !table.isEmpty && !Self.tables.contains(table) {
      note(.unknownKey("[\(table)]", closest: closest(to: table, among: Self.tables)), line: line)
    }
    for entry in toml.entries {
      switch entry.table {
      case "": readTop(entry)
      case "palette": readColor(entry)
      case "styles": readStyle(entry)
      case "ramps": readRamp(entry)
      case "auto": readChoice(entry)
      default: break
      }
    }
    if !choices.isEmpty, inherits != nil || !styles.isEmpty || !palette.isEmpty || !ramps.isEmpty {
      note(
        .badValue(key: "[auto]", expected: "alone: what it chooses has the styles"), line: toml.tables["auto"]
      )
    }
  }

  private mutating func readTop(_ entry: FlatTOML.Entry) {
    guard ["inherits", "about"].contains(entry.key) else {
      let known = ["inherits", "about"] + Self.tables
      return note(.unknownKey(entry.key, closest: closest(to: entry.key, among: known)), line: entry.line)
    }
    guard let text = entry.value.string else {
      return note(.badValue(key: entry.key, expected: "a string"), line: entry.line)
    }
    if entry.key == "about" {
      about = text
    } else {
      inherits = Reference(name: text, line: entry.line)
    }
  }

  private mutating func readColor(_ entry: FlatTOML.Entry) {
    guard let color = ThemeColor(entry.value) else {
      return note(.badColor(entry.value.shown), line: entry.line)
    }
    palette[entry.key] = color
  }

  private mutating func readRamp(_ entry: FlatTOML.Entry) {
    guard let ramp = Ramp(rawValue: entry.key) else {
      let known = Ramp.allCases.map(\.rawValue)
      return note(.unknownKey(entry.key, closest: closest(to: entry.key, among: known)), line: entry.line)
    }
    guard let curve = entry.value.string.flatMap({ RampCurve(rawValue: $0) }), curve.ramp == ramp else {
      return note(.unknownRamp(entry.value.shown, for: ramp), line: entry.line)
    }
    ramps[ramp] = curve
  }

  private mutating func readChoice(_ entry: FlatTOML.Entry) {
    let keys: [String: Background?] = ["dark": .dark, "light": .light, "unknown": Background?.none]
    guard let background = keys[entry.key] else {
      return note(.unknownKey(entry.key, closest: closest(to: entry.key, among: keys.keys)), line: entry.line)
    }
    guard let name = entry.value.string else {
      return note(.badValue(key: entry.key, expected: "the name of a theme"), line: entry.line)
    }
    choices[background] = Reference(name: name, line: entry.line)
  }

  private mutating func readStyle(_ entry: FlatTOML.Entry) {
    guard let name = StyleName(rawValue: entry.key) else {
      let known = StyleName.allCases.map(\.rawValue)
      return note(.unknownStyle(entry.key, closest: closest(to: entry.key, among: known)), line: entry.line)
    }
    var style = ThemeStyle()
    switch entry.value {
    case .string(let color): style.foreground = reference(color)
    case .table(let members): for member in members { read(member, into: &style, line: entry.line) }
    default:
      let expected = "a colour's name, or { fg = …, bg = …, attributes = […], plain = […] }"
      return note(.badValue(key: entry.key, expected: expected), line: entry.line)
    }
    styles[name] = style
    styleLines[name] = entry.line
  }

  private mutating func read(_ member: TOMLItem.Member, into style: inout ThemeStyle, line: Int) {
    switch member.key {
    case "fg", "bg":
      guard let color = member.value.string else {
        return note(.badValue(key: member.key, expected: "a colour's name or \"#rrggbb\""), line: line)
      }
      if member.key == "fg" {
        style.foreground = reference(color)
      } else {
        style.background = reference(color)
      }
    case "attributes", "plain":
      let attributes = attributes(member, line: line)
      if member.key == "plain" { style.plainAttributes = attributes } else { style.attributes = attributes }
    default:
      let closest = closest(to: member.key, among: ["fg", "bg", "attributes", "plain"])
      note(.unknownKey(member.key, closest: closest), line: line)
    }
  }

  private mutating func attributes(_ member: TOMLItem.Member, line: Int) -> TextAttributes {
    guard case .array(let items) = member.value else {
      note(.badValue(key: member.key, expected: "a list such as [\"bold\"]"), line: line)
      return []
    }
    var attributes: TextAttributes = []
    for item in items {
      if let attribute = TextAttributes.named.first(where: { $0.name == item.string })?.attribute {
        attributes.insert(attribute)
      } else {
        let known = TextAttributes.named.map(\.name)
        note(.unknownAttribute(item.shown, closest: closest(to: item.shown, among: known)), line: line)
      }
    }
    return attributes
  }

  /// The palette's name of a colour; one that is written out becomes a colour of its own, `default` is none.
  private mutating func reference(_ text: String) -> String? {
    if text == ThemeColor.defaultName { return nil }
    if let color = RGB(text) {
      palette[text] = ThemeColor(color)
    }
    return text
  }
}

extension ThemeColor {
  /// What stands for the terminal's own colour of text or background.
  static let defaultName = "default"

  /// A fixed colour with its nearest ones, searched once instead of at every paint.
  init(_ color: RGB, twoFiftySix: UInt8? = nil, sixteen: UInt8?? = nil) {
    self = .fixed(
      color, twoFiftySix: twoFiftySix ?? TerminalPalette.nearest(to: color),
      sixteen: sixteen ?? TerminalPalette.nearestBasic(to: color))
  }

  /// Reads `"#rrggbb"`, `"default"`, 0…15, or `{ rgb = …, 256 = …, 16 = … }`.
  init?(_ item: TOMLItem) {
    switch item {
    case .string(Self.defaultName): self = .terminal(nil)
    case .string(let text):
      guard let color = RGB(text) else { return nil }
      self.init(color)
    case .integer(let number):
      guard (0...15).contains(number) else { return nil }
      self = .terminal(UInt8(number))
    case .table(let members): self.init(members)
    case .boolean, .array: return nil
    }
  }

  private init?(_ members: [TOMLItem.Member]) {
    var color: RGB?
    var twoFiftySix: UInt8?
    var sixteen: UInt8??
    for member in members {
      switch (member.key, member.value) {
      case ("rgb", .string(let text)): color = RGB(text)
      case ("256", .integer(let number)) where (16...255).contains(number): twoFiftySix = UInt8(number)
      case ("16", .integer(let number)) where (0...15).contains(number): sixteen = UInt8(number)
      case ("16", .string(Self.defaultName)): sixteen = UInt8?.none
      default: return nil
      }
    }
    guard let color else { return nil }
    self.init(color, twoFiftySix: twoFiftySix, sixteen: sixteen)
  }
}

extension RGB {
  /// Reads `#rrggbb`; nil for anything else.
  public init?(_ text: String) {
    guard text.first == "#" else { return nil }
    self.init(digits: text.dropFirst())
  }

  /// Reads six hexadecimal digits.
  init?(digits: Substring) {
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16)
    else {
      return nil
    }
    self.init(red: UInt8(value >> 16), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
  }
}

extension TextAttributes {
  /// The attributes by their names in theme files.
  static let named: [(name: String, attribute: TextAttributes)] = [
    ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline), ("reverse", .reverse),
    ("strikethrough", .strikethrough),
  ]
}

extension TOMLItem {
  /// The value as messages show it.
  var shown: String {
    switch self {
    case .string(let text): String(text.prefix(40))
    case .integer(let number): "\(number)"
    case .boolean(let truth): "\(truth)"
    case .array: "[…]"
    case .table: "{…}"
    }
  }
}
