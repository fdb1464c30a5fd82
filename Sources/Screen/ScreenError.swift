/// A reason why a script or a name of a key cannot be read.
public enum ScreenError: Error, Equatable, Sendable {
  case unknownKey(name: String, offset: Int, closest: String?)
  case unterminatedKey(text: String, offset: Int)
  case invalidSize(text: String, offset: Int)
  case invalidPosition(text: String, offset: Int)
  case invalidColor(text: String, offset: Int)
  case controlCharacter(code: UInt32, offset: Int)
  case notOneKey(text: String)
  case unknownKeyName(text: String, closest: String?)
}

extension ScreenError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownKey(let name, let offset, let closest):
      "keys, character \(offset + 1): no key is called '<\(name)>'"
        + (closest.map { " (did you mean '<\($0)>'?)" } ?? "") + "; a literal '<' is written '<<'"
    case .unterminatedKey(let text, let offset):
      "keys, character \(offset + 1): '<\(text)' has no closing '>'; a literal '<' is written '<<'"
    case .invalidSize(let text, let offset):
      "keys, character \(offset + 1): '\(text)' is no size; write columns x rows, such as 80x24,"
        + " up to \(KeyNotation.largestSize)"
    case .invalidPosition(let text, let offset):
      "keys, character \(offset + 1): '\(text)' is no position; write column,row from 0, such as 10,4"
    case .invalidColor(let text, let offset):
      "keys, character \(offset + 1): '\(text)' is no colour; write #rrggbb, or none for a terminal that does not tell"
    case .controlCharacter(let code, let offset):
      "keys, character \(offset + 1): a raw control character (code \(code)); write it by name, such as <Esc>"
    case .notOneKey(let text):
      "'\(text)' does not name one key; write a character or a name such as <C-p>, <F3> or <S-Tab>"
    case .unknownKeyName(let text, let closest):
      "no key is called '\(text)'" + (closest.map { " (did you mean '\($0)'?)" } ?? "")
        + "; write a character or a name such as ctrl+p, alt+x, f2, shift+tab"
    }
  }
}
