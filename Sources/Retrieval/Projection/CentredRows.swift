import Kernels

/// Rows less their mean, times a power of two that keeps every product within f32.
struct CentredRows {
  /// `[rows, dimensions]`, every value within ±4.
  let rows: Matrix
  /// `[dimensions]`, not scaled.
  let mean: [Double]
  /// What the rows were multiplied by, or 1 where all values are zero.
  let scale: Double

  /// - Throws: `ProjectionError.notFinite`, `CancellationError`.
  init(_ vectors: Matrix, work: Work) throws {
    let step = 128
    let blocks = (vectors.rows + step - 1) / step
    let ranges = (0..<blocks).map { $0 * step..<min(vectors.rows, ($0 + 1) * step) }
    var parts = [(sums: [Double], largest: Float)](repeating: ([], 0), count: blocks)
    parts.withUnsafeMutableBufferPointer { parts in
      // Each block writes its own element.
      work.forEachBlock(blocks) { block in
        if !work.isCancelled { parts[block] = Self.sums(vectors, ranges[block]) }
      }
    }
    try work.checkCancellation()
    var mean = [Double](repeating: 0, count: vectors.columns)
    var largest: Float = 0
    for (part, range) in zip(parts, ranges) {
      guard part.largest.isFinite else { throw Self.fault(vectors, range) }
      largest = max(largest, part.largest)
      for column in mean.indices { mean[column] += part.sums[column] }
    }
    for column in mean.indices { mean[column] /= Double(vectors.rows) }
    let scale = largest > 0 ? Double(sign: .plus, exponent: -Int(largest.exponent), significand: 1) : 1
    let rows = Matrix(rows: vectors.rows, columns: vectors.columns)
    work.forEachBlock(blocks) { block in
      if !work.isCancelled { Self.center(vectors, ranges[block], mean, scale, into: rows) }
    }
    try work.checkCancellation()
    (self.rows, self.mean, self.scale) = (rows, mean, scale)
  }

  /// The sums of the columns and the largest magnitude; infinite where a value is not finite.
  private static func sums(_ vectors: Matrix, _ range: Range<Int>) -> (sums: [Double], largest: Float) {
    let columns = vectors.columns
    var sums = [Double](repeating: 0, count: columns)
    var largest: UInt32 = 0
    vectors.withUnsafeValues { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for row in range {
          for column in 0..<columns {
            let value = values[row * columns + column]
            sums[column] += Double(value)
            largest = max(largest, value.bitPattern & 0x7fff_ffff)
          }
        }
      }
    }
    return (sums, largest < Float.infinity.bitPattern ? Float(bitPattern: largest) : .infinity)
  }

  private static func fault(_ vectors: Matrix, _ range: Range<Int>) -> ProjectionError {
    let row = range.first { row in !vectors.row(row).allSatisfy(\.isFinite) }
    return .notFinite(row: row ?? range.lowerBound)
  }

  private static func center(
    _ vectors: Matrix, _ range: Range<Int>, _ mean: [Double], _ scale: Double, into rows: Matrix
  ) {
    let columns = vectors.columns
    vectors.withUnsafeValues { values in
      rows.withUnsafeMutableValues { rows in
        mean.withUnsafeBufferPointer { mean in
          for row in range {
            for column in 0..<columns {
              let index = row * columns + column
              rows[index] = Float((Double(values[index]) - mean[column]) * scale)
            }
          }
        }
      }
    }
  }
}
