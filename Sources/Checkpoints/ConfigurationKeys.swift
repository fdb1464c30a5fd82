import JSONText

/// Reads the keys of a model's configuration with their defaults, and remembers which were absent.
///
/// Families spell one fact in several ways (`n_embd`, `hidden_size`): a key has its spellings in the order in which the
/// reference library takes them. Null counts as absent only where a method says so.
struct ConfigurationKeys {
  let file: ConfigurationFile
  private(set) var absent: [String] = []

  init(_ file: ConfigurationFile) { self.file = file }

  /// The spelling that the file has, else the first, which is noted as absent.
  ///
  /// - Throws: `invalidValue` where two spellings have different values.
  private mutating func spelling(_ names: [String]) throws(CheckpointError) -> String? {
    let present = names.filter { file.has($0) }
    guard let first = present.first else {
      absent.append(names[0])
      return nil
    }
    for other in present.dropFirst() {
      let (value, otherValue) = (file.value(first)?.summary, file.value(other)?.summary)
      guard value == otherValue || otherValue == nil else {
        throw file.invalid(other, otherValue ?? "null", "\(value ?? "null"), the value of \(quoted(first))")
      }
    }
    return first
  }

  mutating func integer(
    _ names: String..., in range: ClosedRange<Int>, default standard: Int
  ) throws(CheckpointError) -> Int {
    guard let name = try spelling(names) else { return standard }
    guard let value = try file.integer(name, in: range) else {
      throw file.invalid(name, "null", "a whole number")
    }
    return value
  }

  /// A whole number; null and absence are told apart.
  mutating func optionalInteger(
    _ names: String..., in range: ClosedRange<Int>, default standard: Int?
  ) throws(CheckpointError) -> Int? {
    guard let name = try spelling(names) else { return standard }
    return try file.integer(name, in: range)
  }

  mutating func number(
    _ names: String..., in range: ClosedRange<Double>, default standard: Double
  ) throws(CheckpointError) -> Double {
    guard let name = try spelling(names) else { return standard }
    guard let value = try file.number(name, in: range) else {
      throw file.invalid(name, "null", "a number")
    }
    return value
  }

  mutating func bool(_ names: String..., default standard: Bool) throws(CheckpointError) -> Bool {
    guard let name = try spelling(names) else { return standard }
    guard let value = try file.bool(name) else { throw file.invalid(name, "null", "true or false") }
    return value
  }

  mutating func activation(
    _ names: String..., default standard: ActivationFunction
  ) throws(CheckpointError) -> ActivationFunction {
    guard let name = try spelling(names) else { return standard }
    guard let value = try ActivationFunction(file, key: name) else {
      throw file.invalid(name, "null", "the name of an activation")
    }
    return value
  }

  /// A key that would change what the model computes has the one value that is supported, or is absent or null.
  func require(_ name: String, _ value: Bool, because reason: String = "") throws(CheckpointError) {
    guard let found = try file.bool(name), found != value else { return }
    throw file.invalid(name, "\(found)", "\(value)" + (reason.isEmpty ? "" : ": " + reason))
  }

  /// A key that would change what the model computes is absent or null.
  func requireAbsent(_ name: String, because reason: String) throws(CheckpointError) {
    guard let value = file.value(name) else { return }
    throw file.invalid(name, value.summary, "null: " + reason)
  }

  /// A number is one that divides another.
  func requireDivisor(
    _ name: String, _ value: Int, of other: String, _ total: Int
  ) throws(CheckpointError) {
    guard total % value == 0 else {
      throw file.invalid(name, "\(value)", "a divisor of '\(other)', which is \(total)")
    }
  }
}

extension ConfigurationFile {
  /// An object inside the file, whose keys are called `outer.inner` in messages and in look-ups; nil where absent.
  func section(_ key: String) throws(CheckpointError) -> ConfigurationFile? {
    guard let object = try object(key) else { return nil }
    let members = object.members.map { ("\(key).\($0.key)", $0.value) }
    return ConfigurationFile(path: path, name: name, root: .object(JSONObject(members)))
  }
}
