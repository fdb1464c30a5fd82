import Recipes
import Testing

@testable import Explorer

/// How numbers are written.
struct NumberTests {
  @Test(arguments: [
    (Float(0.712), ".712"), (-0.05, "-.050"), (1, "1.000"), (0, ".000"), (-0.0001, ".000"), (12.345, "12.35"),
    (123.44, "123.4"), (1234.4, "1234"), (123_456, "1e5"), (-3e12, "-3e12"), (0.9996, "1.000"),
    (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
  ])
  func scoresTakeSixColumns(value: Float, expected: String) {
    #expect(Numbers.score(value, .cosine) == expected)
    #expect(expected.count <= 6)
  }

  @Test func distancesArePositive() {
    #expect(Numbers.score(-0.84, .euclidean) == ".840")
    #expect(Numbers.score(-0.84, .dot) == "-.840")
  }

  @Test func countsAreGrouped() {
    #expect(
      [0, 999, 1240, -1240, 1_234_567].map(Numbers.grouped) == ["0", "999", "1,240", "-1,240", "1,234,567"])
    #expect(Numbers.grouped(Int.min).hasPrefix("-9,223"))
    #expect(Numbers.count(1, "text") == "1 text")
  }

  @Test func onlyTheTopIsTheHundredthPercentile() {
    #expect([99.97, 100, 0, 63.25].map { Numbers.percentile($0) } == ["p99.9", "p100.0", "p0.0", "p63.2"])
  }

  @Test func timesAndSizesHaveUnits() {
    #expect([3.14, 240.2, 1234].map(Numbers.milliseconds) == ["3.1 ms", "240 ms", "1.2 s"])
    #expect([11.4, 200, 9000].map(Numbers.estimate) == ["~12 s", "~3 min", "~2 h"])
    #expect(Numbers.estimate(seconds: .infinity) == "")
    #expect([512, 43_100_000, -1].map(Numbers.bytes) == ["512 B", "43.1 MB", "0 B"])
  }

  @Test func promptsAreWrittenSoThatTheyReadBack() {
    for text in ["", "query: ", "a\nb\tc", "back\\slash", "\\n", "ends in \\"] {
      #expect(PromptText.unescaped(PromptText.escaped(text)) == text)
    }
    #expect(PromptText.unescaped("\\x") == "\\x")
  }
}
