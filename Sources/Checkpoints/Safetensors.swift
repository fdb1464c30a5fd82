/// How the numbers of a tensor are stored.
public enum NumberType: String, CaseIterable, Sendable {
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"
  case c64 = "C64"
  case f8E4M3 = "F8_E4M3"
  case f8E5M2 = "F8_E5M2"
  case f8E8M0 = "F8_E8M0"
  case f8E4M3FNUZ = "F8_E4M3FNUZ"
  case f8E5M2FNUZ = "F8_E5M2FNUZ"
  case f6E2M3 = "F6_E2M3"
  case f6E3M2 = "F6_E3M2"
  case f4 = "F4"

  /// The width of one number.
  var bits: Int {
    switch self {
    case .f64, .i64, .u64, .c64: 64
    case .f32, .i32, .u32: 32
    case .f16, .bf16, .i16, .u16: 16
    case .i8, .u8, .bool, .f8E4M3, .f8E5M2, .f8E8M0, .f8E4M3FNUZ, .f8E5M2FNUZ: 8
    case .f6E2M3, .f6E3M2: 6
    case .f4: 4
    }
  }

  /// Whether weights of this type can be used, widened (or, F64, rounded) to f32.
  var isWidened: Bool { [.f64, .f32, .f16, .bf16].contains(self) }
}

/// One tensor of a safetensors file: its type, shape and place.
struct TensorEntry: Equatable, Sendable {
  var numberType: NumberType
  var shape: [Int]
  /// From the start of the file.
  var bytes: Range<Int>

  /// How many numbers the tensor has.
  var count: Int { bytes.count * 8 / numberType.bits }
}

/// A safetensors file, mapped, its header checked whole.
///
/// The format: 8 bytes with the header's length (little-endian), the header (JSON), the data.
struct SafetensorsFile: Sendable {
  static let headerLimit = 100_000_000
  static let dimensionLimit = 16

  let file: MappedFile
  let tensors: [String: TensorEntry]

  init(path: String) throws(CheckpointError) {
    file = try MappedFile(path: path, purpose: "the model's weights are expected there")
    let size = file.count
    guard size >= 8 else { throw .damagedWeights(file: path, .tooShort(size: size)) }
    let length = try file.withBytes(0..<8) { bytes in
      UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    }
    guard length <= UInt64(Self.headerLimit) else {
      throw .damagedWeights(file: path, .headerTooLong(length: length, limit: Self.headerLimit))
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= size else {
      throw .damagedWeights(file: path, .headerBeyondFile(length: Int(length), size: size))
    }
    let header = try file.withBytes(8..<dataStart) { bytes in Array(bytes) }
    do {
      tensors = try SafetensorsHeader.read(header, dataStart: dataStart, dataLength: size - dataStart)
    } catch {
      throw .damagedWeights(file: path, error)
    }
  }
}
