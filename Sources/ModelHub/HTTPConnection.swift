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

  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }
}

/// Takes the body of an answer as it comes.
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

  init(timeoutSeconds: Double) {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = timeoutSeconds
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    exchanges = HTTPExchanges()
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
  }

  private let exchanges = Mutex<[Int: Exchange]>([:])

  func begin(_ number: Int, _ exchange: Exchange) {
    exchanges.withLock { $0[number] = exchange }
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
    completionHandler(begin(dataTask.taskIdentifier, response) ? .allow : .cancel)
  }

  private func begin(_ number: Int, _ response: URLResponse) -> Bool {
    guard let response = response as? HTTPURLResponse else { return false }
    var headers: [String: String] = [:]
    for (name, value) in response.allHeaderFields {
      if let name = name as? String, let value = value as? String { headers[name.lowercased()] = value }
    }
    let answer = HTTPAnswer(status: response.statusCode, headers: headers)
    let receiver = exchanges.withLock { exchanges in
      exchanges[number]?.answer = answer
      return exchanges[number]?.receiver
    }
    guard let receiver else { return false }
    do {
      try receiver.begin(answer)
      return true
    } catch {
      finish(number, throwing: error)
      return false
    }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let receiver = exchanges.withLock { $0[dataTask.taskIdentifier]?.receiver }
    guard let receiver else { return dataTask.cancel() }
    do {
      try receiver.receive(data)
    } catch {
      finish(dataTask.taskIdentifier, throwing: error)
      dataTask.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    // The body of a redirect is of no use, and some systems do not report its head otherwise.
    _ = begin(task.taskIdentifier, response)
    finish(task.taskIdentifier, throwing: nil)
    completionHandler(nil)
    task.cancel()
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    finish(task.taskIdentifier, throwing: error)
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
