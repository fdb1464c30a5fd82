internal import Foundation

/// Bytes that start on a cache line: memory of its own, freed with its owner, or a mapped file, which nobody writes.
///
/// Sendable by the promise of its owners: they write only before they share it, or in disjoint parts.
@safe
final class ByteMemory: @unchecked Sendable {
  let count: Int
  let start: UnsafeMutableRawPointer
  private let mapping: FileMapping?
  /// The size of the pages that the system is asked for where there is enough to fill them.
  private static let largePage = 2 << 20

  /// Bytes that the owner writes before it reads them.
  init(unwritten count: Int, alignment: Int = 64) {
    precondition(count >= 0, "no memory holds \(count) bytes")
    self.count = count
    mapping = nil
    unsafe start = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: alignment)
  }

  /// Zeros, which are read from end to end.
  convenience init(count: Int) {
    let alignment = count >= 2 * Self.largePage ? Self.largePage : 64
    self.init(unwritten: count, alignment: alignment)
    #if os(Linux)
      // Only a wish: reading through small pages costs a look-up every 4 KiB.
      if alignment == Self.largePage { unsafe madvise(start, count, MADV_HUGEPAGE) }
    #endif
    unsafe memset(start, 0, count)
  }

  /// A whole mapped file; not to be written.
  init(_ mapping: FileMapping) {
    count = mapping.count
    self.mapping = mapping
    if let base = unsafe mapping.bytes.baseAddress {
      unsafe start = UnsafeMutableRawPointer(mutating: base)
    } else {
      unsafe start = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 64)
    }
  }

  var isMapped: Bool { mapping != nil }

  /// Whether nobody has cut the mapped file.
  var isWhole: Bool { mapping?.isWhole ?? true }

  /// Gives back what the pages of a mapped file take.
  func releasePages() { mapping?.releasePages() }

  deinit {
    if mapping.map({ $0.count == 0 }) ?? true { unsafe start.deallocate() }
  }

  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: count) }

  /// Floats from a byte on that starts one.
  func floats(_ byteOffset: Int) -> UnsafeMutablePointer<Float> {
    unsafe (start + byteOffset).assumingMemoryBound(to: Float.self)
  }
}
