extension SymmetricMatrix {
  /// All eigenvalues, largest first, and their eigenvectors, one after another (`[side, side]`).
  ///
  /// Householder's reduction to a tridiagonal matrix and implicit QL steps with Wilkinson's shift (Golub and Van
  /// Loan, 2013, §8.3): O(side³), for small sides.
  func eigenpairs() -> (values: [Double], vectors: [Double]) {
    var reduced = TridiagonalReduction(self)
    reduced.diagonalize()
    let found = reduced.diagonal
    let order = found.indices.sorted { (found[$0], $1) > (found[$1], $0) }
    return (
      order.map { found[$0] }, order.flatMap { reduced.basis[$0 * side..<($0 + 1) * side] }
    )
  }
}

/// A symmetric matrix A as Bᵀ·T·B, T tridiagonal, B orthonormal.
private struct TridiagonalReduction {
  private(set) var diagonal: [Double]
  /// The rows of B; of the eigenvectors in the end.
  private(set) var basis: [Double]
  /// What stands beside the diagonal, and a zero.
  private var beside: [Double]
  private let side: Int

  init(_ matrix: SymmetricMatrix) {
    side = matrix.side
    diagonal = [Double](repeating: 0, count: side)
    beside = diagonal
    basis = [Double](repeating: 0, count: side * side)
    for index in 0..<side { basis[index * side + index] = 1 }
    var values = matrix.values
    for column in 0..<max(0, side - 2) { reflect(&values, column) }
    for index in 0..<side {
      diagonal[index] = values[index * side + index]
      if index + 1 < side { beside[index] = values[(index + 1) * side + index] }
    }
  }

  /// Makes a column zero below the entry under the diagonal, by a reflection from both sides.
  private mutating func reflect(_ values: inout [Double], _ column: Int) {
    let below = column + 1..<side
    var normal = [Double](repeating: 0, count: side)
    for row in below { normal[row] = values[row * side + column] }
    let norm = normal.norm
    guard norm > 0 else { return }
    normal[column + 1] += normal[column + 1] < 0 ? -norm : norm
    let factor = 2 / normal.reduce(0) { $0 + $1 * $1 }
    guard factor.isFinite else { return }
    var change = [Double](repeating: 0, count: side)
    for row in 0..<side {
      change[row] = factor * below.reduce(0) { $0 + values[row * side + $1] * normal[$1] }
    }
    let half = factor / 2 * below.reduce(0) { $0 + change[$1] * normal[$1] }
    for row in below { change[row] -= half * normal[row] }
    for row in column..<side {
      for other in column..<side {
        values[row * side + other] -= normal[row] * change[other] + change[row] * normal[other]
      }
    }
    var sums = [Double](repeating: 0, count: side)
    for row in below {
      for index in 0..<side { sums[index] += normal[row] * basis[row * side + index] }
    }
    for row in below {
      for index in 0..<side { basis[row * side + index] -= factor * normal[row] * sums[index] }
    }
  }

  /// Makes the matrix diagonal.
  mutating func diagonalize() {
    let norm = zip(diagonal, beside).reduce(0) { max($0, $1.0.magnitude + $1.1.magnitude) }
    for first in 0..<side {
      // Wilkinson's shift converges for every matrix; three steps an eigenvalue are usual.
      for _ in 0..<100 {
        let last = (first..<side).first { isSplit(after: $0, norm) } ?? side - 1
        if last == first { break }
        step(first, last)
      }
    }
  }

  private func isSplit(after index: Int, _ norm: Double) -> Bool {
    guard index + 1 < side else { return true }
    let around = diagonal[index].magnitude + diagonal[index + 1].magnitude
    return beside[index].magnitude <= max(0x1p-52 * around, 0x1p-60 * norm)
  }

  /// One implicit QL step on the part of the matrix from `first` to `last`.
  private mutating func step(_ first: Int, _ last: Int) {
    let ratio = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first])
    let root = (ratio * ratio + 1).squareRoot()
    var chased = diagonal[last] - diagonal[first] + beside[first] / (ratio + (ratio < 0 ? -root : root))
    var (sine, cosine, shift) = (1.0, 1.0, 0.0)
    for index in (first..<last).reversed() {
      let (bulge, kept) = (sine * beside[index], cosine * beside[index])
      let length = (bulge * bulge + chased * chased).squareRoot()
      beside[index + 1] = length
      guard length > 0 else {
        diagonal[index + 1] -= shift
        beside[last] = 0
        return
      }
      (sine, cosine) = (bulge / length, chased / length)
      let next = diagonal[index + 1] - shift
      let turned = (diagonal[index] - next) * sine + 2 * cosine * kept
      shift = sine * turned
      diagonal[index + 1] = next + shift
      chased = cosine * turned - kept
      rotate(index, cosine, sine)
    }
    diagonal[first] -= shift
    beside[first] = chased
    beside[last] = 0
  }

  /// Turns two neighbouring rows of the basis.
  private mutating func rotate(_ row: Int, _ cosine: Double, _ sine: Double) {
    let side = side
    basis.withUnsafeMutableBufferPointer { basis in
      for index in row * side..<(row + 1) * side {
        let (upper, lower) = (basis[index], basis[index + side])
        basis[index + side] = sine * upper + cosine * lower
        basis[index] = cosine * upper - sine * lower
      }
    }
  }
}
