import Corpora
import JSONText
import Recipes
import TestSupport
import Testing

struct InputTextTests {
  @Test(arguments: [
    ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\n", ["a", ""]),
    ("\u{FEFF}a\r\nb", ["a", "b"]),
    ("\r\n\r\n", ["", ""]), ("a\u{0}b", ["a\u{0}b"]), ("\u{FEFF}", []),
  ])
  func everyLineIsAText(input: String, expected: [String]) throws {
    #expect(try InputFormat.lines.texts(bytes: Array(input.utf8)).map(\.text) == expected)
  }

  @Test func readsObjects() throws {
    let input = """
      {"text":"a","id":"x","title":"T","role":"query","other":[1]}
      {"text":"\\u0000","id":3}
      """
    #expect(
      try InputFormat.jsonl.texts(bytes: Array(input.utf8)) == [
        InputText(id: "x", title: "T", text: "a", role: .query), InputText(id: "3", text: "\u{0}"),
      ])
  }

  @Test(arguments: [
    (#"{"text":"a","role":"user"}"#, RowProblem.unknownRole("user")),
    ("", .json(column: 1, .unexpectedEnd(.value))),
    (#"{"body":"a"}"#, .missingText(key: "text", keys: ["body"])), (#""a""#, .notAnObject),
  ])
  func namesTheLineOfADamagedObject(line: String, problem: RowProblem) throws {
    let bytes = Array("{\"text\":\"a\"}\n\(line)\n".utf8)
    #expect(throws: CorpusError.row(file: "standard input", line: 2, problem)) {
      try InputFormat.jsonl.texts(bytes: bytes)
    }
  }

  @Test func readsAFileAndRefusesWhatIsNotUTF8() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([0x61, 0x0A, 0x62, 0x80], to: "any.name")
    #expect(throws: CorpusError.row(file: path, line: 2, .invalidUTF8(offset: 3, byte: 0x80))) {
      try InputFormat.lines.texts(path: path)
    }
    #expect(throws: CorpusError.notFound(path: path + "x")) { try InputFormat.lines.texts(path: path + "x") }
    #expect(throws: CorpusError.notAFile(path: folder.path)) {
      try InputFormat.lines.texts(path: folder.path)
    }
    let limits = CorpusLimits(fileByteCount: 2)
    #expect(throws: CorpusError.fileTooLarge(file: path, byteCount: 4, limit: 2)) {
      try InputFormat.lines.texts(path: path, limits: limits)
    }
  }
}
