import Foundation
import TestSupport
import Testing

/// `bench start`, and `bench keys` over texts that are made.
struct BenchStartTests {
  private let run: CommandRun

  init() throws { run = try CommandRun() }

  @Test func theStartIsMeasuredFromBeforeTheProgramBegins() async throws {
    let corpus = try run.folder.write("the river bank\nthe savings bank\n", to: "texts.txt")
    let result = try await run(
      "bench", "start", "--model", CommandRun.model(), "--corpus", corpus, "--repeats", "2", "--json")
    struct Started: Decodable {
      var starts: Int, frame_median_ms: Double, vectors_median_ms: Double, neighbours_median_ms: Double
    }
    let started = try #require(try result.rows(Started.self).first, "\(result.errors)")
    #expect(started.starts == 2 && started.frame_median_ms > 0)
    #expect(started.frame_median_ms < started.vectors_median_ms)
    #expect(started.vectors_median_ms < started.neighbours_median_ms)
  }

  @Test func aStartThatFailsIsToldWithItsExitCode() async throws {
    let result = try await run("bench", "start", "--model", "/no/such/model", "--repeats", "1")
    #expect(result.status != 0 && !result.errors.isEmpty)
  }

  @Test func keysAreMeasuredOverTextsThatNoEncoderHasSeen() async throws {
    let result = try await run(
      "bench", "keys", "--model", CommandRun.model(), "--texts", "500", "--repeats", "1", "--text", "river",
      "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text.contains(#""texts":500,"keys":5,"#), "\(result.text)")
    #expect(result.text.contains(#""texts_encoded_by_switches":0"#))
    let both = try await run("bench", "keys", "--texts", "500", "--corpus", "a.txt")
    #expect(both.status == 64)
    #expect(try await run("bench", "keys", "--texts", "0").status == 64)
  }
}
