/// Memory for floats that starts on a cache line, freed with its owner; or a part of a mapped file, which nobody writes.
///
/// Sendable by the promise of its owners: `Matrix` and `PackedMatrix` are written only before they are shared,
/// or in disjoint parts.
@safe
final class AlignedFloats: @unchecked Sendable {
  let count: Int
  let start: UnsafeMutablePointer<Float>
  private let mapping: FileMapping?

  /// - Parameters:
  ///   - count: how many floats to hold.
  ///   - fill: writes every float.
  init(count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    precondition(count >= 0 && !overflow, "no memory holds \(count) floats")
    self.count = count
    mapping = nil
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe start = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    unsafe fill(start)
  }

  /// Zeros.
  convenience init(count: Int) {
    unsafe self.init(count: count) { unsafe $0.initialize(repeating: 0, count: count) }
  }

  /// Floats of a mapped file, from a byte on that starts a float; they must not be written.
  init(count: Int, mapping: FileMapping, byteOffset: Int) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    precondition(
      count > 0 && !overflow && byteOffset >= 0 && byteOffset % MemoryLayout<Float>.alignment == 0
        && bytes <= mapping.count - byteOffset,
      "\(count) floats at byte \(byteOffset) of a mapping of \(mapping.count) bytes")
    guard let base = unsafe mapping.bytes.baseAddress else { preconditionFailure("an empty mapping") }
    self.count = count
    self.mapping = mapping
    let floats = unsafe (base + byteOffset).assumingMemoryBound(to: Float.self)
    unsafe start = UnsafeMutablePointer(mutating: floats)
  }

  /// Gives back what the pages of a mapped file take.
  func releasePages() { mapping?.releasePages() }

  deinit {
    if mapping == nil { unsafe start.deallocate() }
  }
}
