import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Tries again, after longer and longer pauses, what may succeed later.
struct BackOff: Sendable {
  /// An error that may go away.
  struct Retry: Error {
    var error: HubError
  }

  static let attempts = 5

  /// Waits so many milliseconds; tests pass one that does not.
  var pause: @Sendable (_ milliseconds: Int) async throws -> Void
  /// Names the address that is asked, for errors.
  var host: String
  /// How often a lock that another program holds is looked at, a fifth of a second apart: ten minutes.
  var lockAttempts = 3000

  /// Runs the body until it succeeds, fails for good, or has failed too often.
  ///
  /// - Throws: `HubError` or `CancellationError`.
  func run<Result: Sendable>(
    attempts: Int = BackOff.attempts, _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    var attempt = 1
    while true {
      do {
        return try await body()
      } catch {
        let retry = try retryable(error)
        guard attempt < attempts else { throw retry.error }
        try await pause(500 << (attempt - 1))
        attempt += 1
      }
    }
  }

  /// Takes a lock, waiting for another holder.
  ///
  /// - Throws: `busy` when it was never free, `CancellationError`.
  func lock(_ path: String) async throws -> FileLock {
    for _ in 0..<lockAttempts {
      if let lock = try FileLock.take(path) { return lock }
      try await pause(200)
    }
    throw HubError.busy(path: path)
  }

  /// What a failure amounts to when it may go away; one that does not is thrown.
  private func retryable(_ error: any Error) throws -> Retry {
    if let retry = error as? Retry { return retry }
    if let error = error as? URLError {
      if error.code == .cancelled { throw CancellationError() }
      return Retry(error: .unavailable(host: host, reason: Self.reason(error)))
    }
    throw error
  }

  private static func reason(_ error: URLError) -> String {
    switch error.code {
    case .timedOut: "no answer in time"
    case .cannotFindHost, .dnsLookupFailed: "its name cannot be resolved"
    case .cannotConnectToHost: "no connection"
    case .networkConnectionLost: "the connection was cut"
    case .notConnectedToInternet: "no network"
    default: error.localizedDescription
    }
  }
}
