import Foundation
import TestSupport
import Testing

/// What `bench encode` prints is what comparisons with other libraries read.
struct BenchEncodeTests {
  private let vecscope: CommandRun

  init() throws { vecscope = try CommandRun() }

  private struct Report: Decodable {
    var texts: Int
    var tokens: Int
    var query_tokens: Int
    var query_median_ms: Double
    var query_p99_ms: Double
    var texts_speed_texts_per_s: Double
    var tokens_speed_tokens_per_s: Double
    var arithmetic_GFLOP_per_s: Double
    var peak_GFLOP_per_s: Double
    var share_of_peak_percent: Double
    var tokenizing_texts_Mtokens_per_s: Double
  }

  @Test(arguments: [[], ["--batch", "1"], ["--threads", "1"]])
  func theEncoderIsMeasured(options: [String]) async throws {
    let texts = try vecscope.folder.write("one cup of tea\n\nanother\n", to: "texts.txt")
    let arguments = [
      "bench", "encode", "--model", try CommandRun.model(), "--input", texts, "--repeats", "1", "--json",
    ]
    let result = try await vecscope(arguments + options)
    #expect(result.errors == "")
    let report = try #require(try result.rows(Report.self).first)
    #expect(report.texts >= 2 && report.tokens > report.texts && report.query_tokens > 2)
    #expect(report.query_p99_ms >= report.query_median_ms && report.query_median_ms > 0)
    #expect(report.texts_speed_texts_per_s > 0 && report.tokens_speed_tokens_per_s > 0)
    #expect(report.peak_GFLOP_per_s >= 0 && report.share_of_peak_percent >= 0)
    #expect(report.arithmetic_GFLOP_per_s >= 0 && report.tokenizing_texts_Mtokens_per_s > 0)
  }

  @Test(arguments: [["--batch", "0"], ["--repeats", "0"], ["--precision", "f64"]])
  func whatIsOutOfRangeIsRefused(options: [String]) async throws {
    let result = try await vecscope(["bench", "encode", "--model", try CommandRun.model()] + options)
    #expect(result.status == 64)
  }
}
