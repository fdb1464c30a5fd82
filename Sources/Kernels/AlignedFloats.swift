/// Memory for floats that starts on a cache line, freed with its owner.
///
/// Sendable by the promise of its owners: `Matrix` and `PackedMatrix` are written only before they are shared,
/// or in disjoint parts.
@safe
final class AlignedFloats: @unchecked Sendable {
  let count: Int
  let start: UnsafeMutablePointer<Float>

  /// - Parameters:
  ///   - count: how many floats to hold.
  ///   - fill: writes every float.
  init(count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    precondition(count >= 0 && !overflow, "no memory holds \(count) floats")
    self.count = count
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe start = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    unsafe fill(start)
  }

  /// Zeros.
  convenience init(count: Int) {
    unsafe self.init(count: count) { unsafe $0.initialize(repeating: 0, count: count) }
  }

  deinit { unsafe start.deallocate() }
}
