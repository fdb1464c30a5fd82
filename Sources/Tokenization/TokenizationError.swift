/// A reason why a tokenizer cannot be loaded.
///
/// Cases carry the file, the value found and what was expected; the text is written in `description`.
public enum TokenizationError: Error, Equatable, Sendable {
  /// The four kinds of part that a `tokenizer.json` names by type.
  public enum Part: String, Equatable, Sendable {
    case normalizer
    case preTokenizer = "pre-tokenizer"
    case model
    case postProcessor = "post-processor"
    case tokenizerClass = "tokenizer class"
  }

  /// The folder does not exist or is not a folder.
  case folderMissing(path: String)
  /// The folder has none of the files that a tokenizer can be read from.
  case fileMissing(folder: String, expected: [String])
  /// The file is there but cannot be read.
  case unreadable(file: String, reason: String)
  /// The file is larger than any tokenizer that the program reads.
  case fileTooLarge(file: String, byteCount: Int, limit: Int)
  /// The bytes are not valid UTF-8.
  case invalidUTF8(file: String, byteOffset: Int)
  /// The bytes are not JSON.
  case damagedJSON(file: String, line: Int, column: Int, problem: String)
  /// The bytes are not the binary message that they should be.
  case damagedMessage(file: String, byteOffset: Int, problem: String)
  /// A key that has no default is absent.
  case missingKey(file: String, key: String)
  /// A key has a value of the wrong kind or outside its range.
  case wrongValue(file: String, key: String, found: String, expected: String)
  /// A key is there twice with two values.
  case duplicateKey(file: String, key: String)
  /// The file says that it is of a version that this program does not know.
  case unsupportedVersion(file: String, found: String, supported: String)
  /// The file names a part that this program does not have.
  case unsupportedPart(file: String, part: Part, name: String, supported: [String])
  /// A regular expression is damaged, or has something that this program does not read.
  case unsupportedExpression(file: String, expression: String, problem: String)
  /// A token stands in the vocabulary twice.
  case duplicateToken(file: String, token: String)
  /// Two tokens claim the same id.
  case duplicateID(file: String, id: Int, first: String, second: String)
  /// An id is negative, or so high that the vocabulary would be nearly empty.
  case idOutOfRange(file: String, token: String, id: Int, limit: Int)
  /// An added token claims another id than the one it would get when the vocabulary is put together.
  case addedTokenMismatch(file: String, token: String, id: Int, expected: Int)
  /// A token that the tokenizer cannot work without is not in the vocabulary.
  case tokenAbsent(file: String, token: String, purpose: String)

  /// Whether the input is missing, as opposed to present and unusable.
  public var isMissingInput: Bool {
    switch self {
    case .folderMissing, .fileMissing: true
    default: false
    }
  }
}

extension TokenizationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .folderMissing(let path):
      "\(path): no such folder; give the folder that holds the model's tokenizer.json or vocab.txt"
    case .fileMissing(let folder, let expected):
      "\(folder): no tokenizer here; expected \(expected.joined(separator: " or "))"
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .fileTooLarge(let file, let byteCount, let limit):
      "\(file): \(byteCount) bytes, but a tokenizer file may have at most \(limit); is it the right file?"
    case .invalidUTF8(let file, let byteOffset):
      "\(file): byte \(byteOffset) is not valid UTF-8; fetch the file again"
    case .damagedJSON(let file, let line, let column, let problem):
      "\(file):\(line):\(column): \(problem); fetch the file again"
    case .damagedMessage(let file, let byteOffset, let problem):
      "\(file): byte \(byteOffset): \(problem); fetch the file again"
    case .missingKey(let file, let key):
      "\(file): key '\(key)' is missing"
    case .wrongValue(let file, let key, let found, let expected):
      "\(file): '\(key)' is \(found), expected \(expected)"
    case .duplicateKey(let file, let key):
      "\(file): key '\(key)' is there twice; remove one"
    case .unsupportedVersion(let file, let found, let supported):
      "\(file): version '\(found)' is not supported, expected '\(supported)'"
    case .unsupportedPart(let file, let part, let name, let supported):
      "\(file): \(part.rawValue) '\(name)' is not supported; supported: \(supported.joined(separator: ", "))"
    case .unsupportedExpression(let file, let expression, let problem):
      "\(file): the expression '\(expression)' cannot be used: \(problem)"
    case .duplicateToken(let file, let token):
      "\(file): token '\(token)' is in the vocabulary twice"
    case .duplicateID(let file, let id, let first, let second):
      "\(file): tokens '\(first)' and '\(second)' both have id \(id)"
    case .idOutOfRange(let file, let token, let id, let limit):
      "\(file): token '\(token)' has id \(id), expected 0 to \(limit) for a vocabulary of this size"
    case .addedTokenMismatch(let file, let token, let id, let expected):
      "\(file): added token '\(token)' has id \(id), but the vocabulary gives it \(expected)"
    case .tokenAbsent(let file, let token, let purpose):
      "\(file): token '\(token)' (\(purpose)) is not in the vocabulary"
    }
  }
}
