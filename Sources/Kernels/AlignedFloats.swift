/// Memory for floats that starts on a cache line, freed with its owner; or a part of a mapped file, which nobody writes.
///
/// Sendable by the promise of its owners: `Matrix` and `PackedMatrix` are written only before they are shared,
/// or in disjoint parts.
@safe
final class AlignedFloats: @unchecked Sendable {
  let count: Int
  let start: UnsafeMutablePointer<Float>
  private let memory: ByteMemory

  /// - Parameters:
  ///   - count: how many floats to hold.
  ///   - fill: writes every float.
  init(count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    self.count = count
    memory = ByteMemory(unwritten: Self.byteCount(count))
    unsafe start = memory.floats(0)
    unsafe fill(start)
  }

  /// Zeros.
  convenience init(count: Int) {
    unsafe self.init(count: count) { unsafe $0.initialize(repeating: 0, count: count) }
  }

  /// Floats of a mapped file, from a byte on that starts a float; they must not be written.
  init(count: Int, mapping: FileMapping, byteOffset: Int) {
    precondition(
      count > 0 && byteOffset >= 0 && byteOffset % MemoryLayout<Float>.alignment == 0
        && Self.byteCount(count) <= mapping.count - byteOffset,
      "\(count) floats at byte \(byteOffset) of a mapping of \(mapping.count) bytes")
    self.count = count
    memory = ByteMemory(mapping)
    unsafe start = memory.floats(byteOffset)
  }

  private static func byteCount(_ count: Int) -> Int {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    precondition(count >= 0 && !overflow, "no memory holds \(count) floats")
    return bytes
  }

  /// Whether nobody has cut the mapped file.
  var isWhole: Bool { memory.isWhole }

  /// Gives back what the pages of a mapped file take.
  func releasePages() { memory.releasePages() }
}
