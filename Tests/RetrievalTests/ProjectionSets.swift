import Kernels
import TestSupport

/// Sets of vectors that layouts are tried on.
///
/// Reference figures in the tests of projections were made from `clusters` with scikit-learn 1.9 and
/// umap-learn 0.5.12, in f64.
enum ProjectionSets {
  /// Six clusters of fifty in 16 dimensions, `[300, 16]`.
  static let clusters: Matrix = {
    var random = SeededGenerator(seed: 7)
    func unit() -> Float { Float(random.next() >> 40) * 0x1p-23 - 1 }
    let centres = (0..<6).map { _ in (0..<16).map { _ in unit() } }
    let values = (0..<300).flatMap { row in (0..<16).map { centres[row % 6][$0] + 0.75 * unit() } }
    return Matrix(rows: 300, columns: 16, values: values)
  }()

  static func random(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> Matrix {
    var random = SeededGenerator(seed: seed)
    return Matrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) })
  }

  static func rows(_ rows: [[Float]]) -> Matrix {
    Matrix(rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap { $0 })
  }
}

extension Matrix {
  var bits: [UInt32] { values.map(\.bitPattern) }

  var isFinite: Bool { values.allSatisfy { $0.isFinite } }
}
