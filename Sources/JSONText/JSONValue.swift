/// A JSON value, whose objects keep their members in order and their keys apart scalar by scalar.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// A number with a point or exponent, or one beyond `Int`; always finite where it was read.
  case real(Double)
  /// A number of single precision, to be written; none is ever read.
  case float(Float)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  public static func floats(_ values: [Float]) -> JSONValue { .array(values.map(JSONValue.float)) }

  /// The string, or null for nil.
  public static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

  /// The value of a number of any case.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .float(let value): Double(value)
    default: nil
    }
  }

  /// The value in a few words, fit for a message whatever it holds.
  public var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .float(let value): "\(value)"
    case .string(let value): Self.summary(of: value)
    case .array(let elements): "a list of \(elements.count)"
    case .object(let object): "an object of \(object.members.count)"
    }
  }

  /// In quotes, what cannot be printed as its number, and not too long.
  private static func summary(of text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(120) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return "'\(shown)\(text.unicodeScalars.count > 120 ? "…" : "")'"
  }
}

/// The members of a JSON object, in order.
///
/// A dictionary would take canonically equivalent keys for one: a vocabulary that has both `é` and `e` + U+0301
/// would lose a token.
public struct JSONObject: Sendable, ExpressibleByDictionaryLiteral {
  public struct Member: Sendable {
    public let key: String
    public let value: JSONValue
  }

  public private(set) var members: [Member] = []

  public init() {}

  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.members = members.map { Member(key: $0, value: $1) }
  }

  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }

  public mutating func append(_ key: String, _ value: JSONValue) {
    members.append(Member(key: key, value: value))
  }

  public static func += (left: inout JSONObject, right: JSONObject) { left.members += right.members }

  /// The value of the first member with exactly this key; a search of all members.
  public subscript(key: String) -> JSONValue? { values(of: key).first }

  /// The values of all members with exactly this key.
  public func values(of key: String) -> [JSONValue] {
    members.filter { $0.key.utf8.elementsEqual(key.utf8) }.map(\.value)
  }
}

/// The keys that an object was seen to have, kept apart scalar by scalar.
public struct JSONKeySet: Sendable {
  /// Up to so many keys, comparing is quicker than hashing.
  private static let listLimit = 16

  private var list: [String] = []
  private var table: Set<[UInt8]> = []

  public init() {}

  /// Adds a key; false where it is there already.
  mutating func insert(_ key: String) -> Bool {
    if !table.isEmpty { return table.insert(Array(key.utf8)).inserted }
    guard !list.contains(where: { $0.utf8.elementsEqual(key.utf8) }) else { return false }
    list.append(key)
    if list.count > Self.listLimit { table = Set(list.map { Array($0.utf8) }) }
    return true
  }
}
