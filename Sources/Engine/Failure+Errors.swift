import Explorer
import ModelHub

extension Failure {
  /// An error's text; the part after the last semicolon is the next step.
  init(describing error: any Error) {
    let text = "\(error)"
    guard let semicolon = text.lastIndex(of: ";"), text[semicolon...].hasPrefix("; ") else {
      self.init(text)
      return
    }
    self.init(String(text[..<semicolon]), nextStep: String(text[semicolon...].dropFirst(2)))
  }

  /// Why a model is not in use; one that is not here whole but can be fetched is offered.
  init(loading name: String, failed error: any Error) {
    self.init(describing: error)
    switch error {
    case HubError.notFound, HubError.incomplete:
      guard ModelHub.canPull(name) else { return }
      pullable = name
      let offline = "without a network, copy a model's folder to this machine and give its path to --model"
      nextStep = (nextStep.map { $0 + "; " } ?? "") + offline
    default: break
    }
  }
}
