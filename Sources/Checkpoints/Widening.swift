/// Stored numbers as f32.
///
/// The loops have no branches and no calls, so that they compile to vector instructions.
enum Widening {
  /// The numbers of `bytes` (little-endian, any alignment) as f32.
  static func floats(_ bytes: UnsafeRawBufferPointer, _ type: NumberType, count: Int) -> [Float] {
    guard count > 0 else { return [] }
    return [Float](unsafeUninitializedCapacity: count) { values, initialized in
      switch type {
      case .f32:
        UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
      case .bf16:
        for index in 0..<count {
          let half = bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self)
          values[index] = Float(bitPattern: UInt32(half) &<< 16)
        }
      case .f16:
        for index in 0..<count {
          values[index] = widened(bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self))
        }
      case .f64:
        for index in 0..<count {
          values[index] = Float(bytes.loadUnaligned(fromByteOffset: index &* 8, as: Double.self))
        }
      default: preconditionFailure("\(type.rawValue) is not widened")
      }
      initialized = count
    }
  }

  /// An IEEE half as f32, exactly.
  ///
  /// The bits of the half, shifted to the place of a float's, are 2^112 too small; the product is exact for
  /// subnormal halves too. Infinity and NaN get the largest exponent.
  @inline(__always)
  static func widened(_ half: UInt16) -> Float {
    let magnitude = UInt32(half & 0x7FFF) &<< 13
    let finite = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    let special: UInt32 = magnitude >= 0x0F80_0000 ? 0x7F80_0000 : 0
    return Float(bitPattern: finite | special | UInt32(half & 0x8000) &<< 16)
  }

  /// The position of the first NaN or infinity; nil where all are finite.
  static func firstNotFinite(_ values: [Float]) -> Int? {
    let isFound = values.withUnsafeBufferPointer { values in
      var found: UInt32 = 0
      for value in values { found |= value.bitPattern & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0 }
      return found != 0
    }
    return isFound ? values.firstIndex { !$0.isFinite } : nil
  }
}
