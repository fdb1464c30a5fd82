public import Kernels
public import Recipes

/// How far a layout can be trusted: whether rows that are drawn as neighbours are neighbours.
///
/// Trustworthiness by Venna and Kaski (2001), as scikit-learn's `trustworthiness`: 1 when the k nearest of each row in
/// the layout are among its k nearest by all dimensions; else less by how far beyond they rank.
public struct Trust: Sendable {
  /// The mean of `byRow`.
  public let overall: Double
  /// The rows that were judged, ascending: all, or those of the sample.
  public let rows: [Int32]
  /// The trustworthiness of each judged row, within 0...1.
  public let byRow: [Float]
  /// Drawn neighbours of each row: as many as asked for, but fewer than half of the rows, beyond which the
  /// measure has no meaning; 0 where there are fewer than three rows, which are drawn truly.
  public let neighbours: Int
  /// The rows drawn nearest to each judged row, `[rows, neighbours]`, nearest first.
  public let drawn: [Int32]
  /// Which of `drawn` are false: not among the `neighbours` nearest by all dimensions.
  public let isFalse: [Bool]

  /// Rows up to which ranks are taken from distances in f64; beyond, from products in f32, whose rounding
  /// swaps neighbouring ranks here and there (far below 10⁻⁶ in `overall`).
  static let exactRows = 1024

  /// Judges a layout (`[rows, 2]`) of vectors (`[rows, dimensions]`).
  ///
  /// With more rows than `sample`, that many are drawn by `seed` and judged, against all rows. Dot products are
  /// compared as cosines.
  /// - Complexity: O(judged rows · rows · dimensions).
  /// - Throws: `ProjectionError.notFinite` (of the vectors or the layout), `CancellationError`.
  public init(
    _ vectors: Matrix, layout: Matrix, neighbours: Int = 15, metric: Metric, sample: Int? = nil,
    seed: UInt64 = 0,
    kernels: KernelSet = .best, work: Work? = nil
  ) throws {
    precondition(layout.rows == vectors.rows, "\(layout.rows) positions for \(vectors.rows) vectors")
    precondition(layout.columns == 2, "positions of \(layout.columns) numbers")
    precondition(neighbours >= 0 && (sample ?? 0) >= 0, "\(neighbours) neighbours of \(sample ?? 0) rows")
    let work = work ?? .inline
    let pairs = try PairScores(vectors, metric: metric, kernels: kernels, work: work)
    let positions = try DrawnPositions(layout)
    let judged = Self.judged(vectors.rows, sample, seed)
    let wanted = max(0, min(neighbours, (vectors.rows - 1) / 2))
    var drawn = [Int32](repeating: 0, count: judged.count * wanted)
    var isFalse = [Bool](repeating: false, count: judged.count * wanted)
    let isExact = vectors.rows <= Self.exactRows
    var penalties = [Int](repeating: 0, count: judged.count)
    let step = 64
    for start in stride(from: 0, to: wanted > 0 ? judged.count : 0, by: step) {
      let chosen = judged[start..<min(judged.count, start + step)].map { Int($0) }
      let scores = isExact ? nil : try pairs.scores(chosen, work: work)
      drawn.withUnsafeMutableBufferPointer { drawn in
        isFalse.withUnsafeMutableBufferPointer { isFalse in
          penalties.withUnsafeMutableBufferPointer { penalties in
            // Each block writes what belongs to its own row.
            work.forEachBlock(chosen.count) { index in
              if work.isCancelled { return }
              let found = positions.nearest(to: chosen[index], wanted)
              let ranks = pairs.ranks(of: found, from: chosen[index], scores, row: index)
              for (place, rank) in ranks.enumerated() {
                drawn[(start + index) * wanted + place] = Int32(found[place])
                isFalse[(start + index) * wanted + place] = rank > wanted
                penalties[start + index] += max(0, rank - wanted)
              }
            }
          }
        }
      }
      try work.checkCancellation()
    }
    let worst = Double(wanted) * Double(2 * vectors.rows - 3 * wanted - 1)
    let shares = penalties.map { wanted > 0 ? 1 - 2 * Double($0) / worst : 1 }
    overall = shares.isEmpty ? 1 : shares.reduce(0, +) / Double(shares.count)
    byRow = shares.map { Float($0) }
    rows = judged
    self.neighbours = wanted
    (self.drawn, self.isFalse) = (drawn, isFalse)
  }

