import Retrieval
import Testing

struct HubnessTests {
  // Skewness and moments made with scipy 1.17 and numpy 2.4: stats.skew, mean, std.
  @Test func momentsAgreeWithScipy() throws {
    let counts = [0, 3, 1, 0, 7, 1, 2, 2, 0, 4]
    let neighbours = counts.enumerated().flatMap { [Int32](repeating: Int32($0), count: $1) }
    let hubness = Hubness(occurrences: neighbours, rows: 10, k: 2)
    #expect(hubness.counts == counts && hubness.mean == 2)
    #expect(abs(hubness.standardDeviation - 2.0976176963403033) < 1e-14)
    #expect(abs(try #require(hubness.skewness) - 1.170158632255954) < 1e-12)
    #expect((0..<10).filter { hubness.isHub($0) } == [4])
  }

  @Test func aPlantedHubIsFound() {
    // Everyone's nearest are row 17 and the next row; 17's own are the two that follow.
    var neighbours: [Int32] = []
    for row in 0..<50 as Range<Int32> {
      let next = row == 16 ? 18 : (row + 1) % 50
      neighbours += row == 17 ? [18, 19] : [17, next]
    }
    let hubness = Hubness(occurrences: neighbours, rows: 50, k: 2)
    #expect(hubness.counts[17] == 49 && (0..<50).filter { hubness.isHub($0) } == [17])
  }

  @Test func absentNeighboursDoNotCount() {
    let hubness = Hubness(occurrences: [1, -1, 0, -1], rows: 2, k: 2)
    #expect(hubness.counts == [1, 1] && hubness.skewness == nil && !hubness.isHub(0))
    let none = Hubness(occurrences: [], rows: 0, k: 5)
    #expect(none.counts.isEmpty && none.mean.isNaN && none.skewness == nil)
  }

  @Test func listsOfSomeQueriesAreCounted() {
    let hubness = Hubness(occurrences: [2, 0, 2, 1], rows: 4, k: 2)
    #expect(hubness.counts == [1, 1, 2, 0])
  }

  @Test func refusesRowsThatAreNotThere() async {
    await #expect(processExitsWith: .failure) { _ = Hubness(occurrences: [2], rows: 1, k: 1) }
    await #expect(processExitsWith: .failure) { _ = Hubness(occurrences: [0, 0, 0], rows: 2, k: 2) }
  }
}
