import JSONText

/// Reads and checks the header of a safetensors file.
enum SafetensorsHeader {
  private struct Declared {
    var name: String
    var numberType: NumberType
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  /// The tensors that a header declares, their ranges counted from the start of the file.
  ///
  /// The tensors must fill the data without hole or overlap, each with exactly the bytes that its shape needs.
  static func read(
    _ header: [UInt8], dataStart: Int, dataLength: Int
  ) throws(SafetensorsFault) -> [String: TensorEntry] {
    guard header.first == 0x7B else { throw .headerStart(byte: header.first) }
    var declared = try tensors(in: header)
    for tensor in declared { try checkSize(tensor) }
    declared.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var expected = 0
    for tensor in declared {
      guard tensor.begin <= expected else {
        throw .hole(name: tensor.name, expectedBegin: expected, begin: tensor.begin)
      }
      guard tensor.begin == expected else {
        throw .overlap(name: tensor.name, expectedBegin: expected, begin: tensor.begin)
      }
      expected = tensor.end
    }
    guard expected == dataLength else { throw .dataLength(expected: expected, found: dataLength) }
    var entries: [String: TensorEntry] = [:]
    for tensor in declared {
      let entry = TensorEntry(
        numberType: tensor.numberType, shape: tensor.shape,
        bytes: (dataStart + tensor.begin)..<(dataStart + tensor.end))
      // The scanner tells names apart that are canonically equivalent; a dictionary does not.
      guard entries.updateValue(entry, forKey: tensor.name) == nil else { throw .duplicateKey(tensor.name) }
    }
    return entries
  }

  private static func checkSize(_ tensor: Declared) throws(SafetensorsFault) {
    guard tensor.begin <= tensor.end else {
      throw .offsetsReversed(name: tensor.name, begin: tensor.begin, end: tensor.end)
    }
    var bits = tensor.numberType.bits
    for extent in tensor.shape {
      let (product, overflows) = bits.multipliedReportingOverflow(by: extent)
      guard !overflows else { throw .sizeOverflows(name: tensor.name, shape: tensor.shape) }
      bits = product
    }
    guard bits % 8 == 0 else { throw .partialByte(name: tensor.name, bits: bits) }
    guard tensor.end - tensor.begin == bits / 8 else {
      throw .sizeMismatch(name: tensor.name, expected: bits / 8, found: tensor.end - tensor.begin)
    }
  }

  private static func tensors(in header: [UInt8]) throws(SafetensorsFault) -> [Declared] {
    let scanned: Scanned
    do {
      scanned = try Scanned(header)
    } catch {
      switch error.reason {
      case .duplicateKey(let key): throw .duplicateKey(key)
      case .notUTF8: throw .headerNotUTF8(offset: error.offset)
      default: throw .headerSyntax(offset: error.offset, reason: "\(error.reason)")
      }
    }
    if let key = scanned.metadataNotString { throw .metadataNotStrings(key: key) }
    var declared: [Declared] = []
    for tensor in scanned.tensors { declared.append(try checked(tensor)) }
    return declared
  }

  private static func checked(_ tensor: Scanned.Tensor) throws(SafetensorsFault) -> Declared {
    let name = tensor.name
    guard let type = tensor.type else { throw .tensorIncomplete(name: name, missing: "dtype") }
    guard let shape = tensor.shape else { throw .tensorIncomplete(name: name, missing: "shape") }
    guard let offsets = tensor.offsets, offsets.count == 2 else {
      throw .tensorIncomplete(name: name, missing: "data_offsets")
    }
    guard let numberType = NumberType(rawValue: type) else {
      throw .unknownNumberType(name: name, found: type)
    }
    guard shape.count <= SafetensorsFile.dimensionLimit else {
      throw .tooManyDimensions(name: name, count: shape.count, limit: SafetensorsFile.dimensionLimit)
    }
    return Declared(name: name, numberType: numberType, shape: shape, begin: offsets[0], end: offsets[1])
  }
}

/// What a header's text holds, be it complete and true or not.
private struct Scanned {
  struct Tensor {
    var name: String
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
  }

  private(set) var tensors: [Tensor] = []
  /// The first key of the metadata that has another value than a string.
  private(set) var metadataNotString: String?

  init(_ header: [UInt8]) throws(JSONFault) {
    var scanner = JSONScanner(header)
    var names = JSONKeySet()
    try scanner.openObject()
    while let name = try scanner.nextKey(notIn: &names) {
      if name == "__metadata__" {
        try readMetadata(&scanner)
      } else {
        tensors.append(try Self.tensor(&scanner, name))
      }
    }
    try scanner.expectEnd()
  }

  private mutating func readMetadata(_ scanner: inout JSONScanner) throws(JSONFault) {
    var keys = JSONKeySet()
    try scanner.openObject()
    while let key = try scanner.nextKey(notIn: &keys) {
      if try scanner.kind() != .string, metadataNotString == nil { metadataNotString = key }
      try scanner.skip()
    }
  }

  private static func tensor(_ scanner: inout JSONScanner, _ name: String) throws(JSONFault) -> Tensor {
    var tensor = Tensor(name: name)
    var keys = JSONKeySet()
    try scanner.openObject()
    while let key = try scanner.nextKey(notIn: &keys) {
      switch key {
      case "dtype": tensor.type = try scanner.string()
      case "shape": tensor.shape = try numbers(&scanner)
      case "data_offsets": tensor.offsets = try numbers(&scanner)
      default: try scanner.skip()
      }
    }
    return tensor
  }

  private static func numbers(_ scanner: inout JSONScanner) throws(JSONFault) -> [Int] {
    var numbers: [Int] = []
    try scanner.openArray()
    while try scanner.nextElement() { numbers.append(try scanner.wholeNumber()) }
    return numbers
  }
}
