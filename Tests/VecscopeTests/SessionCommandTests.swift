import Foundation
import TestSupport
import Testing

/// `explore --record`, `--play`, `--plain`, `compare`, and what `render` says of views.
struct SessionCommandTests {
  private let vecscope: CommandRun
  private let texts = [
    "Refunds are paid within five days", "The bank closes at noon", "We sat on the river bank",
    "A bass guitar has four strings", "He caught a bass in the lake", "Spring comes late in the hills",
    "The spring of the door is broken", "Bread is baked before dawn",
  ]

  init() throws { vecscope = try CommandRun() }

  private func corpus() throws -> String {
    try vecscope.write(texts.joined(separator: "\n") + "\n", to: "texts.txt")
  }

  private func arguments(_ command: String...) throws -> [String] {
    command + ["--model", try CommandRun.model(), "--corpus", try corpus()]
  }

  /// The ids of the nearest texts, by `search`.
  private func nearest(_ query: String, _ options: String...) async throws -> [String] {
    struct Hit: Decodable { var id: String }
    return try await vecscope(try arguments("search") + ["--format", "jsonl", query] + options)
      .rows(Hit.self).map(\.id)
  }

  private func session(_ lines: String...) throws -> String {
    let header =
      "{\"vecscope-session\":1,\"model\":\"\(try CommandRun.model())\",\"corpora\":[\"texts.txt\"]}"
    _ = try corpus()
    return try vecscope.write(([header] + lines).joined(separator: "\n") + "\n", to: "s.jsonl")
  }

