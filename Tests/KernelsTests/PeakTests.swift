import Testing

@testable import Kernels

/// The limit of the arithmetic units is measured, not known.
struct PeakTests {
  @Test(arguments: KernelSet.supported)
  func everySetHasALimitForFloats(kernels: KernelSet) throws {
    #expect(try #require(kernels.peakOperationsPerSecond(.f32, work: .inline)) > 0)
  }

  @Test(arguments: MultiplyAdd.allCases)
  func whatIsMeasuredIsFinite(kind: MultiplyAdd) {
    let peak = KernelSet.best.peakOperationsPerSecond(kind, work: .inline)
    #expect(peak.map { $0.isFinite && $0 > 0 } ?? (kind != .f32))
  }

  @Test func plainKernelsHaveNoNarrowInstructions() throws {
    let scalar = try #require(KernelSet(.scalar))
    #expect(scalar.peakOperationsPerSecond(.bf16, work: .inline) == nil)
    #expect(scalar.peakOperationsPerSecond(.int8, work: .inline) == nil)
  }
}
