import Kernels
import TestSupport
import Testing

@Suite struct SignRowsTests {
  @Test(arguments: ScanKernels.supported, [1, 5, 63, 64, 65, 130, 384])
  func estimatesAreThoseOfTheSigns(kernels: ScanKernels, length: Int) {
    for count in [1, 7, 8, 9, 300] {
      for geometry in CodedRows.Geometry.allCases {
        let rows = CodedRows(
          randomMatrix(rows: count, columns: length, seed: 1), numbers: Array(0..<count),
          center: [Float](repeating: 0, count: length), geometry: geometry, kernels: kernels)
        var random = SeededGenerator(seed: 2)
        // Whole numbers that are their own steps.
        let values = (0..<length).map {
          $0 == 0 ? 7 : Double(Int.random(in: 4...7, using: &random)) * ($0 % 3 == 0 ? 1 : -1)
        }
        let query = SignQuery(values)
        #expect(query.step == 1 && query.sum == Int(values.reduce(0, +)))
        var found: [Float] = []
        SignRows(rows).scan(0..<count, for: query, threshold: -.infinity, kernels: kernels) {
          index, estimate in
          #expect(index == found.count)
          found.append(estimate)
          return -.infinity
        }
        for row in 0..<count { expect(found[row], rows, row, values) }
      }
    }
  }

  private func expect(_ found: Float, _ rows: CodedRows, _ row: Int, _ values: [Double]) {
    let code = rows.code(row).map { Double($0) }
    let facts = rows.facts(row)
    let squares = code.reduce(0) { $0 + $1 * $1 }
    let scale = Double(facts.scale) * squares / max(1, code.reduce(0) { $0 + abs($1) })
    let dot = zip(code, values).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : -$1.1) }
    let offset =
      rows.geometry == .magnitudes
      ? -Double(facts.scale * facts.scale) * squares / 2 : Double(facts.offset)
    let size = scale * values.reduce(0) { $0 + abs($1) } + abs(offset)
    #expect(abs(Double(found) - scale * dot - offset) <= 1e-6 * size)
  }

  @Test(arguments: ScanKernels.supported)
  func whatIsBelowTheThresholdIsLeftOut(kernels: ScanKernels) {
    let rows = CodedRows(
      randomMatrix(rows: 1000, columns: 70, seed: 3), numbers: Array(0..<1000),
      center: [Float](repeating: 0, count: 70), geometry: .plain, kernels: kernels)
    let signs = SignRows(rows)
    let query = SignQuery(randomValues(70, seed: 4).map { Double($0) })
    var all: [Float] = []
    signs.scan(0..<1000, for: query, threshold: -.infinity, kernels: kernels) {
      all.append($1)
      return -.infinity
    }
    let threshold = all.sorted()[800]
    var found: [Int] = []
    signs.scan(512..<900, for: query, threshold: threshold, kernels: kernels) { index, _ in
      found.append(index)
      return threshold
    }
    #expect(found == (512..<900).filter { all[$0] >= threshold })
    #expect(signs.byteCount == 125 * 2 * 64 + 4000)
  }

  @Test func aQueryOfZerosComparesAllAlike() {
    let query = SignQuery([Double](repeating: 0, count: 5))
    #expect(query.step == 0 && query.sum == 0)
  }
}
