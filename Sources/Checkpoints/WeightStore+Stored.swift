/// A tensor as it stands in a mapped file: row-major, little-endian, at any alignment.
///
/// The bytes may be read while `owner` lives, and only as long as `WeightStore.checkUnchanged` does not throw.
public struct StoredTensor: @unchecked Sendable {
  // Safe to share: the mapping is read-only.
  public let bytes: UnsafeRawBufferPointer
  public let numberType: NumberType
  /// Keeps the mapping alive.
  public let owner: any AnyObject & Sendable
}

/// A matrix that an adapter changes: as it is stored, and two factors whose product is to be added.
public struct AdaptedTensor: Sendable {
  public let stored: StoredTensor
  /// `[outputs, rank]`, with the adapter's scale.
  public let left: [Float]
  /// To the rank, `[rank, inputs]`.
  public let right: [Float]
  public let rank: Int
}

extension WeightStore {
  /// The bytes of a tensor in single or half precision, without copying them; nil for other number types,
  /// and for a tensor that is computed, such as one that an adapter changes: only `floats` has its numbers.
  ///
  /// A file of many gigabytes must open without being read, so that only a sample of the numbers, its ends included, is
  /// checked to be finite, unless `checkingAll` is set. A number that slips through shows in the vector.
  ///
  /// - Throws: `tensorMissing`, `shapeMismatch`, `notFinite` or `changedWhileOpen`.
  public func stored(
    _ name: String, shape: [Int], checkingAll: Bool
  ) throws(CheckpointError) -> StoredTensor? {
    guard !isComputed(name) else { return nil }
    let (source, entry) = try place(of: name, shape: shape)
    guard [.f32, .f16, .bf16].contains(entry.numberType) else { return nil }
    if !checkingAll { try checkSample(of: name, entry, in: source) }
    return try source.withBytes(entry.bytes) { (bytes) throws(CheckpointError) in
      if checkingAll,
        let position = Widening.firstNotFinite(bytes, entry.numberType, count: entry.count)
      {
        let value = Widening.value(bytes, entry.numberType, at: position)
        throw .notFinite(file: source.path, name: name, position: position, value: "\(value)")
      }
      return StoredTensor(bytes: bytes, numberType: entry.numberType, owner: source)
    }
  }

  /// A matrix that an adapter changes, without merging them; nil for any other tensor.
  ///
  /// - Throws: `shapeMismatch`, `notFinite` or `changedWhileOpen`.
  public func adapted(_ name: String, shape: [Int]) throws(CheckpointError) -> AdaptedTensor? {
    guard let tensor = computed[name] else { return nil }
    guard tensor.shape == shape else {
      throw .shapeMismatch(file: file, name: name, expected: shape, found: tensor.shape)
    }
    return try tensor.adapted()
  }

  /// Looks at the first number of a tensor, at the last, and at two between.
  private func checkSample(
    of name: String, _ entry: TensorEntry, in source: MappedFile
  ) throws(CheckpointError) {
    guard entry.count > 0 else { return }
    let (last, width) = (entry.count - 1, entry.numberType.bits / 8)
    for position in Set([0, last / 3, last / 3 * 2, last]) {
      let bytes = try source.read(at: entry.bytes.lowerBound + position * width, count: width)
      let value = bytes.withUnsafeBytes { Widening.value($0, entry.numberType, at: 0) }
      guard value.isFinite else {
        throw .notFinite(file: source.path, name: name, position: position, value: "\(value)")
      }
    }
  }

  /// A tensor of whole numbers in one dimension.
  ///
  /// - Throws: `tensorMissing`, `shapeMismatch`, `unsupportedNumberType` or `changedWhileOpen`.
  public func integers(_ name: String, count: Int) throws(CheckpointError) -> [Int] {
    let (source, entry) = try place(of: name, shape: [count])
    return try source.withBytes(entry.bytes) { (bytes) throws(CheckpointError) in
      switch entry.numberType {
      case .i64: return (0..<count).map { Int(bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)) }
      case .i32: return (0..<count).map { Int(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
      default:
        throw .unsupportedNumberType(file: source.path, name: name, found: entry.numberType.rawValue)
      }
    }
  }

  /// How many bytes the tensors in half precision take.
  public var halfPrecisionBytes: Int {
    2 * (floatCounts[.f16, default: 0] + floatCounts[.bf16, default: 0])
  }

  /// Checks that no file was cut since it was opened, before mapped tensors are read.
  ///
  /// - Throws: `changedWhileOpen`, `unreadable`.
  public func checkUnchanged() throws(CheckpointError) {
    for shard in shards { try shard.file.withBytes(0..<0) { _ in } }
  }

  /// Gives the memory back that reading the files took; what is needed again comes again.
  public func releasePages() {
    for shard in shards { shard.file.releasePages() }
  }
}

extension Widening {
  /// One of the stored numbers, as f32.
  static func value(_ bytes: UnsafeRawBufferPointer, _ type: NumberType, at index: Int) -> Float {
    switch type {
    case .bf16:
      Float(bitPattern: UInt32(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)) << 16)
    case .f16: widened(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    default: bytes.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
    }
  }

  /// The position of the first NaN or infinity among all; those have every bit of the exponent set.
  static func firstNotFinite(
    _ bytes: UnsafeRawBufferPointer, _ type: NumberType, count: Int
  ) -> Int? {
    var found: UInt32 = 0
    switch type {
    case .f32:
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
        found |= bits & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0
      }
    default:
      let exponent: UInt16 = type == .f16 ? 0x7C00 : 0x7F80
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self)
        found |= bits & exponent == exponent ? 1 : 0
      }
    }
    return found != 0 ? (0..<count).first { !value(bytes, type, at: $0).isFinite } : nil
  }
}
