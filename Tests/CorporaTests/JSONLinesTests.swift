import Corpora
import JSONText
import Testing

struct JSONLinesTests {
  @Test func readsIdTitleTextAndFieldsInOrder() throws {
    let text = """
      {"_id": "d1", "title": "Tea", "text": "Boil water.", "zeta": "z", "alpha": 1.50, "ok": true, "tags": ["a", {"b": null}], "none": null}

      {"text":"No id"}
      {"id": 7, "text": "", "title": ""}
      """
    let texts = try read(text, as: "a.jsonl").texts
    #expect(texts.map(\.id) == ["d1", "a.jsonl:3", "7"])
    #expect(texts.map(\.title) == ["Tea", nil, nil])
    #expect(texts.map(\.text) == ["Boil water.", "No id", ""])
    #expect(texts.map(\.line) == [1, 3, 4])
    #expect(texts[0].embeddedText == "Tea Boil water.")
    #expect(
      texts[0].fields == [
        TextField(name: "zeta", value: "z"), TextField(name: "alpha", value: "1.50"),
        TextField(name: "ok", value: "true"), TextField(name: "tags", value: #"["a", {"b": null}]"#),
      ])
  }

  @Test func takesTheTextFromAnotherKey() throws {
    let texts = try read(
      #"{"id":"a","title":"T","text":"t","body":"b"}"#, as: "a.ndjson", CorpusOptions(textColumn: "body")
    ).texts
    #expect(texts[0].text == "b" && texts[0].title == "T")
    #expect(texts[0].fields == [TextField(name: "text", value: "t")])
    let titles = try read(#"{"title":"T"}"#, as: "a.jsonl", CorpusOptions(textColumn: "title")).texts
    #expect(titles[0].text == "T" && titles[0].title == nil)
  }

  @Test func prefersTheUnderlinedId() throws {
    let texts = try read(#"{"id":"a","_id":"b","text":"t"}"#, as: "a.jsonl").texts
    #expect(texts[0].id == "b" && texts[0].fields == [TextField(name: "id", value: "a")])
  }

  @Test func decodesEscapes() throws {
    let line = #"{"text":"q\" b\\ s\/ \b\f\n\r\t \u00e9 \uD83D\ude00 雪"}"#
    #expect(
      try read(line, as: "a.jsonl").texts[0].text == "q\" b\\ s/ \u{8}\u{C}\n\r\t é 😀 雪")
  }

  @Test(arguments: [
    (#"{"text": "a""#, 13, JSONFault.Reason.unexpectedEnd(.commaOr("}"))),
    (#"{"text": "a"} x"#, 15, .trailing),
    (#"{text: "a"}"#, 2, .unexpected(0x74, .mark("\""))), (#"{"text": "\x"}"#, 12, .unknownEscape),
    (#"{"text": "\ud800"}"#, 17, .loneSurrogate), (#"{"text": "a"#, 12, .unclosedString),
    ("{\"text\": \"a\tb\"}", 12, .controlCharacter(9)), (#"{"n": 01, "text": "a"}"#, 8, .leadingZero),
    (#"{"n": nul}"#, 10, .unexpected(0x7D, .value)),
    (#"{"n": [1,], "text": "a"}"#, 10, .unexpected(0x5D, .value)),
    (#"{"text": "a", "text": "b"}"#, 21, .duplicateKey("text")), ("[1", 3, .unexpectedEnd(.commaOr("]"))),
  ])
  func namesWhereJSONIsDamaged(line: String, column: Int, problem: JSONFault.Reason) {
    expectRowError("{\"text\":\"ok\"}\n\(line)\n", as: "a.jsonl", line: 2, .json(column: column, problem))
  }

  @Test func boundsTheDepth() throws {
    let deep = String(repeating: "[", count: 1_000_000)
    expectRowError(
      #"{"text":"a","n":"# + deep, as: "a.jsonl", line: 1, .json(column: 144, .tooDeep(limit: 128)))
    let allowed = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(try read(#"{"text":"a","n":\#(allowed)}"#, as: "a.jsonl").texts.count == 1)
  }

  @Test func namesWhatIsMissingOrOfTheWrongType() {
    expectRowError("[1]", as: "a.jsonl", line: 1, .notAnObject)
    let message = expectRowError(
      #"{"body":"b","id":"1"}"#, as: "a.jsonl", line: 1, .missingText(key: "text", keys: ["body", "id"]))
    #expect(message.contains("the keys are body, id"))
    expectRowError(#"{"text":null}"#, as: "a.jsonl", line: 1, .missingText(key: "text", keys: ["text"]))
    expectRowError(#"{"text":1}"#, as: "a.jsonl", line: 1, .wrongType(key: "text", expected: "a string"))
    expectRowError(
      #"{"text":"a","title":[]}"#, as: "a.jsonl", line: 1, .wrongType(key: "title", expected: "a string"))
    expectRowError(
      #"{"text":"a","id":true}"#, as: "a.jsonl", line: 1,
      .wrongType(key: "id", expected: "a string or a number"))
    expectRowError(#"{"text":"\u0000"}"#, as: "a.jsonl", line: 1, .zeroCharacter)
    expectRowError(
      Array(#"{"text":""#.utf8) + [0xC3, 0x22, 0x7D], as: "a.jsonl", line: 1,
      .invalidUTF8(offset: 9, byte: 0xC3))
  }

  @Test func refusesAnIdUsedTwice() throws {
    let text = "{\"id\":\"a\",\"text\":\"1\"}\n{\"id\":\"a\",\"text\":\"2\"}\n{\"id\":\"a\",\"text\":\"3\"}"
    let message = expectRowError(text, as: "a.jsonl", line: 2, .duplicatedID("a", firstLine: 1))
    #expect(message.contains("'a'"))
    let contents = try read(text, as: "a.jsonl", skipping)
    #expect(contents.texts.map(\.text) == ["1"])
    #expect(contents.skipped.map(\.line) == [2, 3])
  }

  @Test func keepsNumbersAndKeysInsideFieldsAsTheyAreWritten() throws {
    let fields = try read(#"{"text":"t","big":1e400,"deep":{"a":1,"a":2}}"#, as: "a.jsonl").texts[0].fields
    #expect(fields.map(\.value) == ["1e400", #"{"a":1,"a":2}"#])
  }

  @Test func skipsAndCountsDamagedLines() throws {
    let contents = try read("{\"text\":\"1\"}\n{\"text\":\n{}\n{\"text\":\"2\"}", as: "a.jsonl", skipping)
    #expect(contents.texts.map(\.text) == ["1", "2"])
    #expect(contents.skipped.map(\.line) == [2, 3])
  }
}
