import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct NearDuplicatesTests {
  @Test func areTheFirstEarlierRowsWithinTheThreshold() async throws {
    // Few directions in the plane, with a little noise.
    let noise = SeededGenerator.fractions(300, seed: 1)
    let directions: [[Float]] = [[1, 0], [0, 1], [-1, 0], [0.7, 0.7], [0.95, 0.2]]
    let rows = (0..<60).map { row in
      directions[Int(noise[5 * row] * 5)].enumerated().map {
        $1 * (1 + noise[5 * row + 1]) + noise[5 * row + 2 + $0] / 9
      }
    }
    let matrix = Matrix(rows: 60, columns: 2, values: rows.flatMap { $0 })
    for threshold in [-1, 0.9, 0.98, 0.9995] as [Float] {
      let found = nearDuplicates(among: matrix, threshold: threshold)
      for (row, first) in found.enumerated() {
        let expected = (0..<row).first {
          VectorSpaceTests.reference(rows[row], rows[$0], .cosine).score >= Double(threshold)
        }
        #expect(first == expected)
      }
      let team = WorkerTeam(threads: 2)
      #expect(
        try await team.perform(.bulk) { nearDuplicates(among: matrix, threshold: threshold, work: $0) }
          == found)
    }
    #expect(
      nearDuplicates(among: matrix).contains { $0 != nil } && nearDuplicates(among: matrix).contains(nil))
  }

  @Test func rowsWithoutDirectionAreNobodysDuplicates() {
    let rows = Matrix(rows: 6, columns: 2, values: [0, 0, 0, 0, .nan, 1, .nan, 1, 2, 2, 1, 1])
    #expect(nearDuplicates(among: rows, threshold: -1) == [nil, nil, nil, nil, nil, 4])
    #expect(nearDuplicates(among: Matrix(rows: 0, columns: 2)).isEmpty)
    #expect(nearDuplicates(among: Matrix(rows: 1, columns: 2)) == [nil])
  }
}
