import Retrieval
import TestSupport
import Testing

struct RankComparisonTests {
  /// Tau and Fagin's distance by their definitions, pair by pair.
  static func reference(_ a: [Int], _ b: [Int]) -> (tau: Double?, distance: Double) {
    let ranksA = Dictionary(uniqueKeysWithValues: a.enumerated().map { ($1, $0) })
    let ranksB = Dictionary(uniqueKeysWithValues: b.enumerated().map { ($1, $0) })
    let rows = Array(Set(a).union(b)).sorted()
    var (concordant, discordant, penalty) = (0, 0, 0.0)
    for (index, i) in rows.enumerated() {
      for j in rows[..<index] {
        switch (ranksA[i], ranksA[j], ranksB[i], ranksB[j]) {
        case (let ai?, let aj?, let bi?, let bj?):
          if (ai < aj) == (bi < bj) { concordant += 1 } else { discordant += 1 }
        case (_?, _?, nil, nil), (nil, nil, _?, _?): penalty += 0.5
        default:
          // Absent is behind all that are present.
          let inA = (ranksA[i] ?? .max) < (ranksA[j] ?? .max)
          let inB = (ranksB[i] ?? .max) < (ranksB[j] ?? .max)
          if inA != inB { penalty += 1 }
        }
      }
    }
    let pairs = Double(a.count * (a.count - 1) + b.count * (b.count - 1)) / 4
    let largest = Double(a.count * b.count) + pairs
    let all = concordant + discordant
    return (
      all == 0 ? nil : Double(concordant - discordant) / Double(all),
      largest == 0 ? 0 : (penalty + Double(discordant)) / largest
    )
  }

  @Test func agreesWithTheDefinitionsForAllListsOfAFewRows() {
    for count in 0...4 {
      for a in Self.lists(count, of: 5) {
        for b in Self.lists(min(count, 3), of: 5) { Self.check(a, b) }
      }
    }
  }

  @Test func agreesWithTheDefinitionsForLongLists() {
    var random = SeededGenerator(seed: 1)
    for count in [1, 2, 7, 50, 131] {
      let a = (0..<(2 * count)).shuffled(using: &random).prefix(count)
      let b = (0..<(2 * count)).shuffled(using: &random).prefix(count)
      Self.check(Array(a), Array(b))
    }
  }

  static func check(_ a: [Int], _ b: [Int]) {
    let found = RankComparison(a, b, depth: max(a.count, b.count))
    let expected = reference(a, b)
    #expect(found.kendallTau.map { abs($0 - (expected.tau ?? .nan)) < 1e-12 } ?? (expected.tau == nil))
    #expect(abs(found.distance - expected.distance) < 1e-12, "\(a) \(b)")
    let longer = max(a.count, b.count)
    #expect(found.overlap == (longer == 0 ? 1 : Double(Set(a).intersection(b).count) / Double(longer)))
    #expect(found.lost == a.filter { !b.contains($0) } && found.changes.map(\.row) == b)
  }

  /// All lists of `count` distinct numbers below `rows`.
  static func lists(_ count: Int, of rows: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return lists(count - 1, of: rows).flatMap { list in
      (0..<rows).filter { !list.contains($0) }.map { list + [$0] }
    }
  }

  // Made with scipy 1.17: stats.kendalltau of the ranks of the common rows.
  @Test func tauAgreesWithScipy() throws {
    let a = [4, 1, 7, 3, 9, 0]
    let same = try #require(RankComparison(a, [1, 4, 9, 7, 0, 3], depth: 6).kendallTau)
    #expect(abs(same - 0.4666666666666666) < 1e-15)
    #expect(RankComparison(a, [3, 8, 1, 4, 6, 9], depth: 6).kendallTau == 0)
  }

  @Test func saysWhereEachRowCameFrom() {
    let found = RankComparison([1, 2, 3, 4, 5, 6], [1, 3, 2, 9, 6], depth: 4)
    let movements: [RankComparison.Movement] = [.same, .up(by: 1), .down(by: 1), .new]
    #expect(found.changes.map(\.movement) == movements)
    #expect(found.lost == [4] && found.overlap == 0.75)
    // The first ranking goes on below the depth.
    let risen = RankComparison([1, 2, 3, 4, 5, 6], [6, 1], depth: 2)
    #expect(risen.changes.map(\.movement) == [.up(by: 5), .down(by: 1)])
    #expect(risen.lost == [2] && risen.overlap == 0.5 && risen.kendallTau == nil)
  }

  @Test func equalRankingsHaveNoDistanceAndDisjointOnesTheGreatest() {
    let same = RankComparison([3, 1, 2], [3, 1, 2], depth: 10)
    #expect(same.overlap == 1 && same.kendallTau == 1 && same.distance == 0)
    let disjoint = RankComparison([3, 1, 2], [7, 8], depth: 10)
    #expect(disjoint.overlap == 0 && disjoint.kendallTau == nil && disjoint.distance == 1)
    let reversed = RankComparison([3, 1, 2], [2, 1, 3], depth: 10)
    #expect(reversed.overlap == 1 && reversed.kendallTau == -1)
  }

  @Test func aRowCountsWhereItStandsFirst() {
    let repeated = RankComparison([1, 1, 2, 1], [2, 2, 1], depth: 2)
    #expect(repeated == RankComparison([1, 2], [2, 1], depth: 2))
  }

  @Test(arguments: [0, -1]) func withoutDepthNothingDiffers(depth: Int) {
    let found = RankComparison([1, 2], [3, 4], depth: depth)
    #expect(found.overlap == 1 && found.distance == 0 && found.kendallTau == nil)
    #expect(found.changes.isEmpty && found.lost.isEmpty)
  }
}
