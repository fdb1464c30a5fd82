import ArgumentParser
import Foundation
import Screen

/// `--color`: how many colours the terminal has, or none.
enum ColorChoice: String, CaseIterable, ExpressibleByArgument {
  case auto
  case never
  case sixteen = "16"
  case twoFiftySix = "256"
  case direct

  /// The depth for text that goes to standard output.
  func depth(
    isTerminal: Bool, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ColorDepth {
    switch self {
    case .never: .none
    case .sixteen: .sixteen
    case .twoFiftySix: .twoFiftySix
    case .direct: .direct
    case .auto:
      if !isTerminal || !(environment["NO_COLOR"] ?? "").isEmpty {
        .none
      } else if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") {
        .direct
      } else if (environment["TERM"] ?? "").contains("256color") {
        .twoFiftySix
      } else {
        environment["TERM"].map { $0 == "dumb" || $0.isEmpty } ?? true ? .none : .sixteen
      }
    }
  }
}
