public import Checkpoints

/// A reason why a model cannot be found or fetched.
public enum HubError: Error, Equatable, Sendable {
  case invalidName(String, reason: String)
  case invalidSetting(variable: String, value: String, expected: String)
  // Finding.
  case notFound(name: String)
  case ambiguous(name: String, candidates: [String])
  case incomplete(name: String, path: String, missing: String)
  // What the hub answers.
  case repositoryNotFound(id: String, host: String)
  case revisionNotFound(id: String, revision: String)
  /// A file that the list of files or another file of the model names.
  case fileNotFound(id: String, file: String)
  case notPermitted(id: String, host: String, hasToken: Bool)
  case invalidToken(host: String)
  case disabled(id: String, host: String)
  case rateLimited(host: String, seconds: Int?)
  case offline(name: String)
  case unavailable(host: String, reason: String)
  case unexpectedAnswer(url: String, reason: String)
  // What the model is.
  /// A model that cannot be run here whatever is fetched; `instead` is the nearest one that can.
  case cannotRun(id: String, reason: String, instead: String)
  case pickleOnly(id: String, file: String, converted: ConvertedWeights?)
  case noWeights(id: String, folder: String, others: [String])
  case unsupported(id: String, file: String, reason: String)
  case unsafeFileName(id: String, name: String, reason: String)
  case damagedDownload(file: String, property: String, expected: String, found: String)
  /// An adapter whose base model cannot be fetched.
  indirect case baseUnavailable(id: String, base: String, HubError)
  // This machine.
  case cannotWrite(path: String, reason: String)
  case diskFull(path: String, neededBytes: Int, freeBytes: Int)
  case busy(path: String)
  case cancelled
  // The package that stands in for the hub.
  case pythonMissing(debianPackages: String)
  case packageFailed(package: String, reason: String)
  case unusable(path: String, CheckpointError)

  /// What kind of failure it is; the executable has an exit code for each.
  public enum Kind: Sendable {
    case usage, badData, missing, unavailable, cannotWrite, tryLater, notPermitted, cancelled
  }

  public var kind: Kind {
    switch self {
    case .invalidName, .invalidSetting, .ambiguous: .usage
    case .notFound, .repositoryNotFound, .revisionNotFound, .fileNotFound, .incomplete: .missing
    case .notPermitted, .invalidToken: .notPermitted
    case .offline, .unavailable, .unexpectedAnswer, .disabled, .pythonMissing, .packageFailed: .unavailable
    case .cannotRun, .pickleOnly, .noWeights, .unsupported, .unsafeFileName, .damagedDownload: .badData
    case .baseUnavailable(_, _, let error): error.kind
    case .unusable(_, let error): error.isMissingInput ? .missing : .badData
    case .cannotWrite, .diskFull: .cannotWrite
    case .busy, .rateLimited: .tryLater
    case .cancelled: .cancelled
    }
  }
}
