import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Encoders

@Suite struct PositionTests {
  /// The least distance of each bucket for 32 buckets up to 128, as in T5's published models.
  @Test func distancesFallIntoTheReferencesBuckets() {
    let bias = RelativeBias(buckets: 32, maximumDistance: 128)
    let starts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91]
    for distance in 0...300 {
      let bucket = starts.lastIndex { $0 <= distance }
      #expect(bias.bucket(distance: -distance) == bucket)
      #expect(bias.bucket(distance: distance) == (distance == 0 ? 0 : bucket.map { $0 + 16 }))
    }
    #expect(bias.bucket(distance: Int.max / 2) == 31)
  }

  @Test func slopesFallByPowers() {
    #expect(AttentionSlopes.slopes(heads: 1) == [0x1p-8])
    #expect(AttentionSlopes.slopes(heads: 4) == [0x1p-2, 0x1p-4, 0x1p-6, 0x1p-8])
    #expect(AttentionSlopes.slopes(heads: 6) == [0x1p-2, 0x1p-4, 0x1p-6, 0x1p-8, 0x1p-1, 0x1p-3])
    let sixteen = AttentionSlopes.slopes(heads: 16)
    expectClose(Array(sixteen.prefix(3)), [0.70710678, 0.5, 0.35355339], within: 1e-7, stage: "16 heads")
    #expect(AttentionSlopes.slopes(heads: 71).count == 71)
  }

  @Test func rotationsTurnByTheirFrequencies() {
    let plain = Rotation(width: 8, base: 10_000)
    expect(plain.frequencies, [1, 0.1, 0.01, 0.001])
    expect(
      Rotation(width: 8, base: 10_000, scaling: .linear(factor: 4)).frequencies,
      [0.25, 0.025, 0.0025, 0.00025])
    // In 1000 positions the pairs turn 159, 15.9, 1.59 and 0.159 times.
    let scaled = Rotation(
      width: 8, base: 10_000, scaling: .llama3(factor: 8, low: 1, high: 4, length: 1000))
    let share = (10 / (2 * Double.pi) - 1) / 3
    expect(scaled.frequencies, [1, 0.1, 0.01 * (share + (1 - share) / 8), 0.000125])
  }

  private func expect(_ found: [Double], _ expected: [Double]) {
    #expect(found.count == expected.count)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func columnsByHeadAreGatheredByKind() {
    let moves = ColumnMove.fromHeads(2, width: 3)
    #expect(moves.map(\.columns.lowerBound) == [0, 3, 6, 9, 12, 15])
    #expect(moves.map(\.destination) == [0, 6, 12, 3, 9, 15])
  }
}
