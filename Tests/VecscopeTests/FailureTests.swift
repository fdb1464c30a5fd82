import Foundation
import TestSupport
import Testing

/// Bad input: each fault has its message and its exit code, and nothing crashes.
struct FailureTests {
  private let vecscope: CommandRun

  init() throws { vecscope = try CommandRun() }

  private func expectFailure(
    _ status: Int32, _ words: String..., of arguments: [String], input: [UInt8] = Array("one\n".utf8),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await vecscope(arguments, input: input)
    #expect(result.status == status, "\(arguments): \(result.errors)", sourceLocation: sourceLocation)
    #expect(result.bytes.isEmpty, sourceLocation: sourceLocation)
    for word in words {
      #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation)
    }
  }

  @Test func unknownOptionsAndValuesAreUsage() async throws {
    let model = ["--model", try CommandRun.model()]
    try await expectFailure(64, "Unknown option '--colour'", of: ["encode", "--colour", "1"])
    try await expectFailure(64, "layer 99", "0 (embeddings) to 2", of: ["encode", "--layer", "99"] + model)
    try await expectFailure(64, "layer -1", of: ["encode", "--layer=-1"] + model)
    try await expectFailure(64, "100 dimensions", "1 to 32", of: ["encode", "--dimensions", "100"] + model)
    try await expectFailure(64, "maximum length 2", of: ["encode", "--max-length", "2"] + model)
    try await expectFailure(
      64, "positions for 48", of: ["encode", "--max-length", "4000"] + model)
    try await expectFailure(64, "--pooling", of: ["encode", "--pooling", "median"] + model)
    try await expectFailure(64, "--pooling", of: ["encode", "--pooling", "mean+mean"] + model)
    try await expectFailure(64, "decoder", of: ["encode", "--pooling", "decoder_first"] + model)
    try await expectFailure(64, "--metric", of: ["search", "--metric", "angle", "--filter", "q"] + model)
    try await expectFailure(64, "--threads 0", of: ["encode", "--threads", "0"] + model)
    try await expectFailure(64, "--kernels", of: ["encode", "--kernels", "mmx"] + model)
    try await expectFailure(64, "int4", of: ["encode", "--precision", "int4"] + model)
    try await expectFailure(64, "--top 0", of: ["search", "--top", "0", "--filter", "q"] + model)
    try await expectFailure(64, "--corpus", of: ["search", "query"] + model)
    try await expectFailure(64, "exclude", of: ["encode", "--prompt", "a", "--prefix", "b"] + model)
    try await expectFailure(64, "F99", of: ["render", "--keys", "<F99>"] + model)
    try await expectFailure(64, "--size", of: ["render", "--size", "wide"] + model)
    try await expectFailure(64, "out of range", of: ["render", "--timeout", "0"] + model)
    try await expectFailure(
      64, "no prompt 'greeting'", "document, query",
      of: ["encode", "--prompt", "greeting", "--model", CommandRun.model("bert-cls-prompts")])
    try await expectFailure(64, "declares none", of: ["encode", "--prompt", "greeting"] + model)
    try await expectFailure(
      64, "head", of: ["encode", "--pooling", "cls+mean", "--model", CommandRun.model("bert-dense-bf16")])
  }

  @Test func missingInputIsNamed() async throws {
    let model = ["--model", try CommandRun.model()]
    try await expectFailure(66, "/no/such/file", of: ["encode", "/no/such/file"] + model)
    try await expectFailure(66, "/no/such.txt", of: ["search", "--corpus", "/no/such.txt", "q"] + model)
    try await expectFailure(66, "no model 'all-MiniLM-L6-v2'", "vecscope pull", of: ["encode"])
    try await expectFailure(66, "no model 'some/model'", of: ["encode", "--model", "some/model"])
    try await expectFailure(66, "/no/such/model", of: ["encode", "--model", "/no/such/model"])
    try await expectFailure(66, "no model 'nothing'", of: ["models", "nothing"])
    try await expectFailure(69, "HF_HUB_OFFLINE", of: ["pull", "some/model"])
    try await expectFailure(64, "more than one '/'", of: ["encode", "--model", "a/b/c"])
    let render = try await vecscope("render", "--model", "some/model", "--size", "100x30")
    #expect(render.status == 66)
    #expect(render.text.contains("Enter fetches some/model") && render.text.contains("Without a network"))
  }

