import TestSupport
import Testing

@testable import Screen

struct SchemeTests {
  /// Sixteen greys and colours that are nobody's scheme.
  private static let colors = [
    "101214", "1a1d21", "26384f", "70757c", "a9afb8", "d8dce2", "eef0f3", "ffffff", "ff8c80", "f0a860",
    "e8c860",
    "8cd080", "70c8e0", "90b8f8", "d8a0f0", "c0a080",
  ]

  private static func pairs(_ write: (String, String) -> String) -> String {
    colors.enumerated().map { index, color in
      write("base0" + String(index, radix: 16, uppercase: true), color)
    }.joined(separator: "\n")
  }

  private func theme(_ path: String, _ text: String) -> (theme: Theme, faults: [ThemeFault]) {
    let dark = ThemeFile(
      path: "dark.toml",
      bytes: Array("[styles]\ntext = { fg = \"text\", bg = \"ground\" }\n\"text.error\" = \"bad\"".utf8))
    let file = ThemeFile(path: path, bytes: Array(text.utf8))
    let entry = ThemeLibrary([file, dark]).entry(file)
    return (entry.theme(on: nil), entry.faults)
  }

  static let forms: [(String, String)] = [
    ("old.yaml", "scheme: \"Nobody's\"\nauthor: 'me' # it is\n" + pairs { "\($0): \"\($1)\"" }),
    ("plain.yml", "# a remark\n---\nscheme: Nobody's: best #1\n" + pairs { "\($0): \($1)  # a colour" }),
    (
      "new.yaml",
      "system: \"base16\"\nname: x\nvariant: dark\npalette:\n" + pairs { "  \($0): \"#\($1)\"" } + "\n"
    ),
    (
      "flat.json",
      "{ \"scheme\": \"x\", " + pairs { "\"\($0)\": \"\($1)\"" }.replacing("\n", with: ",\n") + " }"
    ),
    (
      "deep.json",
      "{ \"name\": \"x\", \"palette\": {" + pairs { "\"\($0)\": \"#\($1)\"" }.replacing("\n", with: ",")
        + "} }"
    ),
  ]

  @Test(arguments: forms)
  func everyFormGivesTheSameTheme(path: String, text: String) {
    let (theme, faults) = theme(path, text)
    #expect(faults == [])
    #expect(theme.about.hasPrefix("base16 scheme "))
    let error = theme.resolve(.textError, depth: .direct)
    #expect(error.foreground == .direct(RGB(red: 0xFF, green: 0x8C, blue: 0x80)))
    #expect(error.background == .direct(RGB(red: 0x10, green: 0x12, blue: 0x14)))
    #expect(theme.palette["selected"]?.terminalColor(.sixteen) == .indexed(4))
    #expect(theme.fixesColors)
  }

  @Test func aBase24SchemeGivesItsBrightColours() {
    let more = (0...7).map { "base1\($0): \"ff00\($0)0\"" }.joined(separator: "\n")
    let (theme, faults) = theme("large.yaml", Self.forms[0].1 + "\n" + more)
    #expect(faults == [])
    #expect(theme.about == "base24 scheme Nobody's")
    #expect(theme.palette["bad"]?.terminalColor(.direct) == .direct(RGB(red: 255, green: 0, blue: 0x20)))
  }

  static let damaged: [(String, String, String)] = [
    ("a.yaml", "scheme: x", "base00, base01"), ("a.yaml", "scheme x", "line 1: expected 'key: value'"),
    ("a.yaml", "base00: \"2b", "line 1: a value in quotes is not closed"),
    ("a.yaml", "base00: \"2b\" 3", "line 1: more text"),
    ("a.yaml", "a: 1\na: 2", "line 2: the key 'a' comes twice"),
    ("a.yaml", "colours:\n  base00: 2b303b", "'colours' has no value"),
    ("a.yaml", "a: [1, 2]", "plain or in quotes"),
    ("a.yaml", "a: &x 1", "plain or in quotes"),
    ("a.yaml", "x: 1\n  base00: 1", "line 2: only what is under"),
    ("a.yaml", "a:b", "expected a space"), ("a.yaml", "? a: b", "no key of a scheme"),
    ("a.json", "[]", "expected"), ("a.json", "{\"a\": \"b\",\n \"a\": \"c\"}", "comes twice"),
    ("a.json", "{\n\n\"base00\"", "line 3"), ("a.json", "{}", "is no base16 scheme"),
  ]

  @Test(arguments: damaged)
  func whatIsNoSchemeIsRefused(path: String, text: String, message: String) {
    let faults = theme(path, text).faults.filter(\.isUnreadable)
    #expect(faults.count == 1)
    #expect(faults.first?.description.contains(message) == true, "\(faults.map(\.description))")
  }

  @Test func aColourThatIsNoneIsNamedWithItsLine() {
    let faults = theme("a.yaml", Self.forms[0].1.replacing("ff8c80", with: "ff8c8")).faults
    #expect(faults.contains { $0.line == 11 && $0.problem == .badColor("ff8c8") }, "\(faults)")
  }

  @Test func anyTextIsReadOrRefused() {
    var random = SeededGenerator(seed: 3)
    let pieces = [
      "base00", ":", " ", "\n", "\"", "'", "#", "palette:", "  ", "{", "}", ",", "[", "é", "---", "...", "\t",
      "\\",
    ]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
      for path in ["a.yaml", "a.json"] {
        #expect(ThemeFile(path: path, bytes: Array(text.utf8)).faults.contains { $0.isUnreadable })
      }
    }
  }
}
