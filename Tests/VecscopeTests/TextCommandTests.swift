import Checkpoints
import Foundation
import Recipes
import TestSupport
import Testing

/// `tokenize`, `states`, `similarity`: what a model makes of texts.
struct TextCommandTests {
  private let vecscope: CommandRun

  init() throws { vecscope = try CommandRun() }

  struct TokenizedRow: Decodable {
    var index: Int
    var id: String?
    var text: String
    var ids: [Int32]
    var tokens: [String]
    var offsets: [[Int]]
    var special: [Bool]
    var promptLength: Int
    var truncated: Bool

    enum CodingKeys: String, CodingKey {
      case index, id, text, ids, tokens, offsets, special, truncated
      case promptLength = "prompt_length"
    }
  }

  private func jsonl(_ texts: [String]) throws -> [UInt8] {
    try texts.flatMap { Array(try JSONEncoder().encode(["text": $0])) + [0x0A] }
  }

  @Test(arguments: GoldenModel.samples)
  func tokensAreThoseOfTheReference(golden: GoldenModel) async throws {
    let input = try jsonl(golden.rows.map(\.text))
    let base = ["tokenize", "--model", golden.path, "--input-format", "jsonl"]
    let cut = try await vecscope(base, input: input).rows(TokenizedRow.self)
    let whole = try await vecscope(base + ["--no-truncate"], input: input).rows(TokenizedRow.self)
    try #require(cut.count == golden.rows.count && whole.count == golden.rows.count)
    for (index, expected) in golden.rows.enumerated() {
      let row = cut[index]
      #expect(row.index == index && row.promptLength == 0)
      #expect(row.ids == expected.ids)
      #expect(row.tokens == expected.tokens)
      #expect(row.offsets == expected.offsets)
      #expect(row.special == expected.special)
      #expect(row.truncated == (expected.totalCount > expected.ids.count))
      #expect(whole[index].ids.count == expected.totalCount && !whole[index].truncated)
    }
  }

  @Test func aTokenizedLineHasTheFieldsInOrder() async throws {
    let result = try await vecscope("tokenize", "--model", CommandRun.model(), input: "the\n")
    let keys = #/\{"index":0,"text":"the","ids":\[[0-9,]+\],"tokens":\["\[CLS\]",.*\],/#
    #expect(try keys.prefixMatch(in: result.text) != nil, "\(result.text)")
    #expect(
      result.text.hasSuffix(
        #""special":[true,false,true],"prompt_length":0,"truncated":false}"# + "\n"))
  }

  @Test func offsetsCountFromThePrompt() async throws {
    let model = try CommandRun.model("bert-e5")
    let rows = try await vecscope("tokenize", "--model", model, "--role", "query", input: "tea\n")
      .rows(TokenizedRow.self)
    #expect(rows[0].text == "tea")
    #expect(rows[0].promptLength > 1)
    #expect(rows[0].offsets.dropLast().last?[1] == "query: tea".count)
    let plain = try await vecscope("tokenize", "--model", model, input: "tea\n").rows(TokenizedRow.self)
    #expect(plain[0].promptLength == 0)
  }

  @Test(arguments: ["bert-mean", "bert-e5", "bert-cased-f16"])
  func statesAreThoseOfTheReference(model: String) async throws {
    let golden = try GoldenModel.named(model)
    let path = vecscope.workFolder + "/states.safetensors"
    let result = try await vecscope(
      ["states", "--model", golden.path, "--input-format", "jsonl", "--output", path],
      input: jsonl(golden.stateTexts()))
    #expect(result.status == 0 && result.bytes.isEmpty, "\(result.errors)")
    let found = try WeightStore(file: path)
    let expected = try WeightStore(file: golden.statesPath)
    #expect(found.names.sorted() == expected.names.sorted())
    for name in expected.names {
      let shape = try #require(expected.shape(of: name))
      #expect(found.shape(of: name) == shape && found.dtype(of: name) == "F32")
      expectClose(
        try found.floats(name, shape: shape), try expected.floats(name, shape: shape), within: 1e-4,
        stage: "\(model) \(name)")
    }
    #expect(try vecscope.files() == ["states.safetensors"])
  }

  @Test func statesBeyondTheLimitAreRefused() async throws {
    let path = vecscope.workFolder + "/states.safetensors"
    let input = String(repeating: "the river runs past the mill and the bank of it\n", count: 60)
    let result = try await vecscope(
      "states", "--model", CommandRun.model(), "--output", path, "--limit", "1", input: input)
    #expect(result.status == 64)
    #expect(result.errors.contains("more than the limit"))
    #expect(try vecscope.files().isEmpty)
  }

  private struct Similarities: Decodable {
    var texts: [String]
    var metric: String
    var matrix: [[Float]]
  }

  @Test(arguments: GoldenModel.samples)
  func similaritiesAreThoseOfTheReference(golden: GoldenModel) async throws {
    let texts = golden.rows.prefix(golden.similarities.count).map(\.text)
    let result = try await vecscope(
      ["similarity", "--model", golden.path, "--input-format", "jsonl", "--format", "json"],
      input: jsonl(texts))
    #expect(result.text.hasPrefix(#"{"texts":["#))
    let found = try #require(try result.rows(Similarities.self).first)
    #expect(found.texts == texts && found.metric == golden.metric)
    for (row, expected) in zip(found.matrix, golden.similarities) {
      // The similarity of a text with itself is by the reference only as exact as its norm.
      let scale = max(1, expected.map(abs).max() ?? 1)
      expectClose(row, expected, within: 1e-4 * scale, stage: golden.model)
    }
  }

  @Test func aMatrixHasFourFaces() async throws {
    let model = try CommandRun.model()
    let input = "one, \"two\"\nthree\n"
    let csv = try await vecscope("similarity", "--model", model, "--format", "csv", input: input).text
    let rows = csv.components(separatedBy: "\r\n")
    #expect(rows[0] == #","one, ""two""",three"#)
    #expect(rows[1].hasPrefix(#""one, ""two""","#) && rows[2].hasPrefix("three,") && rows[3] == "")
    let table = try await vecscope("similarity", "--model", model, input: input).lines
    #expect(table.count == 3 && table[1].hasSuffix("one, \"two\""))
    #expect(table[1].contains("1.000"))
    let heatmap = try await vecscope("similarity", "--model", model, "--format", "heatmap", input: input)
    #expect(heatmap.status == 0 && heatmap.text.contains("1.00") && !heatmap.text.contains("\u{1B}"))
    let colored = try await vecscope(
      "similarity", "--model", model, "--format", "heatmap", "--color", "256", input: input)
    #expect(colored.text.contains("\u{1B}["))
    for format in ["table", "csv", "json", "heatmap"] {
      let empty = try await vecscope("similarity", "--model", model, "--format", format, input: "")
      #expect(empty.status == 0, "\(format)")
    }
  }

  @Test(arguments: Metric.allCases)
  func theMetricIsTheOneThatIsAskedFor(metric: Metric) async throws {
    let result = try await vecscope(
      "similarity", "--model", CommandRun.model("bert-dense-bf16"), "--format", "json", "--metric",
      metric.rawValue, input: "a river\na bank\n")
    let found = try #require(try result.rows(Similarities.self).first)
    #expect(found.metric == metric.rawValue)
    #expect(found.matrix[0][1] == found.matrix[1][0])
    #expect((found.matrix[0][1] < 0) == metric.isDistance || metric == .dot || metric == .cosine)
    #expect(abs(found.matrix[0][0] - (metric == .cosine ? 1 : 0)) < 1e-5 || metric == .dot)
  }
}
