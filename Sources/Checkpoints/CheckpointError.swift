import JSONText

/// A reason why a model folder cannot be used.
///
/// Cases carry the file and the offending value; the text is written in one place.
public enum CheckpointError: Error, Equatable, Sendable {
  // The folder and its files.
  case folderNotFound(path: String)
  case notAFolder(path: String)
  case fileNotFound(file: String, purpose: String)
  case unreadable(file: String, reason: String)
  case fileTooLarge(file: String, size: Int, limit: Int)
  case unsafePath(file: String, path: String)
  case changedWhileOpen(file: String, expected: Int, found: Int)
  // What the configuration files say.
  case malformedJSON(file: String, line: Int, column: Int, reason: String)
  case invalidValue(file: String, key: String, found: String, expected: String)
  case unsupportedModelType(file: String, found: String, supported: [String])
  case remoteCode(file: String, what: String)
  case unsupportedModule(file: String, type: String, supported: [String])
  case unsupportedPipeline(file: String, reason: String)
  case notATextEmbedder(file: String, found: String)
  case cannotRun(model: String, reason: String, alternative: String)
  // Adapters.
  case baseModelMissing(file: String, model: String)
  case unusableAdapter(file: String, name: String, reason: String)
  // Weights.
  case pickleOnly(file: String)
  case unsupportedWeights(file: String)
  case damagedWeights(file: String, SafetensorsFault)
  case shardTensorMissing(index: String, shard: String, name: String)
  case tensorMissing(file: String, name: String, closest: String?)
  case shapeMismatch(file: String, name: String, expected: [Int], found: [Int])
  case unsupportedNumberType(file: String, name: String, found: String)
  case notFinite(file: String, name: String, position: Int, value: String)

  /// True where something is absent, as against damaged or unsupported.
  public var isMissingInput: Bool {
    switch self {
    case .folderNotFound, .notAFolder, .fileNotFound, .baseModelMissing: true
    default: false
    }
  }
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .folderNotFound(let path):
      "\(path): no such model folder; give a folder, a hub id such as org/name, or run 'vecscope models'"
    case .notAFolder(let path):
      "\(path): is a file, but a model is a folder with config.json and model.safetensors"
    case .fileNotFound(let file, let purpose):
      "\(file): no such file; \(purpose)"
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .fileTooLarge(let file, let size, let limit):
      "\(file): has \(size) bytes, but at most \(limit) are accepted for such a file"
    case .unsafePath(let file, let path):
      "\(file): path \(quoted(path)) leaves the model's folder; only relative paths below it are accepted"
    case .changedWhileOpen(let file, let expected, let found):
      "\(file): had \(expected) bytes when it was opened and has \(found) now; load the model again"
    case .malformedJSON(let file, let line, let column, let reason):
      "\(file), line \(line), column \(column): not valid JSON: \(reason); fetch the file again"
    case .invalidValue(let file, let key, let found, let expected):
      "\(file): \(quoted(key)) is \(found), expected \(expected)"
    default: weightsOrKindDescription
    }
  }

  private var weightsOrKindDescription: String {
    switch self {
    case .unsupportedModelType(let file, let found, let supported):
      "\(file): model type \(quoted(found)) is not supported; supported: \(supported.joined(separator: ", "))"
    case .remoteCode(let file, let what):
      "\(file): \(quoted(what)) needs code that comes with the model, which this program never runs; "
        + "choose a model without remote code"
    case .unsupportedModule(let file, let type, let supported):
      "\(file): module \(quoted(type)) is not supported"
        + (Module.refusal(ofClass: type).map { ": \($0)" } ?? "")
        + "; supported: \(supported.joined(separator: ", "))"
    case .unsupportedPipeline(let file, let reason):
      "\(file): \(reason)"
    case .notATextEmbedder(let file, let found):
      "\(file): the model is a \(quoted(found)), not a SentenceTransformer: it gives no text embeddings"
    case .cannotRun(let model, let reason, let alternative):
      "\(model): \(reason); use \(alternative)"
    case .baseModelMissing(let file, let model):
      "\(file): adapts \(quoted(model)), which is not on this machine"
        + (model.contains("/") && isBelowFolder(model) ? "; run 'vecscope pull \(model)'" : "")
    case .unusableAdapter(let file, let name, let reason):
      "\(file): tensor \(quoted(name)) \(reason)"
    case .pickleOnly(let file):
      "\(file): is a pickle, which can execute code, and there is no model.safetensors beside it; only "
        + "safetensors are loaded. Try a revision with converted weights (refs/pr/1, refs/pr/2, …) or convert "
        + "the model offline with save_pretrained(…, safe_serialization=True)"
    case .unsupportedWeights(let file):
      "\(file): weights of this format are not supported, and there is no model.safetensors beside them"
    case .damagedWeights(let file, let fault):
      "\(file): \(fault); fetch the file again"
    default: tensorDescription
    }
  }

  private var tensorDescription: String {
    switch self {
    case .shardTensorMissing(let index, let shard, let name):
      "\(index): tensor \(quoted(name)) is said to be in \(quoted(shard)), which does not have it"
    case .tensorMissing(let file, let name, let closest):
      "\(file): no tensor \(quoted(name))" + (closest.map { "; did you mean \(quoted($0))?" } ?? "")
    case .shapeMismatch(let file, let name, let expected, let found):
      "\(file): tensor \(quoted(name)) has shape \(found), but the configuration implies \(expected)"
    case .unsupportedNumberType(let file, let name, let found):
      "\(file): tensor \(quoted(name)) has numbers of type \(found); supported: "
        + NumberType.allCases.filter(\.isWidened).map(\.rawValue).joined(separator: ", ")
    case .notFinite(let file, let name, let position, let value):
      "\(file): tensor \(quoted(name)) has the value \(value) at position \(position); weights must be finite"
    default: "unusable model"
    }
  }
}

