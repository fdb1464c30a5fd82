internal import CKernels
public import Recipes

extension KernelSet {
  /// Measures the limit of the arithmetic units: operations a second on all threads of the work together, a
  /// multiply-add counted as two.
  ///
  /// Nothing but registers is touched, so that no product can be faster. All threads compute at the same time, in blocks
  /// of about a tenth of a millisecond that time themselves; the median of the blocks counts, because whatever else runs
  /// on the machine stops few of them. Takes about 20 ms.
  ///
  /// - Returns: nil where these kernels or this machine have no instruction for that precision.
  public func peakOperationsPerSecond(_ precision: Precision, work: Work) -> Double? {
    let (isa, operands) = (instructionSet.code, precision.operands)
    guard kn_peak(isa, operands, 1) > 0 else { return nil }
    let blocks = 200 * work.threads
    let speeds = Matrix(rows: blocks, columns: 1)
    work.forEachBlock(blocks) { block in
      let start = ContinuousClock.now
      let operations = kn_peak(isa, operands, 1 << 15)
      speeds.setRow(block, [Float(operations / ((ContinuousClock.now - start) / .seconds(1)))])
    }
    return Double((0..<blocks).map { speeds.row($0)[0] }.sorted()[blocks / 2]) * Double(work.threads)
  }
}
