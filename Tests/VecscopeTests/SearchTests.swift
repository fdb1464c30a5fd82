import Foundation
import Recipes
import TestSupport
import Testing

/// `search`, `render` and `bench`.
struct SearchTests {
  private let vecscope: CommandRun
  private let texts = [
    "Refunds are paid within five days", "The bank closes at noon", "We sat on the river bank",
    "A bass guitar has four strings", "He caught a bass in the lake", "Spring comes late in the hills",
    "The spring of the door is broken", "Bread is baked before dawn", "她在河边散步",
    "The train to the coast was late", "Nobody answers the phone on Sundays", "A dog barked all night",
  ]

  init() throws { vecscope = try CommandRun() }

  private struct Hit: Decodable, Equatable {
    var query: String
    var rank: Int
    var id: String
    var score: Float
    var text: String
  }

  private struct Row: Decodable { var embedding: [Float] }

  private func corpus() throws -> String {
    try vecscope.write(texts.joined(separator: "\n") + "\n", to: "texts.txt")
  }

  private static func score(_ a: [Float], _ b: [Float], _ metric: Metric) -> Float {
    let dot = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    switch metric {
    case .dot: return dot
    case .cosine: return dot / (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }).squareRoot()
    case .euclidean: return -zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    case .manhattan: return -zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
  }

  @Test(arguments: Metric.allCases, ["bert-e5", "bert-dense-bf16"])
  func resultsAreThoseOfEncodedTexts(metric: Metric, model: String) async throws {
    let model = try CommandRun.model(model)
    let query = "the bank of the river"
    let documents = try await vecscope(
      ["encode", "--model", model, "--role", "document"], input: Array(texts.joined(separator: "\n").utf8)
    ).rows(Row.self)
    let vector = try await vecscope("encode", "--model", model, "--role", "query", input: query)
      .rows(Row.self)[0].embedding
    let expected = documents.indices.map { ($0, Self.score(vector, documents[$0].embedding, metric)) }
      .sorted { $0.1 > $1.1 }.prefix(10)
    let result = try await vecscope(
      "search", "--model", model, "--corpus", corpus(), "--metric", metric.rawValue, "--format", "jsonl",
      query)
    let hits: [Hit] = try result.rows()
    #expect(hits.map(\.text) == expected.map { texts[$0.0] })
    #expect(hits.map(\.rank) == Array(1...10))
    #expect(hits.map(\.id) == expected.map { "texts.txt:\($0.0 + 1)" })
    let scale = max(1, abs(expected[0].1), abs(expected[9].1))
    expectClose(hits.map(\.score), expected.map(\.1), within: 2e-5 * scale, stage: "\(metric)")
    #expect(result.errors.isEmpty)
  }

  @Test func aLineHasTheFieldsInOrder() async throws {
    let result = try await vecscope(
      "search", "--model", CommandRun.model(), "--corpus", corpus(), "--format", "jsonl", "--top", "1", "tea")
    let line = try #require(result.lines.first)
    #expect(line.hasPrefix(#"{"query":"tea","rank":1,"id":"texts.txt:"#))
    #expect(line.contains(#","percentile":null,"text":""#))
  }

  @Test func aTableHasARowEachAndAHeadingForSeveralQueries() async throws {
    let base = ["search", "--model", try CommandRun.model(), "--corpus", try corpus(), "--top", "3"]
    let one = try await vecscope(base + ["tea"])
    #expect(one.lines.count == 3 && one.lines[0].hasPrefix("  1  0."))
    let two = try await vecscope(base + ["tea", "river"])
    #expect(two.lines.count == 8 && two.lines[0] == "tea" && two.lines[4] == "river")
    #expect(Array(two.lines[1...3]) == one.lines)
    let all = try await vecscope(base.dropLast() + ["1000000000000", "tea"])
    #expect(all.lines.count == texts.count)
  }

  @Test func aStoredCollectionAndLinesOfInputGiveTheSame() async throws {
    let model = try CommandRun.model()
    let base = ["search", "--model", model, "--format", "jsonl"]
    let stored = try await vecscope(base + ["--corpus", try corpus(), "river bank"]).rows(Hit.self)
    let byName = try await vecscope(base + ["--collection", "texts.txt", "river bank"]).rows(Hit.self)
    #expect(byName == stored)
    let filtered = try await vecscope(
      base + ["--filter", "river bank"], input: Array(texts.joined(separator: "\n").utf8)
    ).rows(Hit.self)
    #expect(filtered.map(\.text) == stored.map(\.text) && filtered.map(\.score) == stored.map(\.score))
    let unknown = try await vecscope(base + ["--collection", "nothing", "river"])
    #expect(unknown.status == 66 && unknown.errors.contains("stored are: "))
    let none = try await vecscope(base + ["--filter", "river"], input: [])
    #expect(none.status == 0 && none.bytes.isEmpty)
  }

  @Test func longTextsAreCutIntoPassagesAndFoundOnce() async throws {
    let long = texts.joined(separator: ". ")
    let path = try vecscope.write("\(long)\nA dog barked\n", to: "long.txt")
    let hits = try await vecscope(
      "search", "--model", CommandRun.model(), "--corpus", path, "--chunk", "40/10", "--format", "jsonl",
      "We sat on the river bank"
    ).rows(Hit.self)
    #expect(hits.count == 2 && hits[0].text == long)
    let wrong = try await vecscope("search", "--corpus", path, "--chunk", "10/9", "river")
    #expect(wrong.status != 0 && wrong.errors.contains("SIZE/OVERLAP"))
  }

