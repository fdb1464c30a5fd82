import Explorer
import Recipes
import Screen
import TestSupport
import Testing

@testable import Engine

/// Sessions as files: written, read, and refused.
struct SessionFileTests {
  private func read(_ text: String) throws -> SessionRecording {
    try SessionReader.read(Array(text.utf8), file: "s.jsonl")
  }

  private static let header = #"{"vecscope-session":1,"model":"m","corpora":["a.txt"],"size":"80x24"}"#

  @Test func everythingThatIsWrittenIsReadAgain() throws {
    var overrides = RecipeOverrides()
    overrides.queryPrompt = .literal("find: \n\"x\"")
    overrides.documentPrompt = .noPrompt
    overrides.pooling = [.cls, .mean]
    overrides.poolsPrompt = false
    overrides.layer = 3
    overrides.head = HeadChoice.none
    overrides.normalizes = true
    overrides.dimensions = 128
    overrides.metric = .dot
    overrides.precision = .int8
    overrides.maximumLength = 77
    overrides.joining = .stripped
    let header = SessionHeader(
      version: "1.2.3", model: "m", identity: "abc", corpora: ["a \u{1F600}.txt", "b"], count: 12,
      size: Size(columns: 120, rows: 40), view: .grid, overrides: overrides, texts: ["one\ntwo", ""],
      recipe: "0123")
    let steps: [SessionStep] = [
      .type("how do I 她 👩‍👩‍👧 é"), .key(KeyPress("w", .control)), .key(KeyPress("<")), .key(KeyPress(.home)),
      .action(.choosePooling), .choose(.chooseMetric, with: "dot"), .paste("a\nb\t\u{1B}\"\\"),
      .resize(Size(columns: 1, rows: 1)), .mouse(MouseEvent(.drag(.left), at: Point(column: 3, row: 4))),
      .mouse(MouseEvent(.scrollDown, at: .zero, .control)), .wait, .note("words"),
      .assert(.contains(top: 3, id: "a b")), .assert(.screen(contains: "\"quoted\"")),
    ]
    let recording = SessionRecording(
      header, steps.enumerated().map { SessionLine($0.element, recipe: $0.offset == 4 ? "ff" : nil) })
    #expect(try read(SessionText.text(recording)) == recording)
  }

  @Test(arguments: Action.allCases)
  func everyActionIsReadAgain(action: Action) throws {
    let recording = SessionRecording(
      SessionHeader(version: "", model: "", corpora: [], size: Size(columns: 100, rows: 30)),
      [SessionLine(.action(action))])
    #expect(try read(SessionText.text(recording)) == recording)
  }

  @Test(arguments: [
    ("", "is empty"), ("x", "line 1: expected a JSON object"), ("[]", "line 1: expected a JSON object"),
    (#"{"type":"a"}"#, "line 1: expected a header"),
    (#"{"vecscope-session":2}"#, "line 1: expected a header with \"vecscope-session\": 1"),
    (#"{"vecscope-session":1,"colour":"x"}"#, "'colour'"),
    (#"{"vecscope-session":1,"size":"0x0"}"#, "a size such as 100x30"),
    (#"{"vecscope-session":1,"size":"99999x99999"}"#, "a size such as 100x30"),
    (#"{"vecscope-session":1,"view":"x"}"#, "as view"),
    (#"{"vecscope-session":1,"count":-1}"#, "a whole number as count"),
    (#"{"vecscope-session":1,"list":[1]}"#, "a string as list"),
    (#"{"vecscope-session":1,"choices":{"pooling":"sum"}}"#, "as pooling, found 'sum'"),
    (#"{"vecscope-session":1,"choices":{"query_prompt":"x"}}"#, "as query_prompt"),
    (#"{"vecscope-session":1,"choices":{"taste":1}}"#, "'taste'"),
    (#"{"vecscope-session":1,"model":"a","model":"b"}"#, "line 1: expected a JSON object"),
  ])
  func aDamagedHeaderIsRefused(text: String, message: String) throws {
    let error = try #require(throws: SessionError.self) { try read(text) }
    #expect(error.description.contains(message), "\(error)")
  }

  @Test(arguments: [
    ("", "a JSON object"), (#"{"type":"a""#, "a JSON object"), (#"{}"#, "one of type, key"),
    (#"{"type":"a","key":"b"}"#, "one of type, key"), (#"{"type":"a\nb"}"#, "control character 10"),
    (#"{"type":1}"#, "a string as type"), (#"{"key":"<Nope>"}"#, "a key such as"),
    (#"{"key":"ab"}"#, "a key such as"), (#"{"action":"pooling.chose"}"#, "pooling.choose"),
    (#"{"action":"quit","with":"x"}"#, "no \"with\" for quit"), (#"{"wait":false}"#, "\"wait\": true"),
    (#"{"type":"a","with":"b"}"#, "'with'"), (#"{"resize":"wide"}"#, "a size such as"),
    (#"{"mouse":"<F3>"}"#, "a mouse event"), (#"{"assert":"top 1 ids a"}"#, "as word 3 of the assertion"),
    (#"{"wait":true,"recipe":7}"#, "a string as recipe"),
    (#"{"paste":[[[[[[1]]]]]]}"#, "a JSON object"),
  ])
  func aDamagedStepNamesItsLine(line: String, message: String) throws {
    let error = try #require(throws: SessionError.self) {
      try read("\(Self.header)\n{\"wait\":true}\n\(line)\n")
    }
    #expect(error.description.hasPrefix("s.jsonl: line 3: expected "), "\(error)")
    #expect(error.description.contains(message), "\(error)")
  }

  @Test func aSessionThatIsTooLargeIsRefused() throws {
    let lines = Self.header + "\n" + String(repeating: "{\"wait\":true}\n", count: SessionRecording.lineLimit)
    #expect(try read(lines).lines.count == SessionRecording.lineLimit)
    let error = try #require(throws: SessionError.self) { try read(lines + "{\"wait\":true}\n") }
    #expect(error == .tooManyLines(file: "s.jsonl", limit: SessionRecording.lineLimit))
    let bytes = [UInt8](repeating: 0x20, count: SessionReader.byteLimit + 1)
    #expect(throws: SessionError.self) { try SessionReader.read(bytes, file: "s.jsonl") }
  }

  @Test func aFileThatIsNotThereIsMissingInput() throws {
    let error = try #require(throws: SessionError.self) { try SessionReader.read(path: "/nowhere/s.jsonl") }
    #expect(error.isMissingInput && error.description.contains("/nowhere/s.jsonl"))
  }

  @Test func randomDamageNeverEndsTheProgram() throws {
    let whole = Array(
      (Self.header + "\n{\"type\":\"how\"}\n{\"action\":\"pooling.choose\",\"with\":\"cls\"}\n"
        + "{\"assert\":\"top 1 id a\"}\n").utf8)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do {
        let recording = try SessionReader.read(bytes, file: "s.jsonl")
        #expect(try read(SessionText.text(recording)) == recording)
      } catch let error as SessionError {
        #expect(error.description.contains("s.jsonl"))
      }
    }
  }
}