  @Test func assertionsThatHoldEndWithZero() async throws {
    let first = try await nearest("river bank")[0]
    let cls = try await nearest("river bank", "--pooling", "cls")[0]
    let path = try session(
      #"{"type":"river bank"}"#, "{\"assert\":\"top 1 id \(first)\"}",
      #"{"action":"pooling.choose","with":"cls"}"#, "{\"assert\":\"top 1 id \(cls)\"}",
      #"{"assert":"count == 8"}"#)
    let result = try await vecscope("explore", "--play", path)
    #expect(result.status == 0, "\(result.text)\(result.errors)")
    try #require(result.lines.count == 4)
    #expect(result.lines[0] == "ok    \(path):3: top 1 id \(first)")
    #expect(result.lines[3].hasSuffix("3 assertions, none failed"))
  }

  @Test func aWrongAssertionEndsWithOneAndSaysWhatIsThere() async throws {
    let ids = try await nearest("river bank")
    let path = try session(#"{"type":"river bank"}"#, #"{"assert":"top 1 id nobody"}"#)
    let result = try await vecscope("explore", "--play", path, "--batch")
    #expect(result.status == 1)
    try #require(result.lines.count == 6)
    #expect(result.lines[0] == "FAIL  \(path):3: expected top 1 id nobody, found \(ids[0])")
    #expect(result.lines[2].contains("2  \(ids[1])  "))
    #expect(result.errors.contains("1 assertion, failures: 1"))
  }

  @Test func aRecipeThatDiffersIsANoteAndFailsWhereStrict() async throws {
    let path = try session(#"{"type":"river","recipe":"000000000000"}"#, #"{"assert":"count == 8"}"#)
    let loose = try await vecscope("explore", "--play", path)
    #expect(
      loose.status == 0 && loose.text.hasPrefix("note  \(path):2: expected the recipe 000000000000"))
    let strict = try await vecscope("explore", "--play", path, "--strict")
    #expect(strict.status == 1 && strict.text.hasPrefix("FAIL"))
  }

  @Test func damagedAndMissingSessionsHaveTheirCodes() async throws {
    let damaged = try await vecscope("explore", "--play", try session(#"{"asert":"top 1 id a"}"#))
    #expect(damaged.status == 65 && damaged.errors.contains("line 2: expected one of type"))
    let missing = try await vecscope("explore", "--play", "nowhere.jsonl")
    #expect(missing.status == 66)
    let usage = try await vecscope("explore", "--batch")
    #expect(usage.status == 64 && usage.errors.contains("--play FILE"))
  }

  @Test func whatIsRecordedLineByLineIsPlayedAgain() async throws {
    let path = vecscope.workFolder + "/recorded.jsonl"
    let plain = try await vecscope(
      try arguments("explore", "--plain", "--record", path),
      input: Array("river bank\n:pooling cls\n:list add tea\n:view heatmap\n:assertion\n:quit\n".utf8))
    #expect(plain.status == 0, "\(plain.errors)")
    let recorded = String(decoding: try CommandRun.bytes(of: path), as: UTF8.self)
    #expect(recorded.hasPrefix("{\"vecscope-session\":1,"))
    #expect(recorded.contains("{\"action\":\"pooling.choose\",\"with\":\"cls\",\"recipe\":\""))
    #expect(recorded.contains("{\"assert\":\"top 1 id "))
    let played = try await vecscope("explore", "--play", path, "--strict")
    #expect(played.status == 0, "\(played.text)\(played.errors)")
    #expect(played.lines.last?.hasSuffix("1 assertion, none failed") == true)
  }

  @Test func plainModeSpeaksOfViewsAndRefusals() async throws {
    let result = try await vecscope(
      try arguments("explore", "--plain"),
      input: Array(
        "river bank\n:read 2\n:metric hamming\n:view metric\n:recipe\n:zzz\n:export out.csv\n".utf8))
    #expect(result.status == 0)
    for words in [
      "· rank 2 ·", "no metric 'hamming'; there are declared, cosine", "Metric cosine, rank 1, ",
      "Recipe: instruction none, pooling mean (declared)", "There is no action “zzz”",
    ] {
      #expect(result.text.contains(words), "\(words)")
    }
    #expect(try vecscope.files().contains("out.csv"))
  }

  @Test func aModelThatIsNotThereHasItsCode() async throws {
    let result = try await vecscope(
      "explore", "--plain", "--model", "nowhere/none", "--corpus", corpus(), input: "river\n")
    #expect(result.status == 66 && result.errors.contains("nowhere/none"))
  }

  @Test func whatAViewShowsComesAsATable() async throws {
    let ids = try await nearest("river bank")
    let base = try arguments("render") + ["--keys", "river bank", "--size", "80x24"]
    let csv = try await vecscope(base + ["--format", "csv"])
    let rows = csv.text.split(separator: "\r\n")
    try #require(rows.count == 9)
    #expect(rows[0].hasPrefix("rank,id,score,percentile,text") && rows[1].hasPrefix("1,\(ids[0]),"))
    let json = try await vecscope(base + ["--format", "json"])
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
    let view = try #require(object["view"] as? [String: Any])
    #expect(view["name"] as? String == "neighbours")
    #expect((view["rows"] as? [[Any]])?.count == 8)
    #expect((view["columns"] as? [String])?.prefix(3) == ["rank", "id", "score"])
    #expect((object["rows"] as? [Any])?.count == 24)
    let none = try await vecscope(try arguments("render") + ["--view", "compare", "--format", "csv"])
    #expect(none.status == 1 && none.bytes.isEmpty && none.errors.contains("compare: "))
  }

  @Test func twoRecipesAreCompared() async throws {
    let same = try await vecscope(
      try arguments("compare") + ["--a", "", "--b", "--pooling mean", "river bank", "--format", "json"])
    struct Report: Decodable {
      struct Query: Decodable {
        struct Hit: Decodable { var id: String }
        var query: String
        var overlap: Double
        var tau: Double?
        var a: [Hit]
        var b: [Hit]
      }
      var mean_overlap: Double
      var mean_tau: Double?
      var queries: [Query]
    }
    let report = try #require(try same.rows(Report.self).first)
    #expect(same.status == 0 && report.mean_overlap == 1 && report.mean_tau == 1)
    let queries = try vecscope.write("river bank\nlate spring\n", to: "queries.txt")
    let other = try await vecscope(
      try arguments("compare") + [
        "--a", "", "--b", "--pooling cls --metric dot", "--queries", queries, "--top", "3", "--format",
        "json",
      ])
    let compared = try #require(try other.rows(Report.self).first)
    #expect(compared.queries.map(\.query) == ["river bank", "late spring"])
    #expect(compared.queries[0].a.map(\.id) == Array(try await nearest("river bank").prefix(3)))
    #expect(
      compared.queries[0].b.map(\.id)
        == Array(try await nearest("river bank", "--pooling", "cls", "--metric", "dot").prefix(3)))
    let common = Set(compared.queries[0].a.map(\.id)).intersection(compared.queries[0].b.map(\.id)).count
    #expect(abs(compared.queries[0].overlap - Double(common) / 3) < 1e-9)
    let text = try await vecscope(
      try arguments("compare") + ["--a", "", "--b", "--prefix 'find: '", "river bank"])
    #expect(text.text.contains("overlap@10") && text.text.contains("mean tau"))
  }

  @Test func anOverlapBelowWhatIsRequiredEndsWithOne() async throws {
    let base = try arguments("compare") + ["--a", "--layer 0", "--b", "--pooling max", "river", "--top", "1"]
    let loose = try await vecscope(base + ["--require-overlap", "0"])
    #expect(loose.status == 0)
    let wrong = try await vecscope(base.dropLast(2) + ["--b", "--pooling 'sum"])
    #expect(wrong.status == 64 && wrong.errors.contains("is not closed"))
    let unknown = try await vecscope(
      try arguments("compare") + ["--a", "--colour red", "--b", "", "river"])
    #expect(unknown.status == 64 && unknown.errors.contains("--a '--colour red'"))
    let differing = try await vecscope(
      try arguments("compare") + [
        "--a", "", "--b", "--layer 0 --pooling lasttoken", "river bank", "late spring", "bass", "--top", "3",
        "--require-overlap", "1",
      ])
    #expect(differing.status == 1 && differing.errors.contains("less than the required 1"))
  }

  @Test func keysAndDefaultsComeFromTheConfiguration() async throws {
    func configure(_ text: String) throws {
      _ = try vecscope.folder.write(text, to: "config/vecscope/config.toml")
    }
    try configure("columns = [\"length\"]\nmouse = false\n[keybindings]\n\"pooling.choose\" = [\"ctrl+g\"]\n")
    let frame = try await vecscope(
      try arguments("render") + ["--keys", "river<C-g><Down><Enter>", "--size", "120x30"])
    #expect(frame.text.contains("pooling cls"), "\(frame.errors)")
    try configure("[keybindings]\n\"pooling.chose\" = \"ctrl+g\"\n")
    let wrong = try await vecscope(try arguments("render"))
    #expect(wrong.status == 65 && wrong.errors.contains("pooling.chose"))
    try configure("view = \"nowhere\"\n")
    let view = try await vecscope(try arguments("render"))
    #expect(view.status == 65 && view.errors.contains("'view' must be one of neighbours"))
    try configure("[keys]\na = \"b\"\n")
    let table = try await vecscope(try arguments("render"))
    #expect(table.status == 65 && table.errors.contains("[keybindings]"))
  }

  @Test func viewsAreMeasured() async throws {
    let result = try await vecscope(
      "bench", "views", "--model", CommandRun.model(), "--texts", "200", "--view", "neighbours", "--view",
      "heatmap", "--json")
    struct Row: Decodable {
      var view: String
      var frames: Int
      var p50_ms: Double
      var p99_ms: Double
    }
    let rows = try result.rows(Row.self)
    #expect(rows.map(\.view) == ["neighbours", "heatmap"], "\(result.errors)")
    #expect(rows.allSatisfy { $0.frames >= 80 && $0.p50_ms > 0 && $0.p99_ms >= $0.p50_ms })
  }
}
