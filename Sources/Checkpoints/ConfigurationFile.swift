import Foundation
import JSONText

/// A JSON file of a model folder, with typed and checked access to its keys.
///
/// An absent key and `null` are nil; a value of another type or out of range is an error.
struct ConfigurationFile {
  static let sizeLimit = 16 << 20

  /// Where the file is.
  let path: String
  /// What facts name as their source: the path relative to the model's folder.
  let name: String
  let root: JSONValue

  init(path: String, name: String, purpose: String) throws(CheckpointError) {
    self.path = path
    self.name = name
    root = try Self.read(path, purpose: purpose)
    guard case .object = root else {
      throw .invalidValue(file: path, key: "(the whole file)", found: root.summary, expected: "an object")
    }
  }

  /// A value inside a file that was read already.
  init(path: String, name: String, root: JSONValue) {
    self.path = path
    self.name = name
    self.root = root
  }

  /// Reads any JSON file.
  static func read(_ path: String, purpose: String) throws(CheckpointError) -> JSONValue {
    let (descriptor, size) = try openRegularFile(path, purpose: purpose)
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard size <= sizeLimit else { throw .fileTooLarge(file: path, size: size, limit: sizeLimit) }
    let bytes: [UInt8]
    do {
      bytes = try [UInt8](handle.read(upToCount: sizeLimit) ?? Data())
    } catch {
      throw .unreadable(file: path, reason: error.localizedDescription)
    }
    do {
      var scanner = JSONScanner(bytes)
      return try scanner.document()
    } catch {
      let (line, column) = error.place(in: bytes)
      throw .malformedJSON(file: path, line: line, column: column, reason: "\(error.reason)")
    }
  }

  func invalid(_ key: String, _ found: String, _ expected: String) -> CheckpointError {
    .invalidValue(file: path, key: key, found: found, expected: expected)
  }

  /// The keys that are there; none where the file holds no object.
  var keys: [String] {
    guard case .object(let object) = root else { return [] }
    return object.members.map(\.key)
  }

  /// The value of a key, nil where it is absent or null.
  func value(_ key: String) -> JSONValue? {
    guard case .object(let object) = root, let value = object[key] else { return nil }
    if case .null = value { return nil }
    return value
  }

  /// Whether the key is there, be it null.
  func has(_ key: String) -> Bool {
    guard case .object(let object) = root else { return false }
    return object[key] != nil
  }

  func string(_ key: String) throws(CheckpointError) -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let string) = value else { throw invalid(key, value.summary, "a string") }
    return string
  }

  func bool(_ key: String) throws(CheckpointError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let bool) = value else { throw invalid(key, value.summary, "true or false") }
    return bool
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int? {
    guard let value = value(key) else { return nil }
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .integer(let integer) = value, range.contains(integer) else {
      throw invalid(key, value.summary, expected)
    }
    return integer
  }

  func number(_ key: String, in range: ClosedRange<Double>) throws(CheckpointError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.number, range.contains(number) else {
      throw invalid(key, value.summary, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func object(_ key: String) throws(CheckpointError) -> JSONObject? {
    guard let value = value(key) else { return nil }
    guard case .object(let object) = value else { throw invalid(key, value.summary, "an object") }
    return object
  }
}
