import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct RotaryTests {
  static let layouts: [RotaryTable.Layout] = [.halves, .interleaved]

  @Test(arguments: KernelSet.supported, [(4, 4), (16, 16), (64, 64), (80, 32), (96, 96), (37, 34), (9, 2)])
  func agreesWithDoublePrecision(kernels: KernelSet, widths: (head: Int, turning: Int)) {
    for layout in Self.layouts {
      let table = RotaryTable(positions: 21, width: widths.turning, base: 10_000, scaling: 2, layout: layout)
      let lengths = [5, 0, 21]
      let before = randomMatrix(rows: 26, columns: 4 * widths.head + 1, seed: 4)
      let states = before.rows(0..<26)
      kernels.rotate(
        states, columns: widths.head..<3 * widths.head, headWidth: widths.head, lengths: lengths,
        table: table,
        work: .inline)
      for row in 0..<26 {
        let position = Double(row < 5 ? row : row - 5) / 2
        var expected = before.row(row).map(Double.init)
        var bounds = expected.map { _ in 0.0 }
        for first in [widths.head, 2 * widths.head] {
          for pair in 0..<widths.turning / 2 {
            let a = first + (layout == .halves ? pair : 2 * pair)
            let b = layout == .halves ? a + widths.turning / 2 : a + 1
            let angle = position * pow(10_000, -2 * Double(pair) / Double(widths.turning))
            let (x, y) = (expected[a], expected[b])
            expected[a] = x * cos(angle) - y * sin(angle)
            expected[b] = y * cos(angle) + x * sin(angle)
            for column in [a, b] { bounds[column] = 3 * roundoff * (abs(x) + abs(y)) }
          }
        }
        let found = states.row(row).map(Double.init)
        #expect(found.indices.allSatisfy { abs(found[$0] - expected[$0]) <= bounds[$0] })
      }
    }
  }

  @Test(arguments: KernelSet.supported, layouts)
  func aTokenHasTheSameBitsAloneAndInABatchForAnyNumberOfThreads(
    kernels: KernelSet, layout: RotaryTable.Layout
  ) async throws {
    let table = RotaryTable(positions: 3000, width: 24, base: 500, layout: layout)
    let before = randomMatrix(rows: 3001, columns: 48, seed: 9)
    let alone = before.rows(1..<3001)
    kernels.rotate(alone, columns: 0..<48, headWidth: 24, lengths: [3000], table: table, work: .inline)
    for threads in 1...3 {
      let states = try await WorkerTeam(threads: threads).perform(.bulk) { work in
        let states = before.rows(0..<3001)
        kernels.rotate(states, columns: 0..<48, headWidth: 24, lengths: [1, 3000], table: table, work: work)
        return states
      }
      #expect(states.row(0) == before.row(0), "position 0 does not turn")
      #expect(states.rows(1..<3001).values == alone.values)
    }
  }

  @Test func frequenciesAndAmplitudeCanBeGiven() {
    let table = RotaryTable(positions: 3, frequencies: [.pi / 2], amplitude: 2, layout: .interleaved)
    let states = Matrix(rows: 3, columns: 2, values: [1, 0, 1, 0, 1, 0])
    KernelSet.best.rotate(states, columns: 0..<2, headWidth: 2, lengths: [3], table: table, work: .inline)
    expectClose(states.values, [2, 0, 0, 2, -2, 0], within: 1e-6, stage: "quarter turns")
  }

  @Test(arguments: KernelSet.supported, layouts)
  func aNaNStaysInItsPair(kernels: KernelSet, layout: RotaryTable.Layout) {
    let states = Matrix(rows: 2, columns: 38, values: [Float](repeating: 1, count: 76))
    states.setRow(1, [.nan] + [Float](repeating: 1, count: 37))
    let table = RotaryTable(positions: 2, width: 38, base: 10, layout: layout)
    kernels.rotate(states, columns: 0..<38, headWidth: 38, lengths: [2], table: table, work: .inline)
    let pair = [0, layout == .halves ? 19 : 1]
    #expect(states.row(1).indices.allSatisfy { states.row(1)[$0].isNaN == pair.contains($0) })
  }
}
