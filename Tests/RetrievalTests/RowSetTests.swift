import Retrieval
import TestSupport
import Testing

struct RowSetTests {
  @Test func holdsWhatASetOfNumbersHolds() {
    var random = SeededGenerator(seed: 1)
    var rows = RowSet()
    var expected: Set<Int> = []
    for _ in 0..<300 {
      let row = Int.random(in: 0..<400, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: #expect(rows.insert(row) == expected.insert(row).inserted)
      case 1: #expect(rows.remove(row) == (expected.remove(row) != nil))
      default:
        let range = row..<min(row + Int.random(in: 0..<140, using: &random), 400)
        #expect(rows.intersects(range) == !expected.isDisjoint(with: range))
        guard expected.count < 200 else { continue }
        rows.formUnion(range)
        expected.formUnion(range)
      }
      #expect(rows.count == expected.count)
    }
    #expect((-3..<500).allSatisfy { rows.contains($0) == expected.contains($0) })
    #expect(RowSet(expected).count == expected.count)
  }

  @Test func rangesMayReachBeyondWhatIsThere() {
    let rows: RowSet = [3, 64]
    #expect(rows.intersects(0..<1000) && !rows.intersects(65..<1000) && !rows.intersects(500..<900))
    #expect(rows == RowSet([64, 3]) && RowSet(5..<5).count == 0)
  }
}
