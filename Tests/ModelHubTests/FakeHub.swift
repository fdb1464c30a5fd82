import FlyingFox
import FlyingSocks
import Foundation
import Synchronization
import TestSupport

@testable import ModelHub

/// A hub on the loopback address, with the faults that a test orders.
final class FakeHub: Sendable {
  /// What goes wrong at one request for a file's content; the next request is answered rightly again.
  enum Fault: Sendable {
    case cut(after: Int)
    case hang(after: Int)
    case status(Int)
    case content([UInt8])
    case ignoresRange
  }

  struct Request: Equatable, Sendable {
    var method: String
    var path: String
    var authorization: String?
    var range: String?
  }

  static let commit = String(repeating: "c0ffee00", count: 5)
  static let id = "org/tiny"

  let files: [String: [UInt8]]
  private let etags: [String: String]
  private let state = Mutex(State())

  private struct State: Sendable {
    var requests: [Request] = []
    var faults: [String: [Fault]] = [:]
    /// Answers every request.
    var answer: (status: Int, code: String?)?
    var listing: String?
    var contentHost: String?
    var port = 0
  }

  /// A repository of the given files; weights have a SHA-256 as their hash, the others git's SHA-1.
  init(files: [String: [UInt8]] = TinyModel().files) throws {
    self.files = files
    let folder = try TemporaryFolder()
    var etags: [String: String] = [:]
    for (name, bytes) in files {
      let length = name.hasSuffix(".safetensors") ? 64 : 40
      let path = try folder.write(bytes, to: "content")
      etags[name] = try BlobDownload.contentHash(path, like: String(repeating: "0", count: length))
    }
    self.etags = etags
  }

  var endpoint: String { "http://127.0.0.1:\(state.withLock { $0.port })" }
  var requests: [Request] { state.withLock { $0.requests } }
  func etag(_ name: String) -> String { etags[name] ?? "" }

  /// The requests for the content of a file.
  func fetches(of name: String) -> [Request] {
    requests.filter { $0.method == "GET" && $0.path.hasSuffix("/" + name) }
  }

  func order(_ faults: [Fault], for name: String) { state.withLock { $0.faults[name] = faults } }
  func answerAlways(_ status: Int, code: String? = nil) { state.withLock { $0.answer = (status, code) } }
  func list(_ text: String) { state.withLock { $0.listing = text } }
  /// Sends those who ask for the content of weights to another host.
  func redirectContent(to host: String) { state.withLock { $0.contentHost = host } }

  /// Runs the hub for as long as the body runs.
  @discardableResult
  func run<Result>(_ body: () async throws -> Result) async throws -> Result {
    let server = try HTTPServer(
      address: .inet(ip4: "127.0.0.1", port: 0), logger: .disabled, handler: Handler(hub: self))
    let running = Task { try await server.run() }
    defer { running.cancel() }
    try await server.waitUntilListening(timeout: 120)
    if case .ip4(_, let port)? = await server.listeningAddress { state.withLock { $0.port = Int(port) } }
    return try await body()
  }

  private struct Handler: HTTPHandler {
    let hub: FakeHub

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse { hub.respond(to: request) }
  }

