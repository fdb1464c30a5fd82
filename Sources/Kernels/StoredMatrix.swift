internal import CKernels

/// How a weight stands in memory, little-endian.
public enum NumberFormat: Sendable {
  case f32
  /// IEEE 754 binary16.
  case f16
  /// The upper half of an f32.
  case bf16

  /// Bytes of one value.
  public var byteCount: Int { self == .f32 ? 4 : 2 }

  var code: kn_format {
    switch self {
    case .f32: KN_F32
    case .f16: KN_F16
    case .bf16: KN_BF16
    }
  }
}

/// Weights `[outputs, inputs]` as they stand in a file: row after row, at any address, in the file's format.
///
/// Nothing is copied: the bytes stay where they are, mapped for instance. Kernels widen them to f32 as they read them.
///
/// Sendable, because nobody writes the bytes.
@safe
public final class StoredMatrix: @unchecked Sendable {
  public let outputs: Int
  public let inputs: Int
  public let format: NumberFormat
  let start: UnsafeRawPointer?
  private let owner: any Sendable & AnyObject

  /// Weights in memory that `owner` keeps alive and unchanged.
  ///
  /// `bytes` holds `outputs` × `inputs` values without gaps, at any address.
  public init(
    outputs: Int, inputs: Int, format: NumberFormat, bytes: UnsafeRawBufferPointer,
    owner: any Sendable & AnyObject
  ) {
    let needed = Self.count(outputs, inputs).multipliedReportingOverflow(by: format.byteCount)
    precondition(
      !needed.overflow && bytes.count == needed.partialValue,
      "\(bytes.count) bytes for \(outputs) × \(inputs) values of \(format)")
    (self.outputs, self.inputs, self.format, self.owner) = (outputs, inputs, format, owner)
    unsafe start = bytes.baseAddress
  }

  /// Weights of its own, rounded to the nearest value of the format, to even in the middle.
  public convenience init(outputs: Int, inputs: Int, format: NumberFormat, values: [Float]) {
    let count = Self.count(outputs, inputs)
    precondition(values.count == count, "\(values.count) values for \(outputs) × \(inputs)")
    let byteCount = count * format.byteCount
    let memory = AlignedFloats(count: (byteCount + 3) / 4)
    let bytes = unsafe UnsafeMutableRawBufferPointer(start: memory.start, count: byteCount)
    for (index, value) in values.enumerated() {
      switch format {
      case .f32: unsafe bytes.storeBytes(of: value.bitPattern, toByteOffset: 4 * index, as: UInt32.self)
      case .f16: unsafe bytes.storeBytes(of: value.halfBits, toByteOffset: 2 * index, as: UInt16.self)
      case .bf16: unsafe bytes.storeBytes(of: value.brainBits, toByteOffset: 2 * index, as: UInt16.self)
      }
    }
    unsafe self.init(
      outputs: outputs, inputs: inputs, format: format, bytes: UnsafeRawBufferPointer(bytes), owner: memory)
  }

  /// Copies one row, widened exactly, into a row of a matrix of `inputs` columns: a look-up in an embedding table.
  public func row(_ index: Int, into matrix: Matrix, at row: Int) {
    precondition(0..<outputs ~= index, "row \(index) of \(outputs)")
    precondition(
      matrix.columns == inputs, "a row of \(inputs) does not fit \(matrix.columns) columns")
    guard let start = unsafe start else { return }
    unsafe kn_widen(
      format.code, start + index * inputs * format.byteCount, inputs, matrix.rowStart(row))
  }

  private static func count(_ outputs: Int, _ inputs: Int) -> Int {
    let (count, overflow) = outputs.multipliedReportingOverflow(by: inputs)
    precondition(outputs >= 0 && inputs >= 0 && !overflow, "no memory holds \(outputs) × \(inputs) values")
    return count
  }
}

extension Float {
  /// The bits of the nearest bf16, to even in the middle; a NaN stays one.
  fileprivate var brainBits: UInt16 {
    let bits = bitPattern
    if isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits + 0x7fff + (bits >> 16 & 1)) >> 16)
  }

  /// The bits of the nearest IEEE 754 binary16, to even in the middle; a NaN stays one.
  fileprivate var halfBits: UInt16 {
    let sign = UInt16(bitPattern >> 16 & 0x8000)
    if isNaN { return sign | 0x7e00 }
    let exponent = Int(bitPattern >> 23 & 0xff) - 127
    if exponent > 15 { return sign | 0x7c00 }
    // Below 2⁻¹⁴ the distance between values no longer shrinks. Adding a power of two drops the digits, rounded.
    guard exponent >= -14 else {
      return sign | UInt16(((magnitude + 0.5).bitPattern - Float(0.5).bitPattern))
    }
    let bits = bitPattern & 0x7fff_ffff
    let rounded = (bits + 0xfff + (bits >> 13 & 1)) >> 13
    return sign | UInt16(rounded - (112 << 10))  // Rounding up from the largest value gives infinity.
  }
}
