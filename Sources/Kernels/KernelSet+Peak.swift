internal import CKernels

/// A kind of multiply-add that processors have instructions for.
public enum MultiplyAdd: CaseIterable, Sendable {
  /// Products and sums of 32-bit floats.
  case f32
  /// Products of 16-bit floats (bfloat16) with 32-bit sums.
  case bf16
  /// Products of bytes with 32-bit sums.
  case int8

  fileprivate var code: kn_arithmetic {
    switch self {
    case .f32: KN_ARITHMETIC_F32
    case .bf16: KN_ARITHMETIC_BF16
    case .int8: KN_ARITHMETIC_INT8
    }
  }
}

extension KernelSet {
  /// Measures the limit of the arithmetic units: operations a second on all threads of the work together, a
  /// multiply-add counted as two.
  ///
  /// Nothing but registers is touched, so that no product can be faster. All threads compute at the same time, in blocks
  /// of about a tenth of a millisecond that time themselves; the median of the blocks counts, because whatever else runs
  /// on the machine stops few of them. Takes about 20 ms.
  ///
  /// - Returns: nil where these kernels or this machine have no instruction of that kind.
  public func peakOperationsPerSecond(_ kind: MultiplyAdd, work: Work) -> Double? {
    let (isa, arithmetic) = (instructionSet.code, kind.code)
    guard kn_peak(isa, arithmetic, 1) > 0 else { return nil }
    let blocks = 200 * work.threads
    let speeds = Matrix(rows: blocks, columns: 1)
    work.forEachBlock(blocks) { block in
      let start = ContinuousClock.now
      let operations = kn_peak(isa, arithmetic, 1 << 15)
      speeds.setRow(block, [Float(operations / ((ContinuousClock.now - start) / .seconds(1)))])
    }
    return Double((0..<blocks).map { speeds.row($0)[0] }.sorted()[blocks / 2]) * Double(work.threads)
  }
}
