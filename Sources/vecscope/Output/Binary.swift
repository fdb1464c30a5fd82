/// The header of NumPy's `.npy` format, version 1.0: float32, little-endian, C order.
enum NPYHeader {
  /// Magic, version, length and the dictionary, padded so that the data start at a multiple of 64.
  static func bytes(rows: Int, columns: Int) -> [UInt8] {
    var dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    let unpadded = 10 + dictionary.utf8.count + 1
    dictionary += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = UInt16(dictionary.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
      + Array(dictionary.utf8)
  }
}

extension [Float] {
  /// The values as little-endian IEEE 754.
  var littleEndianBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 4)
    for value in self {
      let bits = value.bitPattern
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
    }
    return bytes
  }
}
