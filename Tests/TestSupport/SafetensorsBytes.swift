/// Builds safetensors files, right ones and wrong ones.
public enum SafetensorsBytes {
  /// A file from any header text and data.
  public static func file(header: String, data: [UInt8] = []) -> [UInt8] {
    littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + data
  }

  /// A file of f32 tensors.
  public static func file(_ tensors: [(name: String, shape: [Int], values: [Float])]) -> [UInt8] {
    var data: [UInt8] = []
    var entries: [String] = []
    for tensor in tensors {
      let begin = data.count
      for value in tensor.values { data += littleEndian(value.bitPattern) }
      entries.append(entry(tensor.name, "F32", tensor.shape, begin..<data.count))
    }
    return file(header: "{\(entries.joined(separator: ","))}", data: data)
  }

  /// One member of a header.
  public static func entry(_ name: String, _ dtype: String, _ shape: [Int], _ range: Range<Int>) -> String {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),"
      + "\"data_offsets\":[\(range.lowerBound),\(range.upperBound)]}"
  }

  public static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
