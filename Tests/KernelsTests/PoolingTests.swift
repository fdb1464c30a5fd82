import Kernels
import TestSupport
import Testing

@Suite struct PoolingTests {
  @Test(arguments: KernelSet.supported, [1, 3, 8, 16, 33, 50])
  func columnsAgreeWithDoublePrecision(kernels: KernelSet, columns: Int) {
    for range in [0..<1, 0..<13, 2..<6, 3..<12, 5..<5] {
      let matrix = randomMatrix(rows: 13, columns: columns, seed: UInt64(columns))
      let sums = kernels.sum(matrix, rows: range)
      let weighted = kernels.weightedSum(matrix, rows: range)
      let shifted = kernels.weightedSum(matrix, rows: range, firstWeight: 9)
      let maxima = kernels.maximum(matrix, rows: range)
      for column in 0..<columns {
        let values = range.map { Double(matrix.row($0)[column]) }
        let terms = values.enumerated().map { Double($0 + 1) * $1 }
        let later = values.enumerated().map { Double($0 + 9) * $1 }
        expect(sums[column], values)
        expect(weighted[column], terms)
        expect(shifted[column], later)
        #expect(Double(maxima[column]) == values.max() ?? 0)
      }
    }
  }

  private func expect(_ found: Float, _ terms: [Double]) {
    let tolerance = Double(terms.count + 2) * roundoff * terms.reduce(0) { $0 + abs($1) }
    #expect(abs(Double(found) - terms.reduce(0, +)) <= tolerance)
  }

  @Test(arguments: KernelSet.supported)
  func aMaximumKeepsANaNWhereverItStands(kernels: KernelSet) {
    for position in 0..<5 {
      let matrix = randomMatrix(rows: 5, columns: 19, seed: 8)
      matrix.setRow(position, [Float](repeating: .nan, count: 19))
      #expect(kernels.maximum(matrix, rows: 0..<5).allSatisfy { $0.isNaN })
    }
  }

  @Test(arguments: KernelSet.supported)
  func aMaximumOfInfinitiesIsTheLarger(kernels: KernelSet) {
    let matrix = Matrix(rows: 2, columns: 2, values: [-.infinity, -.infinity, 1, -.infinity])
    #expect(kernels.maximum(matrix, rows: 0..<2) == [1, -.infinity])
  }
}
