import Foundation
import Recipes
import TestSupport
import Testing

/// `explain`: what each token adds to a score.
struct ExplainTests {
  private let vecscope: CommandRun
  private let query = "how do I get my money back"
  private let text = "Refunds are paid within five days"

  init() throws { vecscope = try CommandRun() }

  private struct Token: Decodable {
    var text: String
    var id: Int32
    var offsets: [Int]
    var special: Bool
    var unknown: Bool
    var prompt: Bool
    var use: String
    var share: Float?
  }

  private struct Side: Decodable {
    var string: String
    var tokens: [Token]
    var bias: Float
    var residual: Float
    var limit: Int?
    var totalCount: Int
    var droppedText: String?

    var sum: Float { tokens.reduce(bias) { $0 + ($1.share ?? 0) } }
  }

  private struct Explained: Decodable {
    var score: Float
    var metric: String
    var method: String
    var reason: String?
    var query: Side
    var text: Side
    var similarities: [[Float]]
    var contributions: [[Float]]?
    var biasOfBoth: Float
    var notes: [String]
  }

  private struct Hit: Decodable { var score: Float }

  private struct Tokenized: Decodable {
    var ids: [Int32]
    var tokens: [String]
    var offsets: [[Int]]
    var special: [Bool]
  }

  private func explain(_ arguments: String...) async throws -> Explained {
    let result = try await vecscope(["explain", "--format", "json"] + arguments)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Explained.self, from: Data(result.bytes))
  }

  @Test(arguments: GoldenModel.samples)
  func theScoreIsThatOfASearchAndSharesOfSumsAddUp(golden: GoldenModel) async throws {
    let corpus = try vecscope.write(text + "\n", to: "texts.txt")
    let found = try await explain("--model", golden.path, query, text)
    let hit: [Hit] = try await vecscope(
      "search", "--model", golden.path, "--corpus", corpus, "--format", "jsonl", query
    ).rows()
    #expect(found.score == hit.first?.score)
    #expect(found.metric == golden.metric)
    #expect(found.similarities.count == found.query.tokens.count)
    #expect(found.similarities.allSatisfy { $0.count == found.text.tokens.count })
    #expect((found.method == "linear") == (found.reason == nil))
    #expect((found.method == "linear") == (found.contributions != nil))
    for side in [found.query, found.text] {
      let expected = found.score - side.residual
      #expect(abs(side.sum - expected) <= 1e-5 * max(1, abs(expected)))
      if found.method == "linear" { #expect(abs(side.residual) <= 1e-5 * max(1, abs(found.score))) }
    }
  }

  @Test func tokensAreThoseOfTokenize() async throws {
    let model = try CommandRun.model("bert-cls-prompts")
    let found = try await explain("--model", model, "--max-length", "12", query, text)
    for (side, role) in [(found.query, Role.query), (found.text, .document)] {
      let input = role == .query ? query : text
      let expected: [Tokenized] = try await vecscope(
        ["tokenize", "--model", model, "--max-length", "12", "--role", role.rawValue],
        input: Array(input.utf8)
      ).rows()
      let tokens = try #require(expected.first)
      #expect(side.tokens.map(\.id) == tokens.ids && side.tokens.map(\.text) == tokens.tokens)
      #expect(side.tokens.map(\.offsets) == tokens.offsets && side.tokens.map(\.special) == tokens.special)
      #expect(side.limit == 12 && side.totalCount > 12 && side.droppedText?.isEmpty == false)
      #expect(side.tokens.contains { $0.prompt })
      #expect(side.tokens.count { $0.use == "pooled" } == 1)
    }
  }

  @Test(arguments: Metric.allCases)
  func aDistanceIsExplainedByLeavingTokensOut(metric: Metric) async throws {
    let found = try await explain(
      "--model", CommandRun.model("bert-dense-bf16"), "--metric", metric.rawValue, query, text)
    #expect(found.metric == metric.rawValue && (found.score < 0 || !metric.isDistance))
    #expect((found.method == "leave-one-out") == metric.isDistance)
    #expect(found.reason?.contains(metric.rawValue) ?? !metric.isDistance)
    #expect((found.query.bias != 0) == !metric.isDistance)
    #expect(found.text.tokens.allSatisfy { ($0.share != nil) == (!metric.isDistance || !$0.special) })
  }

  @Test func textHasATableForEachSideAndTheMethodInWords() async throws {
    let model = try CommandRun.model("bert-cls-prompts")
    let linear = try await vecscope(
      "explain", "--model", model, "--pooling", "mean", "--color", "never", query, text)
    #expect(linear.status == 0)
    #expect(linear.lines[0].hasPrefix("score +0.") && linear.lines[0].hasSuffix("(cosine)"))
    #expect(linear.lines[1].hasPrefix("shares: exact"))
    #expect(linear.lines.contains { $0.hasPrefix("query: ") && $0.hasSuffix(query) })
    #expect(linear.lines.contains { $0.hasPrefix("text: ") && $0.hasSuffix(text) })
    #expect(linear.lines.count { $0.hasSuffix("  bias") } == 2)
    #expect(linear.lines.count { $0.hasSuffix("  residual") } == 2)
    #expect(linear.text.contains("[CLS]") && linear.text.contains("special"))
    #expect(linear.text.contains("cosine of token vectors") && !linear.text.contains("\u{1B}"))

    let left = try await vecscope(
      "explain", "--model", model, "--leave-out", "2", "--matrix", "contributions", query, text)
    #expect(left.lines[1].contains("pooling cls takes one token's state"))
    #expect(left.text.contains("note: the first 2 of the document's"))
    #expect(left.text.contains("no contributions of pairs"))
    #expect(!left.text.contains("  bias"))

    let pairs = try await vecscope(
      "explain", "--model", model, "--pooling", "mean", "--matrix", "contributions", "--color", "256", query,
      text)
    #expect(pairs.text.contains("what each pair of tokens adds") && pairs.text.contains("\u{1B}["))
    let bare = try await vecscope("explain", "--model", model, "--matrix", "none", query, text)
    #expect(bare.lines.last?.hasSuffix("residual") == true)
  }

  @Test func nothingIsExplainedWithoutANaN() async throws {
    for model in ["gpt2-weighted", "static-embedding"] {
      let path = try CommandRun.model(model)
      let found = try await explain("--model", path, "--prefix", "", "", text)
      #expect(found.score == 0 && found.query.tokens.isEmpty && found.similarities.isEmpty)
      #expect(found.notes == ["the query has no tokens: its vector is zero"])
      let shown = try await vecscope("explain", "--model", path, "--prefix", "", "", text)
      #expect(shown.status == 0 && shown.text.contains("note: the query has no tokens"))
      #expect(!shown.text.contains("nan"))
    }
  }

  @Test func faultsHaveTheirExitCodes() async throws {
    let model = try CommandRun.model()
    for (status, words, arguments) in [
      (64, "Missing expected argument", [query]),
      (64, "--leave-out 0", ["--leave-out", "0", query, text]),
      (64, "--metric", ["--metric", "angle", query, text]),
      (64, "layer 9", ["--layer", "9", query, text]),
      (64, "decoder", ["--pooling", "decoder_first", query, text]),
      (64, "int4", ["--precision", "int4", query, text]),
      (73, "/no/such/folder", ["--output", "/no/such/folder/out", query, text]),
    ] as [(Int32, String, [String])] {
      let result = try await vecscope(["explain", "--model", model] + arguments)
      #expect(result.status == status && result.bytes.isEmpty, "\(arguments)")
      #expect(result.errors.contains(words), "\(result.errors)")
    }
    let router = try CommandRun.model("router-static-query")
    let corpus = try vecscope.write(text + "\n", to: "texts.txt")
    for command in [["explain", text], ["search", "--corpus", corpus]] {
      let result = try await vecscope(command + ["--head", "none", "--model", router, query])
      #expect(result.status == 64 && result.errors.contains("--head declared"), "\(result.errors)")
    }
    let missing = try await vecscope("explain", "--model", "/no/such/model", query, text)
    #expect(missing.status == 66)
  }
}
