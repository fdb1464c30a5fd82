import Checkpoints
import TestSupport
import Testing

/// A safetensors file is untrusted: every rule of the format has its own error, and nothing crashes.
struct SafetensorsTests {
  private static let entry = SafetensorsBytes.entry
  private static func file(_ header: String, _ count: Int = 0) -> [UInt8] {
    SafetensorsBytes.file(header: header, data: [UInt8](repeating: 0, count: count))
  }

  static let damaged: [(bytes: [UInt8], fault: SafetensorsFault)] = [
    ([], .tooShort(size: 0)),
    ([1, 2, 3], .tooShort(size: 3)),
    (
      SafetensorsBytes.littleEndian(UInt64(100_000_001)),
      .headerTooLong(length: 100_000_001, limit: 100_000_000)
    ),
    (SafetensorsBytes.littleEndian(UInt64.max), .headerTooLong(length: .max, limit: 100_000_000)),
    (SafetensorsBytes.littleEndian(UInt64(3)) + [0x7B, 0x7D], .headerBeyondFile(length: 3, size: 10)),
    (file(""), .headerStart(byte: nil)),
    (file(" {}"), .headerStart(byte: 0x20)),
    (file("[]"), .headerStart(byte: 0x5B)),
    (SafetensorsBytes.littleEndian(UInt64(4)) + [0x7B, 0x22, 0xFF, 0x7D], .headerNotUTF8(offset: 2)),
    (file("{"), .headerSyntax(offset: 1, reason: "the text ends where '\"' is expected")),
    (file("{} x"), .headerSyntax(offset: 3, reason: "more text after the end of the value")),
    (file(#"{"a":1}"#), .headerSyntax(offset: 5, reason: "expected '{', found '1'")),
    (file("{\(entry("a", "U8", [1], 0..<1)),\(entry("a", "U8", [1], 1..<2))}", 2), .duplicateKey("a")),
    (file(#"{"a":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, 1), .duplicateKey("dtype")),
    (
      file("{\(entry("\u{E9}", "U8", [1], 0..<1)),\(entry("e\u{301}", "U8", [1], 1..<2))}", 2),
      .duplicateKey("e\u{301}")
    ),
    (file(#"{"__metadata__":{"k":"1","k":"2"}}"#), .duplicateKey("k")),
    (file(#"{"__metadata__":{},"__metadata__":{}}"#), .duplicateKey("__metadata__")),
    (file(#"{"__metadata__":{"k":1}}"#), .metadataNotStrings(key: "k")),
    (file(#"{"a":{"shape":[],"data_offsets":[0,1]}}"#, 1), .tensorIncomplete(name: "a", missing: "dtype")),
    (
      file(#"{"a":{"dtype":"U8","data_offsets":[0,1]}}"#, 1), .tensorIncomplete(name: "a", missing: "shape")
    ),
    (
      file(#"{"a":{"dtype":"U8","shape":[],"data_offsets":[0]}}"#, 1),
      .tensorIncomplete(name: "a", missing: "data_offsets")
    ),
    (file("{\(entry("a", "F31", [1], 0..<4))}", 4), .unknownNumberType(name: "a", found: "F31")),
    (
      file("{\(entry("a", "U8", [Int](repeating: 1, count: 17), 0..<1))}", 1),
      .tooManyDimensions(name: "a", count: 17, limit: 16)
    ),
    (
      file("{\(entry("a", "F32", [1 << 31, 1 << 31, 1 << 31], 0..<4))}", 4),
      .sizeOverflows(name: "a", shape: [1 << 31, 1 << 31, 1 << 31])
    ),
    (
      file(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, 1),
      .offsetsReversed(name: "a", begin: 1, end: 0)
    ),
    (file("{\(entry("a", "F4", [3], 0..<2))}", 2), .partialByte(name: "a", bits: 12)),
    (file("{\(entry("a", "F32", [2], 0..<4))}", 4), .sizeMismatch(name: "a", expected: 8, found: 4)),
    (file("{\(entry("a", "U8", [2], 1..<3))}", 3), .hole(name: "a", expectedBegin: 0, begin: 1)),
    (
      file("{\(entry("a", "U8", [2], 0..<2)),\(entry("b", "U8", [2], 3..<5))}", 5),
      .hole(name: "b", expectedBegin: 2, begin: 3)
    ),
    (
      file("{\(entry("a", "U8", [2], 0..<2)),\(entry("b", "U8", [2], 1..<3))}", 3),
      .overlap(name: "b", expectedBegin: 2, begin: 1)
    ),
    (file("{\(entry("a", "U8", [2], 0..<2))}", 3), .dataLength(expected: 2, found: 3)),
    (file("{\(entry("a", "U8", [2], 0..<2))}", 1), .dataLength(expected: 2, found: 1)),
    (
      file(#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, 1),
      .headerSyntax(offset: 28, reason: "expected a whole number, found '-'")
    ),
    (
      file(#"{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}"#, 1),
      .headerSyntax(offset: 48, reason: "a number is too large")
    ),
  ]

  @Test("every broken rule has its own error", arguments: damaged)
  func everyBrokenRuleHasItsOwnError(bytes: [UInt8], fault: SafetensorsFault) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "model.safetensors")
    #expect(throws: CheckpointError.damagedWeights(file: path, fault)) {
      try WeightStore(folder: folder.path)
    }
    #expect("\(CheckpointError.damagedWeights(file: path, fault))".hasPrefix(path))
  }

  private func store(_ bytes: [UInt8]) throws -> (WeightStore, TemporaryFolder) {
    let folder = try TemporaryFolder()
    _ = try folder.write(bytes, to: "model.safetensors")
    return (try WeightStore(folder: folder.path), folder)
  }

  @Test func aScalarAnEmptyTensorAndAPaddedHeaderAreValid() throws {
    let header =
      #"{"__metadata__":{"format":"pt"},"#
      + "\(Self.entry("scalar", "F32", [], 0..<4)),\(Self.entry("empty", "F32", [0, 3], 4..<4))}      "
    let (store, folder) = try store(
      SafetensorsBytes.file(header: header, data: SafetensorsBytes.littleEndian(Float(2.5).bitPattern)))
    #expect(store.names == ["empty", "scalar"])
    #expect(try store.floats("scalar", shape: []) == [2.5])
    #expect(try store.floats("empty", shape: [0, 3]) == [])
    #expect(store.shape(of: "empty") == [0, 3])
    #expect(store.dtype(of: "scalar") == "F32")
    withExtendedLifetime(folder) {}
  }

  @Test func aFileWithoutTensorsIsValid() throws {
    let (store, folder) = try store(SafetensorsBytes.file(header: "{}"))
    #expect(store.names.isEmpty)
    withExtendedLifetime(folder) {}
  }

  @Test func numbersAtOddAddressesAreRead() throws {
    let data: [UInt8] =
      [7] + SafetensorsBytes.littleEndian(UInt16(0x3F80)) + SafetensorsBytes.littleEndian(UInt16(0x3C00))
      + SafetensorsBytes.littleEndian(Float(-1.25).bitPattern)
      + SafetensorsBytes.littleEndian((0.1).bitPattern)
    let header =
      "{\(Self.entry("byte", "U8", [1], 0..<1)),\(Self.entry("bf16", "BF16", [1], 1..<3)),"
      + "\(Self.entry("f16", "F16", [1], 3..<5)),\(Self.entry("f32", "F32", [1], 5..<9)),"
      + "\(Self.entry("f64", "F64", [1], 9..<17))}"
    let (store, folder) = try store(SafetensorsBytes.file(header: header, data: data))
    #expect(try store.floats("bf16", shape: [1]) == [1])
    #expect(try store.floats("f16", shape: [1]) == [1])
    #expect(try store.floats("f32", shape: [1]) == [-1.25])
    #expect(try store.floats("f64", shape: [1]) == [Float(0.1)])
    #expect(
      throws: CheckpointError.unsupportedNumberType(file: store.file, name: "byte", found: "U8")
    ) { try store.floats("byte", shape: [1]) }
    withExtendedLifetime(folder) {}
  }

  @Test func everyFiniteHalfIsWidenedExactly() throws {
    let halves = (UInt16.min...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 }
    let header = "{\(Self.entry("a", "F16", [halves.count], 0..<(halves.count * 2)))}"
    let (store, folder) = try store(
      SafetensorsBytes.file(header: header, data: halves.flatMap { SafetensorsBytes.littleEndian($0) }))
    let expected = halves.map { half -> Float in
      let exponent = Int(half >> 10 & 0x1F)
      let fraction = Double(half & 0x3FF) / 1024
      let magnitude =
        exponent == 0
        ? fraction * 0x1p-14 : (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
      return Float(half & 0x8000 == 0 ? magnitude : -magnitude)
    }
    #expect(try store.floats("a", shape: [halves.count]) == expected)
    withExtendedLifetime(folder) {}
  }

  @Test(
    "a weight that is not finite is refused",
    arguments: [
      ("F32", SafetensorsBytes.littleEndian(Float.infinity.bitPattern), "inf"),
      ("F32", SafetensorsBytes.littleEndian(Float.nan.bitPattern), "nan"),
      ("BF16", SafetensorsBytes.littleEndian(UInt16(0xFF80)), "-inf"),
      ("F16", SafetensorsBytes.littleEndian(UInt16(0x7C00)), "inf"),
      ("F16", SafetensorsBytes.littleEndian(UInt16(0x7E00)), "nan"),
      ("F64", SafetensorsBytes.littleEndian((1e300).bitPattern), "inf"),
    ])
  func aWeightThatIsNotFiniteIsRefused(dtype: String, bytes: [UInt8], value: String) throws {
    let data = [UInt8](repeating: 0, count: bytes.count * 2) + bytes
    let header = "{\(Self.entry("layer.weight", dtype, [3], 0..<data.count))}"
    let (store, folder) = try store(SafetensorsBytes.file(header: header, data: data))
    #expect(
      throws: CheckpointError.notFinite(file: store.file, name: "layer.weight", position: 2, value: value)
    ) { try store.floats("layer.weight", shape: [3]) }
    withExtendedLifetime(folder) {}
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let tensors = [
      NamedTensor(name: "0.states\"\\\n é", shape: [2, 1], values: [1.5, -0.25]),
      NamedTensor(name: "empty", shape: [0], values: []),
    ]
    var bytes: [UInt8] = []
    SafetensorsWriter.write(tensors) { bytes += $0 }
    let (store, folder) = try store(bytes)
    #expect(store.names == tensors.map(\.name))
    for tensor in tensors { #expect(try store.floats(tensor.name, shape: tensor.shape) == tensor.values) }
    withExtendedLifetime(folder) {}
  }

  @Test func aMissingTensorNamesTheNearest() throws {
    let (store, folder) = try store(SafetensorsBytes.file([("encoder.weight", [2], [1, 2])]))
    #expect(
      throws: CheckpointError.tensorMissing(
        file: store.file, name: "encoder.weigth", closest: "encoder.weight")
    ) { try store.floats("encoder.weigth", shape: [2]) }
    #expect(
      throws: CheckpointError.tensorMissing(file: store.file, name: "pooler.dense.bias", closest: nil)
    ) { try store.floats("pooler.dense.bias", shape: [2]) }
    #expect(
      throws: CheckpointError.shapeMismatch(
        file: store.file, name: "encoder.weight", expected: [1, 2], found: [2])
    ) { try store.floats("encoder.weight", shape: [1, 2]) }
    withExtendedLifetime(folder) {}
  }

  @Test func aFileThatIsCutAfterOpeningIsAnError() throws {
    let bytes = SafetensorsBytes.file([("a", [4], [1, 2, 3, 4])])
    let (store, folder) = try store(bytes)
    try truncateFile(store.file, to: bytes.count - 8)
    #expect(
      throws: CheckpointError.changedWhileOpen(
        file: store.file, expected: bytes.count, found: bytes.count - 8)
    ) { try store.floats("a", shape: [4]) }
    withExtendedLifetime(folder) {}
  }

  @Test func everyPrefixOfAFileIsRefused() throws {
    let bytes = SafetensorsBytes.file([("a", [2], [1, 2]), ("b", [1], [3])])
    let folder = try TemporaryFolder()
    for count in 0..<bytes.count {
      _ = try folder.write(Array(bytes[..<count]), to: "model.safetensors")
      #expect(throws: CheckpointError.self) { try WeightStore(folder: folder.path) }
    }
  }

  @Test func changedBytesNeverCrashTheReader() throws {
    let bytes = SafetensorsBytes.file([("a", [2], [1, 2]), ("b", [1], [3])])
    var random = SeededGenerator(seed: 7)
    var refused = 0
    let folder = try TemporaryFolder()
    for _ in 0..<500 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = try folder.write(changed, to: "model.safetensors")
      do {
        let store = try WeightStore(folder: folder.path)
        for name in store.names { _ = try store.floats(name, shape: store.shape(of: name) ?? []) }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 250)
  }
}