/// A way in which a safetensors file breaks its format.
public enum SafetensorsFault: Error, Equatable, Sendable {
  case tooShort(size: Int)
  case headerTooLong(length: UInt64, limit: Int)
  case headerBeyondFile(length: Int, size: Int)
  case headerStart(byte: UInt8?)
  case headerNotUTF8(offset: Int)
  case headerSyntax(offset: Int, reason: String)
  case duplicateKey(String)
  case metadataNotStrings(key: String)
  case tensorIncomplete(name: String, missing: String)
  case unknownNumberType(name: String, found: String)
  case tooManyDimensions(name: String, count: Int, limit: Int)
  case sizeOverflows(name: String, shape: [Int])
  case offsetsReversed(name: String, begin: Int, end: Int)
  case partialByte(name: String, bits: Int)
  case sizeMismatch(name: String, expected: Int, found: Int)
  case hole(name: String, expectedBegin: Int, begin: Int)
  case overlap(name: String, expectedBegin: Int, begin: Int)
  case dataLength(expected: Int, found: Int)
}

extension SafetensorsFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort(let size): "has \(size) bytes; a safetensors file has at least 8"
    case .headerTooLong(let length, let limit):
      "says that its header has \(length) bytes, but at most \(limit) are accepted"
    case .headerBeyondFile(let length, let size):
      "says that its header has \(length) bytes, but the whole file has \(size)"
    case .headerStart(let byte):
      "its header starts with \(byte.map { "byte \($0)" } ?? "nothing"), expected '{'"
    case .headerNotUTF8(let offset): "its header is not UTF-8 (byte \(offset))"
    case .headerSyntax(let offset, let reason): "its header is damaged at byte \(offset): \(reason)"
    case .duplicateKey(let key): "its header has the key \(quoted(key)) twice"
    case .metadataNotStrings(let key): "its metadata has \(quoted(key)), which is not a string"
    default: tensorDescription
    }
  }

  private var tensorDescription: String {
    switch self {
    case .tensorIncomplete(let name, let missing): "tensor \(quoted(name)) has no '\(missing)'"
    case .unknownNumberType(let name, let found):
      "tensor \(quoted(name)) has the unknown number type \(quoted(found))"
    case .tooManyDimensions(let name, let count, let limit):
      "tensor \(quoted(name)) has \(count) dimensions, but at most \(limit) are accepted"
    case .sizeOverflows(let name, let shape): "tensor \(quoted(name)) has the impossible shape \(shape)"
    case .offsetsReversed(let name, let begin, let end):
      "tensor \(quoted(name)) ends (\(end)) before it begins (\(begin))"
    case .partialByte(let name, let bits): "tensor \(quoted(name)) has \(bits) bits, which are no whole bytes"
    case .sizeMismatch(let name, let expected, let found):
      "tensor \(quoted(name)) takes \(found) bytes, but its shape and number type need \(expected)"
    case .hole(let name, let expectedBegin, let begin):
      "tensor \(quoted(name)) begins at \(begin), which leaves a hole after \(expectedBegin)"
    case .overlap(let name, let expectedBegin, let begin):
      "tensor \(quoted(name)) begins at \(begin), inside the one that ends at \(expectedBegin)"
    case .dataLength(let expected, let found):
      "its tensors take \(expected) bytes, but \(found) follow the header"
    default: "is damaged"
    }
  }
}

/// Text from a file, made fit for a message: in quotes, control characters escaped, not too long.
func quoted(_ text: String) -> String {
  JSONValue.string(text).summary
}
