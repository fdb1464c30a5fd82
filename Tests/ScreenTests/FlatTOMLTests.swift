import TestSupport
import Testing

@testable import Screen

struct FlatTOMLTests {
  @Test func valuesComeWithTheirTablesAndLines() throws {
    let toml = try FlatTOML(
      """
      about = "one \\"two\\" \\u00e9\\n" # a remark
      [palette]

      red = 1\r
      'sky blue' = { rgb = "#5fafff", 256 = 75, list = [1, true, 'x',] }
      [ styles ]  # the rest
      "text.muted" = -0
      empty = {}
      """)
    #expect(toml.entries.map(\.line) == [1, 4, 5, 7, 8])
    #expect(toml.entries.map(\.table) == ["", "palette", "palette", "styles", "styles"])
    #expect(toml.entries.map(\.key) == ["about", "red", "sky blue", "text.muted", "empty"])
    #expect(toml.entries[0].value == .string("one \"two\" é\n"))
    let list = TOMLItem.array([.integer(1), .boolean(true), .string("x")])
    #expect(
      toml.entries[2].value
        == .table([
          .init(key: "rgb", value: .string("#5fafff")), .init(key: "256", value: .integer(75)),
          .init(key: "list", value: list),
        ]))
    #expect(toml.entries[3].value == .integer(0))
    #expect(toml.tables == ["": 1, "palette": 2, "styles": 6])
  }

  static let damaged: [(String, Int, String)] = [
    ("a", 1, "expected '='"), ("text.muted = 1", 1, "a dot"), ("a = ", 1, "the end of the line"),
    ("\na = \"x", 2, "not closed"), ("a = 'x", 1, "not closed"), ("a = \"\\q\"", 1, "escape"),
    ("a = \"\\ud800\"", 1, "escape"), ("a = 1\na = 2", 2, "comes twice"), ("[t]\n[t]", 2, "comes twice"),
    ("[[t]]", 1, "arrays of tables"), ("[t", 1, "header"), ("[a.b]", 1, "header"),
    ("[]", 1, "expected a key"),
    ("a = [1", 1, "',' or ']'"), ("a = [}", 1, "found '}'"), ("a = {b = 1", 1, "',' or '}'"),
    ("a = {b = 1, b = 2}", 1, "comes twice"), ("a = [[[[[1]]]]]", 1, "nested"),
    ("a = 1.5", 1, "whole number"),
    ("a = 1979-05-27", 1, "whole number"), ("a = 01", 1, "whole number"), ("a = +-1", 1, "whole number"),
    ("a = 99999999999999999999", 1, "whole number"), ("a = \"\"\"x\"\"\"", 1, "end of the line"),
    ("a = \"x\" y", 1, "end of the line"), ("a = \u{7}", 1, "control character"),
    ("= 1", 1, "expected a key"),
    ("a = { " + (0..<17).map { "k\($0) = 1" }.joined(separator: ", ") + " }", 1, "more than 16"),
  ]

  @Test(arguments: damaged)
  func whatIsDamagedIsNamedWithItsLine(text: String, line: Int, reason: String) {
    do {
      _ = try FlatTOML(text)
      Issue.record("read: \(text)")
    } catch {
      #expect(error.line == line)
      #expect(error.reason.contains(reason), "\(error.reason)")
    }
  }

  /// What a theme writes is read back as it was, whatever its strings hold.
  @Test func quotedStringsReadBack() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<200 {
      let scalars = (0..<Int.random(in: 0..<8, using: &random)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 1..<0x300, using: &random))
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      let toml = try FlatTOML("\(Theme.key(text)) = \(Theme.quoted(text))")
      #expect(toml.entries == [.init(table: "", key: text, value: .string(text), line: 1)])
    }
  }

  @Test func anyTextIsReadOrRefused() {
    var random = SeededGenerator(seed: 2)
    let pieces = [
      "[", "]", "{", "}", "=", ",", "\"", "'", "\\", "\\u", "a", "text", " ", "\n", "#", "1", "-", "true",
      "é",
      "\r", "\t", "a = ", "[styles]\n", "\u{0}", ".", "\"x\"",
    ]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0..<14, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
      let outcome = Result { try FlatTOML(text) }
      if case .success(let toml) = outcome { #expect(toml.entries.count <= text.utf8.count) }
    }
  }
}