  @Test func fieldsAndColumnsOfEveryFormatAreRead() async throws {
    let files = [
      try vecscope.write("id,title,text\n1,\"River, wide\",\"runs \"\"past\"\" us\"\n", to: "a.csv"),
      try vecscope.write("name\ttext\nx\tThe bank closes\n", to: "b.tsv"),
      try vecscope.write(#"{"_id": "j", "text": "A dog barked"}"# + "\n", to: "c.jsonl"),
      try vecscope.write("# Heading\n\nA paragraph\nof two lines\n", to: "d.md"),
    ]
    let hits = try await vecscope(
      ["search", "--model", CommandRun.model(), "--format", "jsonl"]
        + files.flatMap { ["--corpus", $0] } + ["river"]
    ).rows(Hit.self)
    #expect(
      Set(hits.map(\.text)).isSuperset(of: [
        "River, wide runs \"past\" us", "The bank closes", "A dog barked", "A paragraph of two lines",
      ]))
  }

  @Test func theExplorerShowsTheSameTen() async throws {
    let model = try CommandRun.model("bert-e5")
    let sample = URL(fileURLWithPath: CommandRun.program).deletingLastPathComponent()
      .appendingPathComponent("vecscope_Resources.resources/Samples/everyday-en.jsonl").path
    let query = "how do I get my money back"
    let hits = try await vecscope(
      "search", "--model", model, "--corpus", sample, "--format", "jsonl", query
    ).rows(Hit.self)
    #expect(hits.count == 10)
    let render = try await vecscope("render", "--model", model, "--keys", query, "--format", "csv")
    #expect(render.status == 0, "\(render.errors)")
    // Rank, id and score stand before the text, which alone may have commas and line ends.
    let shown = render.text.split(separator: "\r\n").dropFirst().map { $0.split(separator: ",") }
    try #require(shown.count >= 10)
    for (row, hit) in zip(shown, hits) {
      try #require(row.count > 3)
      #expect(Int(row[0]) == hit.rank && row[1] == hit.id && Float(row[2]) == hit.score)
    }
  }

  @Test func aFrameHasFourFaces() async throws {
    let base = [
      "render", "--model", try CommandRun.model(), "--corpus", try corpus(), "--size", "80x24", "--keys",
      "river<F3><Down><Enter>",
    ]
    let text = try await vecscope(base)
    #expect(text.lines.count == 24)
    #expect(text.text.contains("pooling cls") && text.text.contains("Neighbours"))
    let ansi = try await vecscope(base + ["--format", "ansi", "--color", "256"])
    #expect(ansi.text.contains("\u{1B}[") && ansi.text.contains("Neighbours"))
    let json = try await vecscope(base + ["--format", "json"])
    #expect(try JSONSerialization.jsonObject(with: Data(json.bytes)) is [String: Any])
    let svg = try await vecscope(base + ["--format", "svg"])
    #expect(svg.text.hasPrefix("<svg") && svg.text.contains("Neighbours"))
    let path = vecscope.workFolder + "/frame.txt"
    let file = try await vecscope(base + ["--output", path])
    #expect(file.status == 0 && file.bytes.isEmpty)
    // The status line tells times.
    let written = String(decoding: try CommandRun.bytes(of: path), as: UTF8.self).split(separator: "\n")
    #expect(written.dropLast(2).map(String.init) == text.lines.dropLast(2))
  }

  @Test func aFrameThatTakesTooLongIsGivenUp() async throws {
    let path = try vecscope.write(
      (0..<5000).map { "\(texts[$0 % 12]) number \($0)\n" }.joined(), to: "large.txt")
    let result = try await vecscope(
      "render", "--model", CommandRun.model(), "--corpus", path, "--timeout", "0.01")
    #expect(result.status == 75 && result.errors.contains("--timeout"))
  }

  @Test func theViewThatIsNamedIsShown() async throws {
    let result = try await vecscope(
      "render", "--model", CommandRun.model(), "--corpus", corpus(), "--size", "80x24", "--view", "heatmap",
      "--keys", "river")
    #expect(result.text.contains("Heatmap") && !result.text.contains("Neighbours ·"))
  }

  @Test func plainModeAnswersLineByLine() async throws {
    let result = try await vecscope(
      "explore", "--plain", "--model", CommandRun.model(), "--corpus", corpus(), input: "river bank\ntea\n\n")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines[0].hasPrefix("Model ") && result.lines[0].contains("12 texts"))
    #expect(result.lines[1].contains(":help"))
    #expect(result.lines[2].hasPrefix("Rank 1, score ."))
    #expect(result.lines.filter { $0.hasPrefix("Rank 5, ") }.count == 2)
    #expect(result.lines.filter { $0.contains("7 rows more") }.count == 2)
    // No box, no bar, no colour.
    #expect(!result.text.unicodeScalars.contains { (0x2500...0x28FF).contains($0.value) })
    #expect(!result.text.contains("\u{1B}"))
  }

  @Test func benchmarksReport() async throws {
    let model = try CommandRun.model()
    let path = try corpus()
    let encode = try await vecscope(
      "bench", "encode", "--model", model, "--input", path, "--repeats", "1", "--json")
    struct Encoded: Decodable { var texts: Int, tokens: Int, query_median_ms: Double }
    let encoded = try #require(try encode.rows(Encoded.self).first)
    #expect(encoded.texts == 12 && encoded.tokens > 100 && encoded.query_median_ms > 0)
    let search = try await vecscope(
      "bench", "search", "--rows", "1000", "--dimensions", "16", "--repeats", "2", "--json")
    #expect(search.status == 0 && search.text.contains(#""rows":1000,"dimensions":16,"search_median_ms":"#))
    let keys = try await vecscope(
      "bench", "keys", "--model", model, "--corpus", path, "--repeats", "1", "--text", "river", "--json")
    #expect(keys.text.contains(#""texts_encoded_by_switches":0"#), "\(keys.text)\(keys.errors)")
  }
}