  @Test func numbersOfAnySizeAreRefusedOrMeanAll() async throws {
    let model = ["--model", try CommandRun.model()]
    let corpus = ["--corpus", try vecscope.write("one\ntwo\n", to: "two.txt")]
    let all = try await vecscope(["search"] + model + corpus + ["--top", "9223372036854775807", "one"])
    #expect(all.status == 0 && all.lines.count == 2)
    let compared = try await vecscope(
      ["compare", "--a", "", "--b", "--pooling cls", "--queries", corpus[1]] + model + corpus
        + ["--top", "9223372036854775807"])
    #expect(compared.status == 0)
    let search = ["bench", "search", "--rows", "100", "--repeats", "1"]
    try await expectFailure(64, "--rows", of: ["bench", "search", "--rows", "100000000000"])
    try await expectFailure(64, "--dimensions", of: search + ["--dimensions", "9223372036854775807"])
    try await expectFailure(
      64, "--oversampling", of: search + ["--preview", "--oversampling", "999999999999999999"])
    try await expectFailure(64, "--repeats 0", of: ["bench", "search", "--repeats", "0"])
    try await expectFailure(66, "/no/such", of: search + ["--vectors", "/no/such"])
    try await expectFailure(64, "0/0", of: ["search", "--chunk", "0/0", "one"] + model + corpus)
  }

  @Test func nothingIsMeasuredWithoutTexts() async throws {
    let model = ["--model", try CommandRun.model()]
    let empty = try vecscope.write("", to: "empty.txt")
    for command in ["keys", "start"] {
      try await expectFailure(66, "/no/such", of: ["bench", command, "--corpus", "/no/such"] + model)
    }
    try await expectFailure(65, "no text", of: ["bench", "keys", "--corpus", empty] + model)
    try await expectFailure(65, "no text", of: ["bench", "encode", "--input", empty] + model)
    let render = try await vecscope("render", "--model", "/no/such/model")
    #expect(render.status == 66)
  }

  @Test func damagedTextsAreNamedByLine() async throws {
    let model = ["--model", try CommandRun.model()]
    let jsonl = ["encode", "--input-format", "jsonl"] + model
    try await expectFailure(
      65, "standard input, line 2", "not UTF-8", of: ["encode"] + model,
      input: Array("one\ntw".utf8) + [0xC3, 0x28])
    try await expectFailure(65, "line 1", of: jsonl, input: Array("{\"text\": \"a\"\n".utf8))
    try await expectFailure(65, "line 1", "'text'", of: jsonl, input: Array("{\"body\": \"a\"}\n".utf8))
    try await expectFailure(65, "line 1", "JSON object", of: jsonl, input: Array("[1]\n".utf8))
    try await expectFailure(
      65, "unknown role 'judge'", of: jsonl, input: Array("{\"text\": \"a\", \"role\": \"judge\"}\n".utf8))
    try await expectFailure(65, "must be", of: jsonl, input: Array("{\"text\": 7}\n".utf8))
    let nested = String(repeating: "[", count: 100_000)
    try await expectFailure(
      65, "line 1", of: jsonl, input: Array("{\"text\": \"a\", \"x\": \(nested)\n".utf8))
  }

  @Test func damagedCorporaAreNamedByLine() async throws {
    func search(_ path: String) throws -> [String] {
      ["search", "--model", try CommandRun.model(), "--corpus", path, "q"]
    }
    try await expectFailure(65, "empty.txt", "no text", of: search(vecscope.write("", to: "empty.txt")))
    try await expectFailure(65, "blank.txt", of: search(vecscope.write("\n \n\n", to: "blank.txt")))
    try await expectFailure(65, "header", of: search(vecscope.write("", to: "empty.csv")))
    try await expectFailure(
      65, "bad.txt, line 2", "0xFF", of: search(vecscope.write(Array("a\n".utf8) + [0xFF], to: "bad.txt")))
    try await expectFailure(
      65, "--text-column", "body", of: search(vecscope.write("id,body\n1,x\n", to: "a.csv")))
    try await expectFailure(65, "never ends", of: search(vecscope.write("text\n\"open\n", to: "open.csv")))
    try await expectFailure(65, "line 1", of: search(vecscope.write("{\"text\"\n", to: "cut.jsonl")))
    try await expectFailure(65, "UTF-8", of: search(vecscope.write([0xFF, 0xFE, 0x61, 0], to: "wide.txt")))
    try await expectFailure(65, ".jsonl", of: search(vecscope.write("x", to: "file.pdf")))
  }

  @Test func raggedRowsAreNamedOrSkipped() async throws {
    let path = try vecscope.write("id,text\n1,one\n2,two,too\n3\n4,four\n", to: "ragged.csv")
    let arguments = ["search", "--model", try CommandRun.model(), "--corpus", path, "four"]
    try await expectFailure(65, "ragged.csv, line 3", "3 columns", of: arguments)
    let result = try await vecscope(arguments + ["--skip-invalid"])
    #expect(result.status == 0 && result.lines.count == 2)
    #expect(result.errors.contains("2 invalid rows"))
  }

