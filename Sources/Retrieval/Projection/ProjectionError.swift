/// A reason why vectors cannot be drawn as a map.
public enum ProjectionError: Error, Equatable, Sendable {
  /// A row holds NaN or an infinity.
  case notFinite(row: Int)
  /// An option of a layout lies outside of what has a meaning.
  case option(name: String, value: String, expected: String)
  /// The iteration for the principal components did not settle.
  case noConvergence(cycles: Int)
}

extension ProjectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite(let row):
      "vector \(row) holds NaN or an infinity and has no place on a map; leave its text out"
    case .option(let name, let value, let expected):
      "\(name) is \(value), but must be \(expected)"
    case .noConvergence(let cycles):
      "the principal components did not settle within \(cycles) cycles; draw fewer dimensions or texts"
    }
  }
}
