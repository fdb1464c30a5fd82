import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The head of an HTTP answer.
struct HTTPAnswer: Sendable {
  var status: Int
  /// By lower-case name.
  var headers: [String: String]

  subscript(_ name: String) -> String? { headers[name.lowercased()] }

  init(status: Int, headers: [String: String]) {
    self.status = status
    self.headers = headers
  }

  /// Nil for an answer that is not HTTP.
  init?(_ response: URLResponse) {
    guard let response = response as? HTTPURLResponse else { return nil }
    status = response.statusCode
    headers = [:]
    for (name, value) in response.allHeaderFields {
      if let name = name as? String, let value = value as? String { headers[name.lowercased()] = value }
    }
  }

  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }
}

/// Takes the body of a success as it comes; that of an error or redirect is not waited for.
protocol BodyReceiver: Sendable {
  /// Called once, before any data; throwing ends the exchange.
  func begin(_ answer: HTTPAnswer) throws
  func receive(_ data: Data) throws
}

/// HTTP exchanges, each of which can be cancelled.
///
/// Redirects are not followed: the caller decides where to go.
final class HTTPConnection: Sendable {
  private let session: URLSession
  private let exchanges: HTTPExchanges
  private let untilHead: @Sendable () async throws -> Void

  /// - Parameters:
  ///   - timeoutSeconds: how long nothing may come.
  ///   - pace: how slowly bodies may come.
  ///   - untilHead: waits for as long as the head of an answer may take, and the whole of a redirect, which some
  ///     systems report only when its body has come; by default three times the timeout.
  init(
    timeoutSeconds: Double, pace: Pace = Pace(), untilHead: (@Sendable () async throws -> Void)? = nil
  ) {
    self.untilHead = untilHead ?? { try await Task.sleep(for: .seconds(3 * timeoutSeconds)) }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = timeoutSeconds
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    exchanges = HTTPExchanges(pace: pace)
    session = URLSession(configuration: configuration, delegate: exchanges, delegateQueue: nil)
  }

  deinit { session.invalidateAndCancel() }

  /// Sends a request and hands the body to the receiver.
  ///
  /// - Throws: what the receiver throws, `URLError` where the exchange fails, `CancellationError`.
  func send(_ request: URLRequest, to receiver: any BodyReceiver) async throws -> HTTPAnswer {
    try Task.checkCancellation()
    let task = session.dataTask(with: request)
    let number = task.taskIdentifier
    let deadline = Task { [untilHead, exchanges] in
      try await untilHead()
      if exchanges.giveUpHead(number) { task.cancel() }
    }
    defer { deadline.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        exchanges.begin(number, HTTPExchanges.Exchange(receiver: receiver, continuation: continuation))
        task.resume()
        if Task.isCancelled {
          exchanges.finish(number, throwing: CancellationError())
          task.cancel()
        }
      }
    } onCancel: {
      exchanges.finish(number, throwing: CancellationError())
      task.cancel()
    }
  }
}

/// The exchanges under way, by task; the session's delegate.
private final class HTTPExchanges: NSObject, URLSessionDataDelegate {
  struct Exchange: Sendable {
    var receiver: any BodyReceiver
    var continuation: CheckedContinuation<HTTPAnswer, any Error>
    var answer: HTTPAnswer?
    var pace = Pace()
  }

  private let exchanges = Mutex<[Int: Exchange]>([:])
  private let pace: Pace

  init(pace: Pace) { self.pace = pace }

  func begin(_ number: Int, _ exchange: Exchange) {
    exchanges.withLock { $0[number] = exchange }
  }

  /// Ends an exchange whose answer has not begun; false for any other.
  func giveUpHead(_ number: Int) -> Bool {
    let isWaiting = exchanges.withLock { $0[number].map { $0.answer == nil } ?? false }
    if isWaiting { finish(number, throwing: URLError(.timedOut)) }
    return isWaiting
  }

