internal import Checkpoints
internal import Foundation
internal import Kernels
internal import Synchronization

/// What layers know of positions, tabulated for the longest text so far.
///
/// Values do not depend on the length of a table.
final class PositionTables: Sendable {
  /// The tables of one forward pass.
  struct Tables {
    var rotations: [Rotation: RotaryTable] = [:]
    var bias: PositionBias?
    var positions = 0
  }

  private let rotations: Set<Rotation>
  private let bias: LearnedBias?
  private let made = Mutex(Tables())

  init(_ shape: TransformerConfiguration, _ names: AttentionNames, _ reader: TensorReader)
    throws(EncoderError)
  {
    rotations = Set(shape.attention.compactMap(\.rotation))
    bias = try shape.relativeBias.map { (facts) throws(EncoderError) in
      try LearnedBias(facts, heads: shape.heads, name: names.relativeBias, reader)
    }
  }

  /// Tables for texts of up to `tokens` tokens.
  func tables(for tokens: Int) -> Tables {
    made.withLock { made in
      guard tokens > made.positions else { return made }
      // Twice as long each time, so that all lengthening together costs no more than the last one.
      let positions = max(tokens, 2 * made.positions, 512)
      made.rotations = Dictionary(
        uniqueKeysWithValues: rotations.map { ($0, RotaryTable($0, positions: positions)) })
      made.bias = bias?.values(reach: positions)
      made.positions = positions
      return made
    }
  }
}

extension RotaryTable {
  init(_ rotation: Rotation, positions: Int) {
    self.init(
      positions: positions, frequencies: rotation.frequencies,
      layout: rotation.isInterleaved ? .interleaved : .halves)
  }
}

extension Rotation {
  /// How far each pair turns from one position to the next.
  var frequencies: [Double] {
    (0..<width / 2).map { pair in
      let frequency = pow(base, -2 * Double(pair) / Double(width))
      switch scaling {
      case .none: return frequency
      case .linear(let factor): return frequency / factor
      case .llama3(let factor, let low, let high, let length):
        let turns = length * frequency / (2 * .pi)
        let share = min(1, max(0, (turns - low) / (high - low)))
        return (1 - share) * frequency / factor + share * frequency
      }
    }
  }
}

/// A learned number by head for each bucket of distances.
struct LearnedBias {
  private let facts: RelativeBias
  private let heads: Int
  /// By bucket, `[buckets, heads]`.
  private let table: Matrix

  init(_ facts: RelativeBias, heads: Int, name: String, _ reader: TensorReader) throws(EncoderError) {
    self.facts = facts
    self.heads = heads
    table = try reader.table(name, rows: facts.buckets, columns: heads)
  }

  /// The bias of every distance below `reach`, by head.
  func values(reach: Int) -> PositionBias {
    let rows = (1 - reach..<reach).map { table.row(facts.bucket(distance: $0)) }
    let values = (0..<heads).flatMap { head in rows.map { $0[head] } }
    return PositionBias(heads: heads, reach: reach, values: values)
  }
}

extension RelativeBias {
  /// The bucket of a key that stands `distance` after the query (T5's bidirectional scheme).
  ///
  /// Half of the buckets are for keys that follow. Of one direction's, the first half tells single distances apart, the
  /// others grow by logarithm, in single precision as in the reference.
  func bucket(distance: Int) -> Int {
    let direction = buckets / 2
    let exact = direction / 2
    let (first, size) = (distance > 0 ? direction : 0, abs(distance))
    guard size >= exact else { return first + size }
    let ratio = log(Float(size) / Float(exact)) / Float(log(Double(maximumDistance) / Double(exact)))
    let grown = exact + Int(min(ratio * Float(direction - exact), Float(direction)))
    return first + min(grown, direction - 1)
  }
}

/// The slopes of ALiBi.
enum AttentionSlopes {
  /// One slope a head: powers of 2^(−8/n) for n heads; where n is no power of two, those of the next lower one and then
  /// every second one of the next higher one (Press and others, 2021, as in BLOOM).
  static func slopes(heads: Int) -> [Float] {
    let lower = 1 << (Int.bitWidth - 1 - max(heads, 1).leadingZeroBitCount)
    let slopes = (1...lower).map { Float(pow(2, -8 * Double($0) / Double(lower))) }
    let others = (0..<heads - lower).map { Float(pow(2, -4 * Double(2 * $0 + 1) / Double(lower))) }
    return slopes + others
  }
}

extension AttentionShape.Window {
  init(_ window: AttentionWindow) {
    switch window {
    case .all: self = .all
    case .causal: self = .causal
    case .local(let left, let right): self = .local(left: left, right: right)
    }
  }
}
