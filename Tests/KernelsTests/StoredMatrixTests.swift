import Kernels
import TestSupport
import Testing

@Suite struct StoredMatrixTests {
  /// Every bit pattern of a half format, as bytes.
  static let allHalves = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }

  @Test func everyBinary16WidensExactly() {
    let found = widen(StoredBytes(Self.allHalves).matrix(outputs: 1, inputs: 1 << 16, .f16))[0]
    let wrong = (0...UInt16.max).filter { bits in
      let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023) / 1024)
      let magnitude: Double =
        switch exponent {
        case 0: Double(sign: .plus, exponent: -14, significand: 1) * fraction
        case 31: fraction == 0 ? .infinity : .nan
        default: Double(sign: .plus, exponent: exponent - 15, significand: 1) * (1 + fraction)
        }
      let value = found[Int(bits)]
      guard !value.isNaN else { return !magnitude.isNaN }
      return Double(value.magnitude) != magnitude || value.sign != (bits >> 15 == 1 ? .minus : .plus)
    }
    #expect(wrong.isEmpty)
  }

  @Test func everyBrainFloatIsTheUpperHalfOfAnF32() {
    let found = widen(StoredBytes(Self.allHalves).matrix(outputs: 256, inputs: 256, .bf16)).flatMap { $0 }
    let expected = (0...UInt16.max).map { Float(bitPattern: UInt32($0) << 16) }
    #expect(found.map { $0.comparable } == expected.map { $0.comparable })
  }

  @Test(arguments: [NumberFormat.f32, .f16, .bf16])
  func representableValuesKeepTheirBits(format: NumberFormat) {
    let halves = format == .bf16 ? NumberFormat.bf16 : .f16
    let values = widen(StoredBytes(Self.allHalves).matrix(outputs: 1, inputs: 1 << 16, halves))[0]
    let stored = StoredMatrix(outputs: 1, inputs: values.count, format: format, values: values)
    #expect(widen(stored)[0].map { $0.comparable } == values.map { $0.comparable })
  }

  @Test(arguments: [NumberFormat.f16, .bf16])
  func valuesBetweenAreRoundedToTheNearestAndToEvenInTheMiddle(format: NumberFormat) {
    let all = widen(StoredBytes(Self.allHalves).matrix(outputs: 1, inputs: 1 << 16, format))[0]
    let finite = all.prefix(1 << 15).filter { $0.isFinite }
    var (values, expected): ([Float], [Float]) = ([], [])
    for (index, (low, high)) in zip(finite, finite.dropFirst()).enumerated() {
      let middle = low + (high - low) / 2  // Exact: a half has digits to spare.
      for (value, rounded) in [
        (middle, index % 2 == 0 ? low : high), (middle.nextDown, low), (middle.nextUp, high),
      ] {
        values += [value, -value]
        expected += [rounded, -rounded]
      }
    }
    let stored = StoredMatrix(outputs: 1, inputs: values.count, format: format, values: values)
    #expect(widen(stored)[0] == expected)
  }

  @Test(arguments: [NumberFormat.f16, .bf16])
  func valuesBeyondTheLargestBecomeInfinity(format: NumberFormat) {
    let limit: Float = format == .f16 ? 65520 : Float(bitPattern: 0x7f7f_8000)
    let stored = StoredMatrix(
      outputs: 1, inputs: 4, format: format,
      values: [limit, limit.nextDown, -.infinity, .greatestFiniteMagnitude])
    let found = widen(stored)[0]
    #expect([found[0], found[2], found[3]] == [.infinity, -.infinity, .infinity])
    #expect(found[1].isFinite)
  }

  @Test(arguments: [1, 2, 3])
  func rowsAreReadAtOddAddresses(offset: Int) {
    let values: [Float] = [1, -2.5, 0x1p-120, 3, 4, 5]
    let bytes = values.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    let stored = StoredBytes(bytes, offset: offset).matrix(outputs: 2, inputs: 3, .f32)
    #expect(widen(stored) == [[1, -2.5, 0x1p-120], [3, 4, 5]])
  }

  @Test func theOwnerLivesAsLongAsTheMatrix() {
    var bytes: StoredBytes? = StoredBytes([0, 0, 0x80, 0x3f])
    weak let owner = bytes
    var stored = bytes?.matrix(outputs: 1, inputs: 1, .f32)
    bytes = nil
    #expect(owner != nil)
    #expect(stored.map { widen($0) } == [[1]])
    stored = nil
    #expect(owner == nil)
  }
}

/// Every row as f32.
func widen(_ weights: StoredMatrix) -> [[Float]] {
  let row = Matrix(rows: 1, columns: weights.inputs)
  return (0..<weights.outputs).map {
    weights.row($0, into: row, at: 0)
    return row.values
  }
}

/// The bytes of values that their format holds exactly and that are not denormal.
func encoded(_ weights: StoredMatrix) -> [UInt8] {
  widen(weights).joined().flatMap { value -> [UInt8] in
    let bits = value.bitPattern
    let half: UInt32 =
      weights.format == .f16
      ? bits >> 16 & 0x8000 | (bits & 0x7fff_ffff == 0 ? 0 : (bits & 0x7fff_ffff) >> 13 - 112 << 10)
      : bits >> 16
    let word = weights.format == .f32 ? bits : half
    return (0..<weights.format.byteCount).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }
}

/// Memory that ends where its bytes end, at an offset from an aligned address.
final class StoredBytes: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  private let offset: Int

  init(_ bytes: [UInt8], offset: Int = 0) {
    self.offset = offset
    memory = .allocate(byteCount: offset + bytes.count, alignment: 64)
    UnsafeMutableRawBufferPointer(rebasing: memory[offset...]).copyBytes(from: bytes)
  }

  deinit { memory.deallocate() }

  func matrix(outputs: Int, inputs: Int, _ format: NumberFormat) -> StoredMatrix {
    StoredMatrix(
      outputs: outputs, inputs: inputs, format: format,
      bytes: UnsafeRawBufferPointer(rebasing: memory[offset...]), owner: self)
  }
}
