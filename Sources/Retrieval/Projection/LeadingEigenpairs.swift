import Kernels

/// The largest eigenvalues of a positive semidefinite matrix and their eigenvectors.
///
/// Block Lanczos with full orthogonalisation and thick restarts (Golub and Underwood, 1977; Wu and Simon, 2000),
/// eight vectors a block, so that eigenvalues that stand eight times are found as often. A pair counts as found when
/// ‖Av − θv‖ ≤ 10⁻⁹ θ₁: an eigenvalue then lies within that distance of θ (Parlett, 1998, theorem 4.5.1).
struct LeadingEigenpairs {
  /// Largest first.
  let values: [Double]
  /// One for each value, of length 1.
  let vectors: [[Double]]

  /// - Throws: `ProjectionError.noConvergence`, `CancellationError`.
  init(_ matrix: SymmetricMatrix, count: Int, work: Work) throws {
    let kept = (count + 9) / 8
    let limit = kept + 5
    guard matrix.side > 8 * limit else {
      let all = matrix.eigenpairs()
      let side = matrix.side
      values = Array(all.values.prefix(count))
      vectors = values.indices.map { Array(all.vectors[$0 * side..<($0 + 1) * side]) }
      return
    }
    var basis = LanczosBasis(matrix)
    let maximumCycles = 1000
    for _ in 0..<maximumCycles {
      while basis.blocks.count < limit { try basis.grow(work) }
      let ritz = basis.restart(keeping: kept)
      let largest = max(ritz.first?.value ?? 0, 0)
      if ritz.prefix(count).allSatisfy({ $0.residual <= 1e-9 * largest }) {
        values = ritz.prefix(count).map(\.value)
        vectors = (0..<count).map(basis.vector)
        return
      }
    }
    throw ProjectionError.noConvergence(cycles: maximumCycles)
  }
}

/// Eight vectors side by side.
private typealias Block = [SIMD8<Double>]

/// An orthonormal basis that grows by the product of the matrix with its last block.
private struct LanczosBasis {
  private let matrix: SymmetricMatrix
  private(set) var blocks: [Block] = []
  /// The products of the matrix with the blocks.
  private var products: [Block] = []
  /// What the basis grows by: orthonormal to it.
  private var next: Block
  private var random = SplitMix64(seed: 0x7065_6361)

  init(_ matrix: SymmetricMatrix) {
    self.matrix = matrix
    next = []
    var start = Block(repeating: .zero, count: matrix.side)
    for lane in 0..<8 { randomize(&start, lane) }
    next = orthonormal(start)
  }

  func vector(_ index: Int) -> [Double] { blocks[index / 8].map { $0[index % 8] } }

  mutating func grow(_ work: Work) throws {
    let product = try multiply(next, work)
    blocks.append(next)
    products.append(product)
    next = orthonormal(product)
  }

  /// Replaces the basis by its best approximations of eigenvectors (Rayleigh–Ritz), and says how good they are.
  mutating func restart(keeping kept: Int) -> [(value: Double, residual: Double)] {
    var small = SymmetricMatrix(side: 8 * blocks.count)
    for first in blocks.indices {
      for second in first..<blocks.count {
        let inner = Self.inner(blocks[first], products[second])
        for (a, row) in inner.enumerated() {
          for b in 0..<8 {
            small[8 * first + a, 8 * second + b] = row[b]
            small[8 * second + b, 8 * first + a] = row[b]
          }
        }
      }
    }
    let (values, vectors) = small.eigenpairs()
    let weights = (0..<kept).map { block in
      (0..<small.side).map { row in
        SIMD8((0..<8).map { vectors[(8 * block + $0) * small.side + row] })
      }
    }
    let (old, oldProducts) = (blocks, products)
    blocks = weights.map { Self.combine(old, $0) }
    products = weights.map { Self.combine(oldProducts, $0) }
    return blocks.indices.flatMap { block in
      let found = SIMD8(values[8 * block..<8 * block + 8])
      var squared = SIMD8<Double>.zero
      for (vector, product) in zip(blocks[block], products[block]) {
        let residual = product - found * vector
        squared += residual * residual
      }
      return (0..<8).map { (found[$0], squared[$0].squareRoot()) }
    }
  }