  /// All rows, or a sample of them without repetition (Floyd's algorithm; Bentley and Floyd, 1987).
  private static func judged(_ count: Int, _ sample: Int?, _ seed: UInt64) -> [Int32] {
    guard let sample, sample < count else { return (0..<count).map { Int32($0) } }
    var random = SplitMix64(seed: seed)
    var chosen: Set<Int32> = []
    for limit in count - sample..<count {
      let row = Int32(random.index(below: limit + 1))
      if !chosen.insert(row).inserted { chosen.insert(Int32(limit)) }
    }
    return chosen.sorted()
  }
}

extension PairScores {
  /// The places of some rows among all others by nearness to a row, from 1 on.
  ///
  /// By row `index` of the scores, or by distances in f64 where there are none.
  fileprivate func ranks(of others: [Int], from row: Int, _ scores: Matrix?, row index: Int) -> [Int] {
    if let scores {
      return scores.withUnsafeValues { values in
        let own = UnsafeBufferPointer(rebasing: values[index * count..<(index + 1) * count])
        return others.map { Self.rank(of: $0, from: row, own) }
      }
    }
    return (0..<count).map { -exactDistance(row, $0) }.withUnsafeBufferPointer { scores in
      others.map { Self.rank(of: $0, from: row, scores) }
    }
  }

  /// Equal scores rank by row; all are finite.
  private static func rank<Score: BinaryFloatingPoint>(
    of other: Int, from own: Int, _ scores: UnsafeBufferPointer<Score>
  ) -> Int {
    let score = scores[other]
    // Which scores are higher is as good as random: signs of differences are counted without branches.
    var (higher, lower) = (Int32(0), Int32(0))
    for value in scores {
      higher &+= Int32(truncatingIfNeeded: (score - value).sign.rawValue)
      lower &+= Int32(truncatingIfNeeded: (value - score).sign.rawValue)
    }
    let rank = Int(higher) + 1 - (scores[own] > score ? 1 : 0)
    guard scores.count - Int(higher) - Int(lower) > 1 else { return rank }
    return rank + (0..<other).count { $0 != own && scores[$0] == score }
  }
}

/// The positions of a layout.
private struct DrawnPositions {
  private let x: [Float]
  private let y: [Float]

  init(_ layout: Matrix) throws(ProjectionError) {
    let values = layout.values
    if let fault = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: fault / 2) }
    x = stride(from: 0, to: values.count, by: 2).map { values[$0] }
    y = stride(from: 1, to: values.count, by: 2).map { values[$0] }
  }

  /// The rows drawn nearest to a row, nearest first, equal distances by row.
  func nearest(to row: Int, _ count: Int) -> [Int] {
    var scores = [Float](repeating: 0, count: x.count)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        scores.withUnsafeMutableBufferPointer { scores in
          let (ownX, ownY) = (x[row], y[row])
          for index in scores.indices {
            let (across, down) = (x[index] - ownX, y[index] - ownY)
            scores[index] = -(across * across + down * down)
          }
        }
      }
    }
    // Some to spare, to be put in order in f64.
    var best = BestNeighbours(limit: count + 16)
    scores.withUnsafeBufferPointer { best.offer($0[...], excluding: row) }
    return best.neighbours
      .map { (row: $0.row, squared: squaredDistance(row, $0.row)) }
      .sorted { ($0.squared, $0.row) < ($1.squared, $1.row) }
      .prefix(count).map(\.row)
  }

  private func squaredDistance(_ first: Int, _ second: Int) -> Double {
    let across = Double(x[first]) - Double(x[second])
    let down = Double(y[first]) - Double(y[second])
    return across * across + down * down
  }
}