  /// Ends an exchange; whatever comes later for it is dropped.
  func finish(_ number: Int, throwing error: (any Error)?) {
    let exchange = exchanges.withLock { $0.removeValue(forKey: number) }
    guard let exchange else { return }
    if let error { return exchange.continuation.resume(throwing: error) }
    guard let answer = exchange.answer else {
      return exchange.continuation.resume(throwing: URLError(.badServerResponse))
    }
    exchange.continuation.resume(returning: answer)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    begin(dataTask.taskIdentifier, response) { completionHandler($0 ? .allow : .cancel) }
  }

  /// Takes the head of an answer, and hands on whether its body is wanted.
  ///
  /// `decide` is not called for an exchange that was given up, and always before the exchange ends: the system ends
  /// the program over a decision that comes after the task was cancelled, by its user or with its session.
  private func begin(_ number: Int, _ response: URLResponse, decide: (Bool) -> Void) {
    let answer = HTTPAnswer(response)
    let receiver = exchanges.withLock { exchanges in
      exchanges[number]?.answer = answer
      exchanges[number]?.pace = pace.started()
      return exchanges[number]?.receiver
    }
    guard let receiver else { return }
    // The page that comes with an error or a redirect may be endless, and nobody reads it.
    var isWanted = answer.map { (200..<300).contains($0.status) } ?? false
    var failure: (any Error)?
    do {
      if isWanted, let answer { try receiver.begin(answer) }
    } catch {
      failure = error
      isWanted = false
    }
    let isOpen = exchanges.withLock { exchanges in
      guard exchanges[number] != nil else { return false }
      decide(isWanted)
      return true
    }
    if isOpen, !isWanted { finish(number, throwing: failure) }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let (receiver, isTooSlow) = exchanges.withLock { exchanges in
      let keepsPace = exchanges[dataTask.taskIdentifier]?.pace.keeps(with: data.count)
      return (exchanges[dataTask.taskIdentifier]?.receiver, keepsPace == false)
    }
    guard let receiver else { return dataTask.cancel() }
    do {
      try receiver.receive(data)
      if isTooSlow { throw URLError(.timedOut) }
    } catch {
      finish(dataTask.taskIdentifier, throwing: error)
      dataTask.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    // Some systems do not report the head of a redirect otherwise.
    begin(task.taskIdentifier, response) { _ in completionHandler(nil) }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    finish(task.taskIdentifier, throwing: error)
  }
}

/// How slowly a body may come: a server that sends a byte now and then holds nobody up for ever.
struct Pace: Sendable {
  var bytesPerSecond = 1024
  var windowSeconds = 60
  var now: @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
  private var start: ContinuousClock.Instant?
  private var byteCount = 0

  init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) { self.now = now }

  /// The same pace, measured from now on.
  func started() -> Pace {
    var copy = self
    copy.start = now()
    return copy
  }

  /// Counts bytes; false where the window just ended had too few of them.
  mutating func keeps(with count: Int) -> Bool {
    byteCount += count
    let now = now()
    guard let start, start.duration(to: now) >= .seconds(windowSeconds) else { return true }
    defer {
      self.start = now
      byteCount = 0
    }
    let seconds = Int(start.duration(to: now).components.seconds)
    return byteCount >= bytesPerSecond * seconds
  }
}

/// Keeps a body in memory, up to a limit.
final class BodyInMemory: BodyReceiver {
  private let limit: Int
  private let body = Mutex(Data())

  init(limit: Int) { self.limit = limit }

  var data: Data { body.withLock { $0 } }

  func begin(_ answer: HTTPAnswer) throws { body.withLock { $0 = Data() } }

  func receive(_ data: Data) throws {
    let count = body.withLock { body in
      if body.count <= limit { body.append(data) }
      return body.count
    }
    guard count <= limit else { throw URLError(.dataLengthExceedsMaximum) }
  }
}
