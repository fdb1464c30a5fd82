internal import CKernels

/// A checksum of bytes against damage, not against forgery: a change of one word always shows.
public func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  unsafe kn_checksum(bytes.baseAddress, bytes.count)
}