  @Test func anUnusualStandardInputIsAnError() async throws {
    let model = try CommandRun.model()
    let closed = try await vecscope.shell(#""$0" encode --model "$1" <&-"#, model)
    #expect(closed.status == 66 && closed.errors.contains("standard input: cannot be read"))
    let folder = try await vecscope.shell(#""$0" encode --model "$1" </"#, model)
    #expect(folder.status == 66 && folder.errors.contains("standard input: cannot be read"))
  }

  @Test func outputThatCannotBeWrittenIsAnError() async throws {
    let model = try CommandRun.model()
    let full = try await vecscope.shell(#"echo one | "$0" encode --model "$1" >/dev/full"#, model)
    #expect(full.status == 73 && full.errors.contains("standard output: cannot be written"), "\(full)")
    let closed = try await vecscope.shell(#"echo one | "$0" encode --model "$1" >&-"#, model)
    #expect(closed.status == 73 && closed.errors.contains("standard output: cannot be written"))
    let help = try await vecscope.shell(#""$0" --help >/dev/full"#)
    #expect(help.status == 73 && help.errors.contains("standard output: cannot be written"))
    let silent = try await vecscope.shell(#""$0" encode --model /no/such/model 2>&-"#)
    #expect(silent.status == 66 && silent.bytes.isEmpty)
    let file = try vecscope.write("x", to: "file")
    try await expectFailure(
      73, "\(file)/below", of: ["encode", "--model", model, "--output", file + "/below"])
    try await expectFailure(
      73, vecscope.workFolder, of: ["encode", "--model", model, "--output", vecscope.workFolder])
  }

  @Test func aReaderThatGoesAwayIsNoFault() async throws {
    let result = try await vecscope.shell(
      #"yes 'a text of a few words' | head -n 20000 | "$0" tokenize --model "$1" | head -n 1 | cut -c 1-10"#,
      try CommandRun.model())
    #expect(result.text == "{\"index\":0\n" && result.errors.isEmpty)
  }

  @Test func filesOfTheUserThatCannotBeKeptStopNothing() async throws {
    var vecscope = vecscope
    let file = try vecscope.write("x", to: "file")
    let corpus = try vecscope.write("one\ntwo\n", to: "texts.txt")
    let model = try CommandRun.model()
    for name in ["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"] {
      vecscope.environment[name] = file + "/below"
    }
    let search = try await vecscope("search", "--model", model, "--corpus", corpus, "one")
    #expect(search.status == 0 && search.lines.count == 2)
    #expect(search.errors.contains("goes on without storing vectors"))
    #expect(search.errors.split(separator: "\n").count == 1)
    let render = try await vecscope("render", "--model", model, "--corpus", corpus, "--keys", "one")
    #expect(render.status == 0 && render.text.contains("2 texts"))
    #expect(render.text.contains("collections.sqlite: the store"))
  }

  @Test func aDamagedStoreStopsNothingAndStays() async throws {
    let bytes = [UInt8](repeating: 7, count: 5000)
    let path = try vecscope.folder.write(bytes, to: "data/vecscope/collections.sqlite")
    let corpus = try vecscope.write("one\ntwo\n", to: "texts.txt")
    let result = try await vecscope("search", "--model", CommandRun.model(), "--corpus", corpus, "one")
    #expect(result.status == 0 && result.lines.count == 2)
    #expect(result.errors.contains("the store is damaged"))
    #expect(try CommandRun.bytes(of: path) == bytes)
  }

  @Test func aStoreThatMayNotGrowStopsNothing() async throws {
    let texts = (0..<1000).map { "the river runs past the mill for the time number \($0)\n" }.joined()
    let corpus = try vecscope.write(texts, to: "texts.txt")
    let base = #"exec "$0" search --model "$1" --corpus "$2" --format jsonl "past the mill""#
    let model = try CommandRun.model()
    // The limit counts blocks of 512 bytes.
    let limited = try await vecscope.shell("ulimit -f 800; " + base, model, corpus)
    #expect(limited.status == 0, "\(limited.errors)")
    #expect(limited.errors.contains("goes on without storing vectors"))
    #expect(limited.errors.split(separator: "\n").count == 1)
    let free = try await vecscope.shell(base, model, corpus)
    #expect(free.status == 0 && free.errors.isEmpty)
    #expect(free.bytes == limited.bytes)
  }

  @Test func outputThatMayNotGrowIsAnErrorAndLeavesNothing() async throws {
    let result = try await vecscope.shell(
      #"ulimit -f 8; yes 'some words' | head -n 500 | "$0" encode --model "$1" --output vectors.jsonl"#,
      try CommandRun.model())
    #expect(result.status == 73 && result.errors.contains("vectors.jsonl: cannot be written"))
    #expect(try vecscope.files().isEmpty)
  }
}
