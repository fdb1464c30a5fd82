import Foundation
import TestSupport
import Testing

struct EncodeTests {
  private let vecscope: CommandRun

  init() throws { vecscope = try CommandRun() }

  private func jsonl(_ objects: [[String: String]]) throws -> String {
    try objects.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }.joined()
  }

  private func embeddings(_ arguments: String..., input: String) async throws -> [EncodedRow] {
    let result = try await vecscope(["encode"] + arguments, input: Array(input.utf8))
    try #require(result.status == 0, "\(result.errors)")
    return try result.rows()
  }

  private func expectVector(
    _ found: [Float], _ expected: [Float], _ stage: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = max(1, expected.map(abs).max() ?? 1)
    expectClose(found, expected, within: 2e-5 * scale, stage: stage, sourceLocation: sourceLocation)
  }

  @Test(arguments: GoldenModel.samples)
  func vectorsAreThoseOfTheReference(golden: GoldenModel) async throws {
    let input = try jsonl(golden.rows.map { ["text": $0.text] })
    let rows = try await embeddings("--model", golden.path, "--input-format", "jsonl", input: input)
    try #require(rows.count == golden.rows.count)
    for (index, (row, expected)) in zip(rows, golden.rows).enumerated() {
      #expect(row.index == index && row.id == nil)
      #expect(Array(row.text.unicodeScalars) == Array(expected.text.unicodeScalars))
      #expect(row.tokens == expected.ids.count)
      #expect(row.truncated == (expected.totalCount > expected.ids.count))
      expectVector(row.embedding, expected.embedding, "\(golden.model) '\(expected.text)'")
    }
  }

  @Test func poolingTheLastWordIsToldOfWhereNoTokenClosesTheText() async throws {
    for (model, isTold) in [("gpt2-weighted", true), ("mistral-window", false)] {
      let path = try CommandRun.model(model)
      let result = try await vecscope("encode", "--model", path, "--pooling", "lasttoken", input: "one\n")
      #expect(result.status == 0)
      #expect(result.errors.contains("no special token closes a text") == isTold, "\(result.errors)")
    }
  }

  @Test func aLineHasTheFieldsInOrderAndTheShortestNumbers() async throws {
    let result = try await vecscope("encode", "--model", CommandRun.model(), input: "a \"cup\" of\ttea\n")
    #expect(result.errors == "")
    let line = try #require(result.lines.first)
    let start = #"{"index":0,"text":"a \"cup\" of\ttea","tokens":"#
    #expect(line.hasPrefix(start))
    #expect(line.dropFirst(start.count).contains(#","truncated":false,"embedding":["#))
    let numbers = try #require(line.components(separatedBy: "\"embedding\":[").last).dropLast(2).split(
      separator: ",")
    #expect(numbers.count == 32)
    for number in numbers {
      let value = try #require(Float(String(number)))
      let shortest = "\(value)"
      #expect(number == (shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest))
    }
  }

  @Test func linesEndWithLFOrCRLFAndAnEmptyOneIsAText() async throws {
    let model = try CommandRun.model()
    let rows = try await embeddings("--model", model, input: "\u{FEFF}one\r\ntwo\n\n four \nfive")
    #expect(rows.map(\.text) == ["one", "two", "", " four ", "five"])
    #expect(rows.map(\.index) == [0, 1, 2, 3, 4])
    #expect(rows[2].tokens == 2)
    let fromFile = try await vecscope(
      "encode", vecscope.write("one\ntwo\n\n four \nfive\n", to: "texts.txt"), "--model", model)
    #expect(try fromFile.rows(EncodedRow.self).map(\.embedding) == rows.map(\.embedding))
    let dash = try await vecscope("encode", "-", "--model", model, input: "one\n")
    #expect(try dash.rows(EncodedRow.self).map(\.embedding) == [rows[0].embedding])
  }

  @Test func noTextsGiveNoLines() async throws {
    let result = try await vecscope("encode", "--model", CommandRun.model(), input: "")
    #expect(result.status == 0 && result.bytes.isEmpty && result.errors.isEmpty)
  }

  @Test func objectsHaveIdsTitlesAndRoles() async throws {
    let golden = try GoldenModel.named("bert-e5")
    let row = golden.rows[0]
    let input =
      try jsonl([["text": row.text, "role": "query"], ["text": row.text, "role": "document", "id": "d 1"]])
      + #"{"id": 7, "title": "cup", "text": "of tea", "other": [1, {"deep": null}]}"# + "\n"
      + #"{"text": "cup of tea"}"# + "\n"
    let rows = try await embeddings("--model", golden.path, "--input-format", "jsonl", input: input)
    try #require(rows.count == 4)
    #expect(rows.map(\.id) == [nil, "d 1", "7", nil])
    #expect(rows[2].text == "of tea")
    #expect(rows[2].embedding == rows[3].embedding)
    expectVector(rows[0].embedding, try #require(row.embeddingWithPrompt?["query"]), "role query")
    expectVector(rows[1].embedding, try #require(row.embeddingWithPrompt?["passage"]), "role document")
  }

  @Test(arguments: ["bert-e5", "bert-cls-prompts", "bert-prompt-excluded", "bert-cased-f16"])
  func promptsAreThoseOfTheReference(model: String) async throws {
    let golden = try GoldenModel.named(model)
    let input = try jsonl(golden.rows.map { ["text": $0.text] })
    let base = ["encode", "--model", golden.path, "--input-format", "jsonl"]
    for name in try #require(golden.rows[0].embeddingWithPrompt).keys.sorted() {
      let byName = try await vecscope(base + ["--prompt", name], input: Array(input.utf8))
      let rows: [EncodedRow] = try byName.rows()
      for (row, expected) in zip(rows, golden.rows) {
        expectVector(row.embedding, expected.embeddingWithPrompt?[name] ?? [], "\(model) \(name)")
      }
      guard name == "query" else { continue }
      let byRole = try await vecscope(base + ["--role", "query"], input: Array(input.utf8))
      #expect(byRole.bytes == byName.bytes)
    }
  }

  @Test func aPrefixIsPutBeforeTheTextAsItIs() async throws {
    let model = try CommandRun.model("bert-e5")
    let prefixed = try await embeddings("--model", model, "--prefix", "query: ", input: "cup of tea\n")
    let named = try await embeddings("--model", model, "--prompt", "query", input: "cup of tea\n")
    let typed = try await embeddings("--model", model, "--prefix", "", input: "query: cup of tea\n")
    #expect(prefixed[0].embedding == named[0].embedding && named[0].embedding == typed[0].embedding)
    #expect(prefixed[0].text == "cup of tea")
    let leftOut = try await embeddings(
      "--model", model, "--prefix", "query: ", "--pool-prompt", "no", input: "cup of tea\n")
    #expect(leftOut[0].embedding != prefixed[0].embedding)
    #expect(leftOut[0].tokens == prefixed[0].tokens)
  }

  @Test(arguments: ["cls", "max", "mean", "mean_sqrt_len", "weightedmean", "lasttoken"])
  func everyPoolingIsThatOfTheReference(pooling: String) async throws {
    let golden = try GoldenModel.named("bert-dense-bf16")
    let known = golden.rows.filter { $0.pooled != nil }
    let input = try jsonl(known.map { ["text": $0.text] })
    let rows = try await embeddings(
      "--model", golden.path, "--input-format", "jsonl", "--pooling", pooling, "--head", "none", input: input)
    for (row, expected) in zip(rows, known) {
      expectClose(row.embedding, expected.pooled?[pooling] ?? [], within: 1e-4, stage: pooling)
    }
  }

  @Test func joinedPoolingsStandInReferenceOrder() async throws {
    let model = try CommandRun.model()
    func vector(_ pooling: String) async throws -> [Float] {
      try await embeddings(
        "--model", model, "--pooling", pooling, "--normalize", "no", input: "cup of tea\n")[0].embedding
    }
    let joined = try await vector("mean+cls")
    #expect(try await joined == vector("cls") + vector("mean"))
    #expect(try await vector("declared") == vector("mean"))
  }

  @Test func aCutVectorIsNormalisedAfterTheCut() async throws {
    let model = try CommandRun.model()
    let whole = try await embeddings(
      "--model", model, "--normalize", "no", input: "cup of tea\n")[0].embedding
    let cut = try await embeddings("--model", model, "--dimensions", "8", input: "cup of tea\n")[0].embedding
    let norm = whole.prefix(8).reduce(0) { $0 + $1 * $1 }.squareRoot()
    expectClose(cut, whole.prefix(8).map { $0 / norm }, within: 1e-6, stage: "cut")
  }

  @Test func aLowerLayerAndAShorterLengthAreTaken() async throws {
    let model = try CommandRun.model()
    let text = "the river runs past the mill and the bank\n"
    let last = try await embeddings("--model", model, "--layer", "2", input: text)
    let declared = try await embeddings("--model", model, input: text)
    let first = try await embeddings("--model", model, "--layer", "0", input: text)
    #expect(last[0].embedding == declared[0].embedding)
    #expect(first[0].embedding != declared[0].embedding)
    let short = try await embeddings("--model", model, "--max-length", "5", input: text)
    #expect(short[0].tokens == 5 && short[0].truncated)
    #expect(!declared[0].truncated)
  }

  @Test func threadsChangeNothingAndKernelsOnlyRounding() async throws {
    let golden = try GoldenModel.named("bert-mean")
    let input = try jsonl(golden.rows.map { ["text": $0.text] })
    let base = ["encode", "--model", golden.path, "--input-format", "jsonl"]
    let one = try await vecscope(base + ["--threads", "1"], input: Array(input.utf8))
    let three = try await vecscope(base + ["--threads", "3"], input: Array(input.utf8))
    #expect(one.bytes == three.bytes)
    let scalar = try await vecscope(base + ["--kernels", "scalar"], input: Array(input.utf8))
    for (row, expected) in zip(try scalar.rows(EncodedRow.self), golden.rows) {
      expectVector(row.embedding, expected.embedding, "scalar")
    }
    let auto = try await vecscope(base + ["--kernels", "auto"], input: Array(input.utf8))
    #expect(auto.bytes == one.bytes)
  }

  @Test func npyHasItsHeaderAndTheSameNumbers() async throws {
    let model = try CommandRun.model()
    let input = "one\ntwo\nthree\n"
    let rows = try await embeddings("--model", model, input: input)
    let result = try await vecscope("encode", "--model", model, "--format", "npy", input: input)
    #expect(result.status == 0)
    #expect(result.bytes.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0]))
    let length = Int(result.bytes[8]) + Int(result.bytes[9]) << 8
    #expect((10 + length).isMultiple(of: 64))
    let header = String(decoding: result.bytes[10..<10 + length], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 32), }"))
    #expect(header.hasSuffix(" \n"))
    let expected = rows.flatMap(\.embedding).flatMap { SafetensorsBytes.littleEndian($0.bitPattern) }
    #expect(Array(result.bytes.dropFirst(10 + length)) == expected)

    let empty = try await vecscope("encode", "--model", model, "--format", "npy", input: "")
    #expect(String(decoding: empty.bytes, as: UTF8.self).contains("'shape': (0, 32)"))
  }

  @Test func tsvGoesWithItsMetadata() async throws {
    let model = try CommandRun.model()
    let rows = try await embeddings("--model", model, input: "one\ttab\ntwo\n")
    let path = vecscope.workFolder + "/metadata.tsv"
    let result = try await vecscope(
      "encode", "--model", model, "--format", "tsv", "--metadata", path, input: "one\ttab\ntwo\n")
    let vectors = result.lines.map { $0.split(separator: "\t").compactMap { Float(String($0)) } }
    #expect(vectors == rows.map(\.embedding))
    #expect(String(decoding: try CommandRun.bytes(of: path), as: UTF8.self) == "one tab\ntwo\n")
    let wrong = try await vecscope("encode", "--model", model, "--metadata", path, input: "one\n")
    #expect(wrong.status == 64)
  }

  @Test func outputGoesToAFileWhenItIsWhole() async throws {
    let model = try CommandRun.model()
    let path = try vecscope.write("old", to: "vectors.jsonl")
    let failed = try await vecscope(
      "encode", "--model", model, "--output", path, "--input-format", "jsonl", input: "no JSON\n")
    #expect(failed.status == 65)
    #expect(try vecscope.files() == ["vectors.jsonl"])
    #expect(String(decoding: try CommandRun.bytes(of: path), as: UTF8.self) == "old")
    let direct = try await vecscope("encode", "--model", model, input: "one\n")
    let result = try await vecscope("encode", "--model", model, "--output", path, input: "one\n")
    #expect(result.status == 0 && result.bytes.isEmpty)
    #expect(try CommandRun.bytes(of: path) == direct.bytes)
    #expect(try vecscope.files() == ["vectors.jsonl"])
  }

  @Test func outputFollowsLinksAndLeavesPipesPipes() async throws {
    let model = try CommandRun.model()
    let script = """
      : > file; ln -s file link; mkfifo pipe
      echo one | "$0" encode --model "$1" --output link || exit 1
      cat pipe > got & echo one | "$0" encode --model "$1" --output pipe || exit 2
      wait; test -L link && test -p pipe && cmp -s file got && test -s got
      """
    let result = try await vecscope.shell(script, model)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test func aLineOfTenMegabytesIsOneText() async throws {
    let line = String(repeating: "the river runs ", count: 10_000_000 / 15)
    let rows = try await embeddings("--model", CommandRun.model(), input: line + "\nshort\n")
    #expect(rows.map(\.truncated) == [true, false])
    #expect(rows[0].tokens == 48 && rows[0].text == line)
  }
}
