/// The 256 printable letters that stand for bytes in byte-level vocabularies.
///
/// Bytes that are printable in Latin-1 stand for themselves; the other 68 become U+0100 and up, in order.
enum ByteAlphabet {
  /// The letter of each byte.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt16 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return Unicode.Scalar(byte)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
      }
    }
  }()

  @inline(__always)
  static func scalar(for byte: UInt8) -> Unicode.Scalar { scalars[Int(byte)] }
}
