import JSONText

/// Typed access to one JSON object, with messages that name the file and the whole key.
struct JSONReader {
  private static let maximumStepCount = 256

  let file: String
  /// The keys that lead here, joined by dots; empty at the top.
  let path: String
  private let object: JSONObject

  var members: [JSONObject.Member] { object.members }

  init(file: String, path: String = "", object: JSONObject) {
    self.file = file
    self.path = path
    self.object = object
  }

  /// The whole of a file, which must be an object; a byte-order mark before it is passed over.
  ///
  /// A key that comes twice is an error where it is asked for: only there can the message name it whole.
  init(file: String, bytes: [UInt8]) throws(TokenizationError) {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var scanner = JSONScanner(bytes, in: start..<bytes.count, allowsDuplicateKeys: true)
    let value: JSONValue
    do {
      value = try scanner.document()
    } catch {
      if case .notUTF8 = error.reason { throw .invalidUTF8(file: file, byteOffset: error.offset) }
      let (line, column) = error.place(in: bytes)
      throw .damagedJSON(file: file, line: line, column: column, problem: "\(error.reason)")
    }
    guard case .object(let object) = value else {
      throw .wrongValue(file: file, key: "(top)", found: value.summary, expected: "an object")
    }
    self.init(file: file, object: object)
  }

  /// The object written out.
  var text: String { JSONValue.object(object).text }

  func fullKey(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func wrongValue(_ key: String, found: String, expected: String) -> TokenizationError {
    .wrongValue(file: file, key: fullKey(key), found: found, expected: expected)
  }

  /// The value of a key; nil where it is absent or null.
  func value(_ key: String) throws(TokenizationError) -> JSONValue? {
    let found = object.values(of: key)
    guard found.count <= 1 else { throw .duplicateKey(file: file, key: fullKey(key)) }
    if case .null = found.first { return nil }
    return found.first
  }

  private func required<Value>(_ key: String, _ value: Value?) throws(TokenizationError) -> Value {
    guard let value else { throw .missingKey(file: file, key: fullKey(key)) }
    return value
  }

  func optionalString(_ key: String) throws(TokenizationError) -> String? {
    guard let value = try value(key) else { return nil }
    guard case .string(let text) = value else {
      throw wrongValue(key, found: value.summary, expected: "a string")
    }
    return text
  }

  func string(_ key: String) throws(TokenizationError) -> String {
    try required(key, try optionalString(key))
  }

  func optionalBool(_ key: String) throws(TokenizationError) -> Bool? {
    guard let value = try value(key) else { return nil }
    guard case .bool(let flag) = value else {
      throw wrongValue(key, found: value.summary, expected: "true or false")
    }
    return flag
  }

  func bool(_ key: String) throws(TokenizationError) -> Bool { try required(key, try optionalBool(key)) }

  func integer(_ key: String) throws(TokenizationError) -> Int {
    let value = try required(key, try value(key))
    guard case .integer(let number) = value else {
      throw wrongValue(key, found: value.summary, expected: "a whole number")
    }
    return number
  }

  func optionalObject(_ key: String) throws(TokenizationError) -> JSONReader? {
    guard let value = try value(key) else { return nil }
    return try reader(of: value, at: key)
  }

  func object(_ key: String) throws(TokenizationError) -> JSONReader {
    try required(key, try optionalObject(key))
  }

  func optionalArray(_ key: String) throws(TokenizationError) -> [JSONValue]? {
    guard let value = try value(key) else { return nil }
    guard case .array(let elements) = value else {
      throw wrongValue(key, found: value.summary, expected: "a list")
    }
    return elements
  }

  func array(_ key: String) throws(TokenizationError) -> [JSONValue] {
    try required(key, try optionalArray(key))
  }

  /// A list of objects.
  func objects(_ key: String) throws(TokenizationError) -> [JSONReader] {
    var readers: [JSONReader] = []
    for (index, element) in try array(key).enumerated() {
      readers.append(try reader(of: element, at: "\(key)[\(index)]"))
    }
    return readers
  }

  /// The parts of a `Sequence`, each of which goes over the whole text.
  ///
  /// - Throws: `wrongValue` also where they, with all that is inside them, are more than any real file has.
  func steps(_ key: String) throws(TokenizationError) -> [JSONReader] {
    let count = try array(key).reduce(0) { $0 + $1.objectCount }
    guard count <= Self.maximumStepCount else {
      throw wrongValue(key, found: "a list of \(count) objects", expected: "at most \(Self.maximumStepCount)")
    }
    return try objects(key)
  }

  /// The value as an object whose messages say that it is at `key`.
  func reader(of value: JSONValue, at key: String) throws(TokenizationError) -> JSONReader {
    guard case .object(let object) = value else {
      throw wrongValue(key, found: value.summary, expected: "an object")
    }
    return JSONReader(file: file, path: fullKey(key), object: object)
  }
}

extension JSONValue {
  /// How many objects there are in the value, itself counted.
  fileprivate var objectCount: Int {
    switch self {
    case .object(let object): object.members.reduce(1) { $0 + $1.value.objectCount }
    case .array(let elements): elements.reduce(0) { $0 + $1.objectCount }
    default: 0
    }
  }
}
