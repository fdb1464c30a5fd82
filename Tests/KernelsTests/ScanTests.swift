import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct ScanTests {
  /// Everything is selected, with the sum itself as the bound.
  private static func sums(_ rows: CodedRows, _ query: CodeQuery, _ kernels: ScanKernels, from start: Int = 0)
    -> [Int32]
  {
    var sums: [Int32] = []
    let raises = [Float](repeating: 0, count: rows.geometry == .magnitudes ? 256 : 1)
    rows.scan(
      start..<rows.count, for: query, bound: CodeBound(base: 0, step: 1, residualFactor: 0, raises: raises),
      threshold: -.infinity, kernels: kernels
    ) { index, sum, _ in
      #expect(index == start + sums.count)
      sums.append(sum)
      return -.infinity
    }
    return sums
  }

  private static func coded(
    _ values: [Float], _ rows: Int, _ dimensions: Int, _ geometry: CodedRows.Geometry, _ kernels: ScanKernels,
    center: Float = 0
  ) -> CodedRows {
    CodedRows(
      Matrix(rows: rows, columns: dimensions, values: values), numbers: Array(0..<rows),
      center: [Float](repeating: center, count: dimensions), geometry: geometry, kernels: kernels)
  }

  /// Rows of an odd width start at every alignment, and 300 rows are more than a chunk.
  @Test(arguments: ScanKernels.supported, lengths)
  func sumsOfCodesAreExact(kernels: ScanKernels, length: Int) {
    let rows = Self.coded(randomValues(300 * length, seed: 1), 300, length, .plain, kernels)
    var random = SeededGenerator(seed: 2)
    for limit in [1, 128, 32512] where 127 * limit * length <= Int(Int32.max) {
      let values = (0..<length).map { _ in Int16(Int.random(in: -limit...limit, using: &random)) }
      for start in [0, 1, 297] {
        let expected = (start..<300).map { row in
          Int32(zip(rows.code(row), values).reduce(0) { $0 + Int($1.0) * Int($1.1) })
        }
        #expect(Self.sums(rows, CodeQuery(values: values), kernels, from: start) == expected)
      }
    }
  }

  @Test(arguments: ScanKernels.supported)
  func theLargestSumsDoNotOverflow(kernels: ScanKernels) {
    for (sign, length) in [(Float(1), 520), (-1, 520), (1, 16_000)] {
      let rows = Self.coded([Float](repeating: sign, count: length), 1, length, .plain, kernels)
      let value = Int16(min(32512, Int(Int32.max) / 127 / length))
      let sums = Self.sums(rows, CodeQuery(values: [Int16](repeating: value, count: length)), kernels)
      #expect(sums == [Int32(sign) * 127 * Int32(value) * Int32(length)])
    }
  }

  @Test(arguments: ScanKernels.supported, lengths)
  func sumsOfDifferencesAreExact(kernels: ScanKernels, length: Int) {
    var values = randomValues(300 * length, seed: 3)
    for row in 0..<300 { for column in 0..<length { values[row * length + column] *= Float(1 << (row % 6)) } }
    let rows = Self.coded(values, 300, length, .magnitudes, kernels)
    var random = SeededGenerator(seed: 4)
    let planes = rows.levels.map { level in
      (level: level, values: (0..<length).map { _ in Int8.random(in: -128...127, using: &random) })
    }
    let byLevel = Dictionary(uniqueKeysWithValues: planes.map { ($0.level, $0.values) })
    #expect(length == 0 || planes.count >= 6)
    let expected = (0..<300).map { row in
      -Int32(
        zip(rows.code(row), byLevel[rows.facts(row).level] ?? []).reduce(0) {
          $0 + abs(Int($1.0) - Int($1.1))
        })
    }
    #expect(Self.sums(rows, CodeQuery(count: length, levels: planes), kernels) == expected)
  }

  /// The residual is what the code leaves, in f64, rounded up, and little more.
  @Test(arguments: ScanKernels.supported, CodedRows.Geometry.allCases)
  func residualsBoundWhatCodesLeave(kernels: ScanKernels, geometry: CodedRows.Geometry) {
    for length in [1, 5, 16, 33, 384] {
      for (size, center) in [(Float(1), Float(0.3)), (1e-6, 0), (1e9, 2), (0, 0.5), (0, 0)] {
        let values = randomValues(20 * length, seed: 5, in: -1...1).map { $0 * size }
        let rows = Self.coded(values, 20, length, geometry, kernels, center: center)
        for row in 0..<20 {
          let x = values[row * length..<(row + 1) * length].map { Double($0) }
          let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
          let factor = geometry == .normalized && norm > 0 ? 1 / norm : 1
          let y = x.map { $0 * factor - Double(center) }
          let facts = rows.facts(row)
          let left = zip(y, rows.code(row)).map { $0 - Double(facts.scale) * Double($1) }
          let residual =
            geometry == .magnitudes
            ? left.reduce(0) { $0 + abs($1) } : left.reduce(0) { $0 + $1 * $1 }.squareRoot()
          #expect(Double(facts.residual) >= residual)
          #expect(Double(facts.residual) <= residual * 1.0001 + 1e-8 * (1 + Double(size)))
          let half = -y.reduce(0) { $0 + $1 * $1 } / 2
          #expect(geometry != .squared || abs(Double(facts.offset) - half) <= 0x1p-23 * abs(half))
          let greatest = y.reduce(0) { max($0, abs($1)) }
          let finest = geometry == .magnitudes ? max(1.2 * greatest / 127, 0x1p-31) : greatest / 127
          #expect(
            left.allSatisfy { abs($0) <= 0.51 * finest + 1e-7 * Double(center) },
            "\(geometry) \(length) \(size)")
        }
      }
    }
  }

  @Test(arguments: ScanKernels.supported, CodedRows.Geometry.allCases)
  func rowsThatHaveNoCodeSaySo(kernels: ScanKernels, geometry: CodedRows.Geometry) {
    for value in [Float.nan, .infinity, -.infinity, 1e30, -.greatestFiniteMagnitude] {
      for place in [0, 16, 36] {
        var values = [Float](repeating: 1, count: 37)
        values[place] = value
        let rows = Self.coded(values, 1, 37, geometry, kernels)
        #expect(rows.facts(0).residual == .infinity && rows.code(0).allSatisfy { $0 == 0 })
      }
    }
    let tiny = Self.coded([Float](repeating: .leastNonzeroMagnitude, count: 37), 1, 37, geometry, kernels)
    #expect(tiny.facts(0).residual.isFinite == (geometry != .normalized))
  }

  @Test(arguments: ScanKernels.supported)
  func whatIsBelowTheThresholdIsLeftOut(kernels: ScanKernels) {
    let values = randomValues(1000 * 20, seed: 6)
    let rows = Self.coded(values, 1000, 20, .squared, kernels)
    let query = CodeQuery(values: (0..<20).map { Int16($0 * 10 - 70) })
    let bound = CodeBound(base: 0.25, offsetFactor: 0.5, step: 0.01, residualFactor: 2, raises: [3])
    let uppers = zip(0..<1000, Self.sums(rows, query, kernels)).map { row, sum in
      let facts = rows.facts(row)
      return 0.25 + 0.5 * Double(facts.offset) + Double(facts.scale) * (0.01 * Double(sum) + 3)
        + 2 * Double(facts.residual)
    }
    let threshold = Float(uppers.sorted()[900])
    var found: [Int] = []
    rows.scan(0..<1000, for: query, bound: bound, threshold: threshold, kernels: kernels) { row, _, upper in
      #expect(abs(Double(upper) - uppers[row]) < 1e-5)
      found.append(row)
      return threshold
    }
    let slack = 1e-5
    #expect(Set(found).isSuperset(of: (0..<1000).filter { uppers[$0] > Double(threshold) + slack }))
    #expect(found.allSatisfy { uppers[$0] > Double(threshold) - slack } && found == found.sorted())
    var count = 0
    rows.scan(0..<1000, for: query, bound: bound, threshold: -.infinity, kernels: kernels) { _, _, _ in
      count += 1
      return count == 10 ? .infinity : -.infinity
    }
    #expect(count == 10)
  }
}
