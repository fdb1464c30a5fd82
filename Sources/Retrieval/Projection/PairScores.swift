import Kernels
import Recipes

/// The scores of rows against all rows of the same matrix: many at a time in f32, single ones in f64.
///
/// Dot products are compared as cosines, since a map needs distances, and the nearest vector by dot product
/// is not always the vector itself.
struct PairScores {
  private let vectors: Matrix
  private let metric: Metric
  private let kernels: KernelSet
  /// What the products are taken of: rows of length 1, or centred and scaled ones.
  private let compared: Matrix
  /// Nil for manhattan distances, which are no products.
  private let packed: PackedMatrix?
  /// −½ ‖row‖², so that a product ranks as the distance does.
  private let bias: [Float]?
  private let squaredNorms: [Double]

  var count: Int { vectors.rows }

  /// - Throws: `ProjectionError.notFinite`, `CancellationError`.
  init(_ vectors: Matrix, metric: Metric, kernels: KernelSet, work: Work) throws {
    (self.vectors, self.metric, self.kernels) = (vectors, metric, kernels)
    let centred = try CentredRows(vectors, work: work)
    switch metric {
    case .cosine, .dot:
      squaredNorms = (0..<vectors.rows).map { vectors.row($0).reduce(0) { $0 + Double($1) * Double($1) } }
      compared = Self.normalized(vectors, squaredNorms)
      bias = nil
      packed = PackedMatrix(compared, kernels: kernels)
    case .euclidean:
      squaredNorms = []
      compared = centred.rows
      bias = kernels.squaredNorms(compared, rows: 0..<compared.rows).map { -$0 / 2 }
      packed = PackedMatrix(compared, kernels: kernels)
    case .manhattan:
      squaredNorms = []
      compared = centred.rows
      (bias, packed) = (nil, nil)
    }
    try work.checkCancellation()
  }

  private static func normalized(_ vectors: Matrix, _ squaredNorms: [Double]) -> Matrix {
    let result = Matrix(rows: vectors.rows, columns: vectors.columns)
    for (row, squared) in squaredNorms.enumerated() where squared > 0 {
      let norm = squared.squareRoot()
      result.setRow(row, vectors.row(row).map { Float(Double($0) / norm) })
    }
    return result
  }

  /// Numbers that are higher for nearer rows, `[chosen, count]`, to f32's rounding; of no other meaning.
  func scores(_ chosen: [Int], work: Work) throws -> Matrix {
    let result = Matrix(rows: chosen.count, columns: count)
    let rows = Matrix(rows: chosen.count, columns: compared.columns)
    for (index, row) in chosen.enumerated() { rows.copyRow(row, of: compared, to: index) }
    if let packed {
      kernels.linear(rows, packed, bias: bias, activation: .identity, into: result, work: work)
    } else {
      work.forEachBlock(chosen.count) { index in
        if work.isCancelled { return }
        var distances = [Float](repeating: 0, count: count)
        kernels.manhattanDistances(compared, rows: 0..<count, with: rows.row(index), into: &distances)
        result.setRow(index, distances.map { -$0 })
      }
    }
    try work.checkCancellation()
    return result
  }

  /// How far two rows are apart, in f32.
  ///
  /// A distance beyond f32 is the largest f32.
  func distance(_ first: Int, _ second: Int) -> Float {
    Float(min(exactDistance(first, second), Double(Float.greatestFiniteMagnitude)))
  }

  /// How far two rows are apart: 1 − cosine, or the distance; exactly 0 for equal rows that are not zero.
  ///
  /// A vector of zeros has no direction: its cosine with every vector is 0.
  func exactDistance(_ first: Int, _ second: Int) -> Double {
    let columns = vectors.columns
    return vectors.withUnsafeValues { values in
      let (a, b) = (
        values.baseAddress.map { $0 + first * columns }, values.baseAddress.map { $0 + second * columns }
      )
      guard let a, let b else { return 0.0 }
      switch metric {
      case .cosine, .dot:
        let scale = (squaredNorms[first] * squaredNorms[second]).squareRoot()
        guard scale > 0 else { return 1 }
        return max(0, 1 - sum(columns) { Double(a[$0]) * Double(b[$0]) } / scale)
      case .euclidean:
        return sum(columns) {
          let difference = Double(a[$0]) - Double(b[$0])
          return difference * difference
        }.squareRoot()
      case .manhattan: return sum(columns) { (Double(a[$0]) - Double(b[$0])).magnitude }
      }
    }
  }

  /// A sum in four parts, which the processor can add side by side.
  @inline(__always)
  private func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
    var parts = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= count {
      parts += SIMD4(term(index), term(index + 1), term(index + 2), term(index + 3))
      index += 4
    }
    var rest = 0.0
    while index < count {
      rest += term(index)
      index += 1
    }
    return parts.sum() + rest
  }
}