  private func multiply(_ block: Block, _ work: Work) throws -> Block {
    let side = matrix.side
    var result = Block(repeating: .zero, count: side)
    let step = max(1, 65536 / side)
    result.withUnsafeMutableBufferPointer { result in
      matrix.values.withUnsafeBufferPointer { values in
        block.withUnsafeBufferPointer { block in
          // Each block of rows writes its own rows.
          work.forEachBlock((side + step - 1) / step) { index in
            if work.isCancelled { return }
            for row in index * step..<min(side, (index + 1) * step) {
              var sum = SIMD8<Double>.zero
              for column in 0..<side { sum += values[row * side + column] * block[column] }
              result[row] = sum
            }
          }
        }
      }
    }
    try work.checkCancellation()
    return result
  }

  /// A block made orthonormal to the basis and in itself, with random directions where nothing is left of it.
  private mutating func orthonormal(_ given: Block) -> Block {
    var block = given
    let before = Self.norms(block)
    for _ in 0..<2 { removeBasis(&block) }
    for lane in 0..<8 {
      if normalize(&block, lane, above: before[lane] * 1e-12) { continue }
      repeat {
        randomize(&block, lane)
        for _ in 0..<2 { removeBasis(&block) }
      } while !normalize(&block, lane, above: 1e-6)
    }
    return block
  }

  private func removeBasis(_ block: inout Block) {
    for other in blocks {
      let inner = Self.inner(other, block)
      for index in block.indices {
        var sum = block[index]
        for lane in 0..<8 { sum -= other[index][lane] * inner[lane] }
        block[index] = sum
      }
    }
  }

  /// Takes the lanes before it out of a lane and gives it length 1; false where no more than `floor` is left.
  private func normalize(_ block: inout Block, _ lane: Int, above floor: Double) -> Bool {
    for _ in 0..<2 {
      var inner = SIMD8<Double>.zero
      for row in block { inner += row[lane] * row }
      for earlier in 0..<8 where earlier >= lane { inner[earlier] = 0 }
      for index in block.indices { block[index][lane] -= (inner * block[index]).sum() }
    }
    let norm = block.reduce(0) { $0 + $1[lane] * $1[lane] }.squareRoot()
    guard norm > floor else { return false }
    for index in block.indices { block[index][lane] /= norm }
    return true
  }

  private mutating func randomize(_ block: inout Block, _ lane: Int) {
    for index in block.indices { block[index][lane] = random.signedUnit() }
  }

  /// The inner products of the vectors of two blocks, `[8, 8]`.
  private static func inner(_ a: Block, _ b: Block) -> [SIMD8<Double>] {
    var result = [SIMD8<Double>](repeating: .zero, count: 8)
    result.withUnsafeMutableBufferPointer { result in
      for index in a.indices {
        let (left, right) = (a[index], b[index])
        for lane in 0..<8 { result[lane] += left[lane] * right }
      }
    }
    return result
  }

  /// The sums of the vectors of all blocks, each with eight weights.
  private static func combine(_ blocks: [Block], _ weights: [SIMD8<Double>]) -> Block {
    var result = Block(repeating: .zero, count: blocks.first?.count ?? 0)
    for (block, values) in blocks.enumerated() {
      for index in result.indices {
        var sum = result[index]
        for lane in 0..<8 { sum += values[index][lane] * weights[8 * block + lane] }
        result[index] = sum
      }
    }
    return result
  }

  private static func norms(_ block: Block) -> SIMD8<Double> {
    block.reduce(SIMD8.zero) { $0 + $1 * $1 }.squareRoot()
  }
}
