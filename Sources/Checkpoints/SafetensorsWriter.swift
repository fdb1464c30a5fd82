import JSONText

/// A tensor to be written: `values` in row-major order.
public struct NamedTensor: Equatable, Sendable {
  public var name: String
  public var shape: [Int]
  public var values: [Float]

  public init(name: String, shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "\(name): \(values.count) values for shape \(shape)")
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Writes safetensors: tensors of f32, in the order given, the header padded to a multiple of eight bytes.
public enum SafetensorsWriter {
  /// Hands the file to `write` piece by piece, header first.
  public static func write<Failure: Error>(
    _ tensors: [NamedTensor],
    _ write: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var entries = JSONObject()
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * 4
      entries.append(
        tensor.name,
        .object([
          "dtype": .string("F32"), "shape": .array(tensor.shape.map(JSONValue.integer)),
          "data_offsets": .array([.integer(offset), .integer(end)]),
        ]))
      offset = end
    }
    var header = Array(JSONValue.object(entries).text.utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    let length = UInt64(header.count)
    try write((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + header)
    for tensor in tensors { try write(bytes(tensor.values)) }
  }

  private static func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }
}
