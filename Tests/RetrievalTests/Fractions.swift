import Kernels
import TestSupport

extension SeededGenerator {
  /// Numbers from 0 up to and without 1 that any language can repeat: the high 24 bits of each draw over 2²⁴.
  static func fractions(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float(random.next() >> 40) * 0x1p-24 }
  }

  /// Such numbers less ½, times `scale`.
  static func matrix(_ rows: Int, _ columns: Int, seed: UInt64, scale: Float = 1) -> Matrix {
    let values = fractions(rows * columns, seed: seed).map { $0 * scale - 0.5 * scale }
    return Matrix(rows: rows, columns: columns, values: values)
  }
}

extension Matrix {
  /// All rows.
  var allRows: [[Float]] { (0..<rows).map { row($0) } }
}
