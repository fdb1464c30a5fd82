/// A reason why a session cannot be played.
public enum SessionError: Error, Equatable, Sendable {
  case cannotRead(file: String, reason: String)
  case tooLarge(file: String, bytes: Int, limit: Int)
  case tooManyLines(file: String, limit: Int)
  case empty(file: String)
  /// A line that is not as it must be.
  case line(file: String, number: Int, found: String, expected: String)
}

extension SessionError {
  public var isMissingInput: Bool { if case .cannotRead = self { true } else { false } }
}

extension SessionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotRead(let file, let reason): "\(file): cannot be read: \(reason)"
    case .tooLarge(let file, let bytes, let limit):
      "\(file): has \(bytes) bytes, a session has at most \(limit); cut it into several"
    case .tooManyLines(let file, let limit):
      "\(file): has more than \(limit) lines, the most of a session; cut it into several"
    case .empty(let file):
      "\(file): is empty; expected a session as 'vecscope explore --record FILE' writes it"
    case .line(let file, let number, let found, let expected):
      "\(file): line \(number): expected \(expected), found \(found)"
    }
  }
}
