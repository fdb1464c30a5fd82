import Kernels
import Retrieval
import TestSupport
import Testing

struct DirectionsTests {
  @Test func positionsRunFromZeroToOne() throws {
    let rows = Matrix(rows: 5, columns: 2, values: [1, 1, 3, 1, 2, 7, 0, 1, .nan, 0])
    let positions = try #require(axisPositions(rows, from: [1, 1], to: [3, 1]))
    #expect(Array(positions.prefix(4)) == [0, 1, 0.5, -0.5] && positions[4].isNaN)
  }

  @Test func agreeWithTheDefinition() throws {
    let rows = SeededGenerator.matrix(40, 33, seed: 1)
    let (a, b) = (rows.row(3), rows.row(4).map { $0 * 1e-3 })
    let positions = try #require(axisPositions(rows, from: a, to: b))
    let axis = zip(a, b).map { Double($1) - Double($0) }
    for (row, position) in zip(rows.allRows, positions) {
      let along = zip(zip(row, a), axis).reduce(0) { $0 + (Double($1.0.0) - Double($1.0.1)) * $1.1 }
      let expected = along / axis.reduce(0) { $0 + $1 * $1 }
      #expect(abs(Double(position) - expected) <= 1e-7 * max(1, abs(expected)))
    }
    #expect(positions[3] == 0)
  }

  @Test func equalEndsAreNoDirection() {
    let rows = Matrix(rows: 1, columns: 2)
    #expect(axisPositions(rows, from: [1, 2], to: [1, 2]) == nil)
    #expect(axisPositions(rows, from: [0, 2], to: [-0.0, 2]) == nil)
    #expect(axisPositions(rows, from: [.nan, 2], to: [.nan, 2])?.first?.isNaN == true)
    #expect(axisPositions(Matrix(rows: 0, columns: 1), from: [1], to: [2])?.isEmpty == true)
    // Too near for the square of their distance in f32.
    #expect(axisPositions(Matrix(rows: 1, columns: 1), from: [0], to: [1e-30])?.first == 0)
  }

  @Test func sumsAreWeighted() {
    let vectors = Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 1e8, 1])
    #expect(weightedSum(vectors, weights: [1, -0.5, 0]) == [-0.5, 0])
    // In f32 the small term would be lost between the large ones.
    let cancelling = Matrix(rows: 3, columns: 1, values: [1e8, 1, 1e8])
    #expect(weightedSum(cancelling, weights: [1, 1, -1]) == [1])
    #expect(weightedSum(Matrix(rows: 0, columns: 2), weights: []) == [0, 0])
    #expect(weightedSum(Matrix(rows: 1, columns: 1, values: [.nan]), weights: [0])[0].isNaN)
  }
}
