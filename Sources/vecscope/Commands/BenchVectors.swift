import ArgumentParser
import Foundation
import Kernels

/// Vectors to measure search with, the same at every run and in every batch.
struct BenchVectors: Sendable {
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    /// Each value uniform in −1…1: scores lie far apart.
    case random
    /// As a model gives for texts: all lean to one side, a thousand topics, groups of near neighbours within a topic, and one
    /// row in ten nearly a copy of another. Scores lie close together.
    case embeddings
  }

  let kind: Kind
  let dimensions: Int
  private static let topics = 1000
  private static let groups = 20_000

  /// Vectors of the same kind that are not among the rows.
  var queries: [[Float]] { (0..<32).map { values(row: 1 << 40 + $0) } }

  /// Rows of a range, `[range.count, dimensions]`.
  func matrix(_ range: Range<Int>, work: Work) -> Matrix {
    let matrix = Matrix(rows: range.count, columns: dimensions)
    let block = max(1, (1 << 16) / dimensions)
    work.forEachBlock((range.count + block - 1) / block) { index in
      for row in index * block..<min(range.count, (index + 1) * block) {
        matrix.setRow(row, values(row: range.lowerBound + row))
      }
    }
    return matrix
  }

  private func values(row: Int) -> [Float] {
    var own = Sequence(seed: row)
    guard kind == .embeddings else { return (0..<dimensions).map { _ in own.next() } }
    let isCopy = row % 10 == 9
    var noise = isCopy ? Sequence(seed: row - 5) : own
    var last = own
    let group = Int((isCopy ? row - 5 : row).hashed(1) % UInt64(Self.groups))
    var (side, topic, near) = (
      Sequence(seed: -1), Sequence(seed: -2 - group % Self.topics), Sequence(seed: -2000 - group)
    )
    return (0..<dimensions).map { _ in
      let shared = 0.5 * side.next() + 0.7 * topic.next() + 0.4 * near.next()
      return shared + 0.35 * noise.next() + (isCopy ? 0.01 * last.next() : 0)
    }
  }

  /// Numbers in −1…1 (SplitMix64).
  private struct Sequence {
    private var state: UInt64

    init(seed: Int) { state = seed.hashed(7) }

    mutating func next() -> Float {
      state &+= 0x9e37_79b9_7f4a_7c15
      return Float(Int32(truncatingIfNeeded: state.mixed >> 32)) * 0x1p-31
    }
  }
}

extension Int {
  fileprivate func hashed(_ salt: UInt64) -> UInt64 {
    (UInt64(bitPattern: Int64(self)) &* 0x9e37_79b9_7f4a_7c15 &+ salt).mixed
  }
}

extension UInt64 {
  fileprivate var mixed: UInt64 {
    var mixed = self
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