  private func respond(to request: HTTPRequest) -> HTTPResponse {
    let path = request.target.rawValue
    let seen = Request(
      method: request.method.rawValue, path: path, authorization: request.headers[.authorization],
      range: request.headers[.range])
    let (answer, listing, contentHost) = state.withLock { state in
      state.requests.append(seen)
      return (state.answer, state.listing, state.contentHost)
    }
    if let answer { return error(answer.status, answer.code) }
    if path.hasPrefix("/api/models/\(Self.id)/revision/") { return .text(listing ?? self.listing) }
    let prefix = "/\(Self.id)/resolve/\(Self.commit)/"
    guard path.hasPrefix(prefix), let bytes = files[String(path.dropFirst(prefix.count))] else {
      return error(404, path.hasPrefix(prefix) ? "EntryNotFound" : "RepoNotFound")
    }
    let name = String(path.dropFirst(prefix.count))
    let isLarge = name.hasSuffix(".safetensors")
    if isLarge, let contentHost {
      return HTTPResponse(
        statusCode: .found,
        headers: HTTPHeaders([
          .location: contentHost + path, HTTPHeader("X-Linked-Etag"): "\"\(etag(name))\"",
          HTTPHeader("X-Linked-Size"): "\(bytes.count)", HTTPHeader("X-Repo-Commit"): Self.commit,
        ]))
    }
    guard seen.method == "GET" else {
      return HTTPResponse(
        statusCode: .ok,
        headers: HTTPHeaders([.eTag: "W/\"\(etag(name))\"", .contentLength: "\(bytes.count)"]))
    }
    return content(of: name, bytes, range: seen.range)
  }

  private var listing: String {
    let siblings = files.keys.sorted().map { #"{"rfilename": "\#($0)"}"# }.joined(separator: ",")
    return #"{"sha": "\#(Self.commit)", "siblings": [\#(siblings)]}"#
  }

  private func error(_ status: Int, _ code: String?) -> HTTPResponse {
    HTTPResponse(
      statusCode: HTTPStatusCode(status, phrase: "Ordered"),
      headers: HTTPHeaders(code.map { [HTTPHeader("X-Error-Code"): $0] } ?? [:]), body: Data("a page".utf8))
  }

  private func content(of name: String, _ bytes: [UInt8], range: String?) -> HTTPResponse {
    let fault = state.withLock { state -> Fault? in
      guard let first = state.faults[name]?.first else { return nil }
      state.faults[name]?.removeFirst()
      return first
    }
    var start = 0
    if let range, let offset = Int(range.dropFirst("bytes=".count).dropLast()) { start = offset }
    switch fault {
    case .status(let status): return error(status, nil)
    case .content(let other): return HTTPResponse(statusCode: .ok, body: Data(other))
    case .ignoresRange: start = 0
    case .cut, .hang, nil: break
    }
    guard start < bytes.count || bytes.isEmpty else { return error(416, nil) }
    let part = Array(bytes[start...])
    var headers: HTTPHeaders = [.contentLength: "\(part.count)"]
    if start > 0 { headers[.contentRange] = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)" }
    let body: HTTPBodySequence
    switch fault {
    case .cut(let count): body = .init(from: BrokenBody(part.prefix(count), hangs: false), count: part.count)
    case .hang(let count): body = .init(from: BrokenBody(part.prefix(count), hangs: true), count: part.count)
    default: body = .init(data: Data(part))
    }
    return HTTPResponse(statusCode: start > 0 ? .partialContent : .ok, headers: headers, body: body)
  }
}

extension HTTPResponse {
  fileprivate static func text(_ text: String) -> HTTPResponse {
    HTTPResponse(statusCode: .ok, body: Data(text.utf8))
  }
}

/// A body that stops before its end: the connection is cut, or nothing more comes.
private struct BrokenBody: AsyncBufferedSequence {
  typealias Element = UInt8

  struct Cut: Error {}

  struct AsyncIterator: AsyncBufferedIteratorProtocol {
    var bytes: ArraySlice<UInt8>
    let hangs: Bool

    mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

    mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
      let part = bytes.prefix(count)
      bytes = bytes.dropFirst(count)
      if !part.isEmpty { return part }
      if hangs {
        let never = AsyncStream<Void>.makeStream()
        for await _ in never.stream {}  // Until the server stops.
        withExtendedLifetime(never.continuation) {}
      }
      throw Cut()
    }
  }

  let bytes: ArraySlice<UInt8>
  let hangs: Bool

  init(_ bytes: ArraySlice<UInt8>, hangs: Bool) {
    self.bytes = bytes
    self.hangs = hangs
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: bytes, hangs: hangs) }
}
