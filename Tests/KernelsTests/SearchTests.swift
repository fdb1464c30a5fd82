import Kernels
import TestSupport
import Testing

@Suite struct SearchTests {
  /// Rows of an odd width start at every alignment.
  @Test(arguments: KernelSet.supported, lengths)
  func scoresAgreeWithDoublePrecision(kernels: KernelSet, length: Int) {
    let matrix = randomMatrix(rows: 9, columns: length, seed: UInt64(length))
    let vector = randomValues(length, seed: 77)
    var dots = [Float](repeating: .nan, count: 9)
    var squares = dots
    var magnitudes = dots
    kernels.dots(matrix, rows: 0..<9, with: vector, into: &dots)
    kernels.squaredDistances(matrix, rows: 0..<9, with: vector, into: &squares)
    kernels.manhattanDistances(matrix, rows: 0..<9, with: vector, into: &magnitudes)
    for row in 0..<9 {
      let pairs = zip(matrix.row(row), vector).map { (Double($0), Double($1)) }
      expect(dots[row], pairs.map { $0 * $1 })
      expect(squares[row], pairs.map { ($0 - $1) * ($0 - $1) })
      expect(magnitudes[row], pairs.map { abs($0 - $1) })
      #expect(dots[row] == kernels.dot(matrix.row(row), vector))
    }
  }

  /// The bound of kernels.h, with two roundings more for the difference in each term.
  private func expect(_ found: Float, _ terms: [Double]) {
    let tolerance = (Double(terms.count / 4 + 10)) * roundoff * terms.reduce(0) { $0 + abs($1) }
    #expect(abs(Double(found) - terms.reduce(0, +)) <= tolerance)
  }

  @Test(arguments: KernelSet.supported)
  func aRangeOfRowsScoresAsTheRowsDo(kernels: KernelSet) {
    let matrix = randomMatrix(rows: 7, columns: 33, seed: 3)
    let vector = randomValues(33, seed: 4)
    var scores = [Float](repeating: 0, count: 3)
    kernels.dots(matrix, rows: 2..<5, with: vector, into: &scores)
    #expect(scores == (2..<5).map { kernels.dot(matrix.row($0), vector) })
    #expect(
      kernels.squaredNorms(matrix, rows: 2..<5) == (2..<5).map { kernels.dot(matrix.row($0), matrix.row($0)) }
    )
  }

  @Test(arguments: KernelSet.supported, [1, 5, 16, 17, 70])
  func specialValuesPassThrough(kernels: KernelSet, length: Int) {
    for position in 0..<length {
      var vector = [Float](repeating: 1, count: length)
      vector[position] = .nan
      #expect(kernels.dot(vector, vector).isNaN)
      vector[position] = .infinity
      #expect(kernels.dot(vector, vector) == .infinity)
      vector = [Float](repeating: 0, count: length)
      vector[position] = .leastNonzeroMagnitude
      #expect(
        kernels.dot(vector, [Float](repeating: 1, count: length)) == .leastNonzeroMagnitude,
        "denormals are not flushed to zero")
    }
  }

  @Test(arguments: KernelSet.supported, [(1, 1, 1), (3, 5, 33), (20, 37, 16), (31, 70, 7)])
  func productsAgreeWithDoublePrecision(kernels: KernelSet, size: (Int, Int, Int)) {
    let (rows, others, columns) = size
    let a = randomMatrix(rows: rows, columns: columns, seed: 1)
    let b = randomMatrix(rows: others, columns: columns, seed: 2)
    let products = kernels.products(a, b)
    #expect(products.rows == rows && products.columns == others)
    for row in 0..<rows {
      for other in 0..<others {
        let terms = zip(a.row(row), b.row(other)).map { Double($0) * Double($1) }
        let tolerance = Double(columns + 2) * roundoff * terms.reduce(0) { $0 + abs($1) }
        #expect(abs(Double(products.row(row)[other]) - terms.reduce(0, +)) <= tolerance)
      }
    }
  }

  @Test(arguments: KernelSet.supported)
  func productsOfAMatrixWithItselfAreSymmetric(kernels: KernelSet) {
    let products = kernels.products(
      randomMatrix(rows: 40, columns: 50, seed: 9), randomMatrix(rows: 40, columns: 50, seed: 9))
    for row in 0..<40 {
      for column in 0..<row { #expect(products.row(row)[column] == products.row(column)[row]) }
    }
  }

  @Test(arguments: KernelSet.supported)
  func normalizedRowsHaveLengthOneAndZerosStay(kernels: KernelSet) {
    let matrix = randomMatrix(rows: 3, columns: 37, seed: 5)
    matrix.setRow(1, [Float](repeating: 0, count: 37))
    matrix.setRow(2, [.nan] + [Float](repeating: 1, count: 36))
    kernels.normalizeRows(matrix)
    let norm = matrix.row(0).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs(norm - 1) < 4 * 37 * roundoff)
    #expect(matrix.row(1) == [Float](repeating: 0, count: 37))
    #expect(matrix.row(2).allSatisfy { $0.isNaN })
  }
}
