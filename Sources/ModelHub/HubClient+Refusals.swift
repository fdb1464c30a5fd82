import Foundation

// What a hub's refusals mean.
extension HubClient {
  /// Turns an answer that is no success into an error; `file` is what was asked for, nil for anything else.
  func check(_ exchange: Exchange, url: URL, revision: String, file: String?) throws {
    let answer = exchange.answer
    guard !(200..<300).contains(answer.status) else { return }
    switch answer["X-Error-Code"] {
    case "RevisionNotFound": throw HubError.revisionNotFound(id: id, revision: revision)
    case "RepoNotFound": throw HubError.repositoryNotFound(id: id, host: host)
    case "GatedRepo": throw HubError.notPermitted(id: id, host: host, hasToken: exchange.hadToken)
    case "EntryNotFound": throw missing(file, url: url)
    default: break
    }
    if answer["X-Error-Message"] == "Access to this resource is disabled." {
      throw HubError.disabled(id: id, host: host)
    }
    switch answer.status {
    case 401 where exchange.hadToken: throw HubError.invalidToken(host: host)
    case 401, 403: throw HubError.notPermitted(id: id, host: host, hasToken: exchange.hadToken)
    case 404 where file != nil: throw missing(file, url: url)
    case 404, 410: throw HubError.repositoryNotFound(id: id, host: host)
    case 429:
      let seconds = Self.pauseSeconds(answer)
      throw BackOff.Retry(
        error: .rateLimited(host: exchange.host, seconds: seconds), afterSeconds: seconds)
    case 408, 500...599:
      throw BackOff.Retry(
        error: .unavailable(host: exchange.host, reason: "status \(answer.status)"),
        afterSeconds: Self.pauseSeconds(answer))
    default: throw HubError.unexpectedAnswer(url: url.absoluteString, reason: "status \(answer.status)")
    }
  }

  private func missing(_ file: String?, url: URL) -> HubError {
    guard let file else {
      return .unexpectedAnswer(url: url.absoluteString, reason: "what was asked for is not there")
    }
    return .fileNotFound(id: id, file: file)
  }

  /// How long the server asks to be left alone, in seconds: `Retry-After`, or the reset time of `RateLimit`
  /// (`"api";r=0;t=55`); nil where it does not say, or gives a date.
  static func pauseSeconds(_ answer: HTTPAnswer) -> Int? {
    func seconds(_ text: some StringProtocol) -> Int? {
      guard let value = Int(text.trimmingCharacters(in: .whitespaces)), value >= 0 else { return nil }
      return min(value, 1_000_000)
    }
    if let text = answer["Retry-After"], let value = seconds(text) { return value }
    let parts = (answer["RateLimit"] ?? "").split(separator: ";").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard parts.contains("r=0"), let reset = parts.first(where: { $0.hasPrefix("t=") }) else { return nil }
    return seconds(reset.dropFirst(2))
  }
}
