import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Tries again, after longer and longer pauses, what may succeed later.
struct BackOff: Sendable {
  /// An error that may go away.
  struct Retry: Error {
    var error: HubError
    /// How long the server asks to be left alone.
    var afterSeconds: Int?
  }

  static let attempts = 5
  /// A server that asks for a longer pause than this is not waited for.
  static let longestPauseSeconds = 60

  /// Waits so many milliseconds; tests pass one that does not.
  var pause: @Sendable (_ milliseconds: Int) async throws -> Void
  /// Names the address that is asked, for errors.
  var host: String
  /// How often a lock that another program holds is looked at, a fifth of a second apart: ten minutes.
  var lockAttempts = 3000
  /// An attempt that brings so many bytes counts as the first again.
  var progressBytes = 1 << 20

  /// Runs the body until it succeeds, fails for good, or has failed `attempts` times in a row.
  ///
  /// `progress` says how many bytes there are: an attempt that brought `progressBytes` starts the count again.
  ///
  /// - Throws: `HubError` or `CancellationError`.
  func run<Result: Sendable>(
    attempts: Int = BackOff.attempts, progress: @Sendable () -> Int = { 0 },
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    var attempt = 1
    var mark = progress()
    while true {
      do {
        return try await body()
      } catch {
        let retry = try retryable(error)
        let reached = progress()
        if reached - mark >= progressBytes { attempt = 1 }
        mark = reached
        let asked = retry.afterSeconds ?? 0
        guard attempt < attempts, asked <= Self.longestPauseSeconds else { throw retry.error }
        try await pause(max(500 << (attempt - 1), asked * 1000))
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
    if let error = error as? URLError { return try Self.retry(error, host: host) }
    throw error
  }

  /// What a failed exchange with a host amounts to.
  ///
  /// - Throws: `CancellationError`.
  static func retry(_ error: URLError, host: String) throws -> Retry {
    if error.code == .cancelled { throw CancellationError() }
    return Retry(error: .unavailable(host: host, reason: reason(error)))
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
