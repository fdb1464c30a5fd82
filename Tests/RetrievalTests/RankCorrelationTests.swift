import TestSupport
import Testing

@testable import Retrieval

/// Spearman's rank correlation.
struct RankCorrelationTests {
  // scipy 1.17: spearmanr([1, 2, 2, 4, 5], [5, 6, 7, 8, 7]) = 0.763157…, spearmanr([3, 1, 2], [1, 2, 3]) = -0.5.
  @Test func tiesShareTheirMeanRank() throws {
    let tied = try #require(rankCorrelation([1, 2, 2, 4, 5], [5, 6, 7, 8, 7]))
    #expect(abs(tied - 0.7631578947368421) < 1e-12)
    let mixed = try #require(rankCorrelation([3, 1, 2], [1, 2, 3]))
    #expect(abs(mixed + 0.5) < 1e-12)
  }

  @Test func itDependsOnTheOrderAlone() {
    #expect(rankCorrelation([1, 10, 100], [2, 3, 50]) == 1)
    #expect(rankCorrelation([1, 10, 100], [.infinity, 0, -.infinity]) == -1)
  }

  @Test func whatDoesNotVaryHasNone() {
    #expect(rankCorrelation([1, 1, 1], [1, 2, 3]) == nil)
    #expect(rankCorrelation([1], [1]) == nil)
    #expect(rankCorrelation([], []) == nil)
    #expect(rankCorrelation([1, .nan], [1, 2]) == nil)
  }
}
