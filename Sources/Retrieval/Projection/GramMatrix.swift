import Kernels

/// A symmetric matrix in f64, both halves stored.
struct SymmetricMatrix {
  let side: Int
  var values: [Double]

  /// All zeros.
  init(side: Int) {
    self.side = side
    values = [Double](repeating: 0, count: side * side)
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * side + column] }
    set { values[row * side + column] = newValue }
  }
}

extension SymmetricMatrix {
  /// The inner products of all rows of a matrix, or of all its columns: products in f32, summed in f64 by 256.
  ///
  /// Tiles of the upper half are computed apart, so neither the values nor their bits depend on the threads.
  /// - Throws: `CancellationError`.
  init(of matrix: Matrix, columns isOfColumns: Bool, kernels: KernelSet, work: Work) throws {
    self.init(side: isOfColumns ? matrix.columns : matrix.rows)
    let side = side
    let length = isOfColumns ? matrix.rows : matrix.columns
    let (tile, depth) = (128, 256)
    let tiles = stride(from: 0, to: side, by: tile).map { $0..<min(side, $0 + tile) }
    let pairs = tiles.indices.flatMap { first in (first..<tiles.count).map { (first, $0) } }
    for start in stride(from: 0, to: length, by: depth) {
      let inner = start..<min(length, start + depth)
      var cut = [(rows: Matrix, packed: PackedMatrix)?](repeating: nil, count: tiles.count)
      cut.withUnsafeMutableBufferPointer { cut in
        // Each block writes its own element.
        work.forEachBlock(tiles.count) { index in
          let rows = Self.cut(matrix, isOfColumns, tiles[index], inner)
          cut[index] = (rows, PackedMatrix(rows, kernels: kernels))
        }
      }
      values.withUnsafeMutableBufferPointer { values in
        // Each pair of tiles has its own part of the matrix.
        work.forEachBlock(pairs.count) { index in
          let (first, second) = pairs[index]
          guard !work.isCancelled, let a = cut[first], let b = cut[second] else { return }
          let product = Matrix(rows: a.rows.rows, columns: b.rows.rows)
          kernels.linear(
            a.rows, b.packed, bias: nil, activation: .identity, into: product, work: .inline)
          Self.add(product, to: values, side, tiles[first].lowerBound, tiles[second].lowerBound)
        }
      }
      try work.checkCancellation()
    }
    mirror()
  }

  /// Some rows (or columns, then transposed) of a matrix, cut to a range of the other direction.
  private static func cut(
    _ matrix: Matrix, _ isOfColumns: Bool, _ outer: Range<Int>, _ inner: Range<Int>
  ) -> Matrix {
    let part = Matrix(rows: outer.count, columns: inner.count)
    guard isOfColumns else {
      for (index, row) in outer.enumerated() {
        part.copy(inner, ofRow: row, in: matrix, to: index, column: 0)
      }
      return part
    }
    matrix.withUnsafeValues { from in
      part.withUnsafeMutableValues { to in
        for (column, row) in inner.enumerated() {
          let start = row * matrix.columns + outer.lowerBound
          for index in 0..<outer.count { to[index * inner.count + column] = from[start + index] }
        }
      }
    }
    return part
  }

  private static func add(
    _ product: Matrix, to values: UnsafeMutableBufferPointer<Double>, _ side: Int, _ row: Int, _ column: Int
  ) {
    product.withUnsafeValues { product_ in
      for a in 0..<product.rows {
        let start = (row + a) * side + column
        for b in 0..<product.columns { values[start + b] += Double(product_[a * product.columns + b]) }
      }
    }
  }

  /// Copies the upper half into the lower one.
  private mutating func mirror() {
    let side = side
    values.withUnsafeMutableBufferPointer { values in
      for row in 0..<side {
        for column in 0..<row { values[row * side + column] = values[column * side + row] }
      }
    }
  }
}
