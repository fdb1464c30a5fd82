/// Where a fact about a model comes from.
public enum Source: String, CaseIterable, Codable, Hashable, Sendable {
  /// A file of the model says so.
  case declared
  /// The built-in table of known models says so.
  case table
  /// Nothing says so: the documented default of the reference library is used.
  case assumed
  /// The user chose it.
  case overridden
}

/// A value together with where it comes from.
public struct Sourced<Value> {
  public var value: Value
  public var source: Source
  /// The file that says so, relative to the model's folder.
  public var file: String?
  /// The key inside `file`.
  public var key: String?

  public init(_ value: Value, _ source: Source, file: String? = nil, key: String? = nil) {
    self.value = value
    self.source = source
    self.file = file
    self.key = key
  }

  /// The user's choice where there is one, else this fact.
  public func overridden(by choice: Value?) -> Sourced {
    guard let choice else { return self }
    return Sourced(choice, .overridden)
  }
}

extension Sourced: Equatable where Value: Equatable {}
extension Sourced: Hashable where Value: Hashable {}
extension Sourced: Sendable where Value: Sendable {}
extension Sourced: Codable where Value: Codable {}
