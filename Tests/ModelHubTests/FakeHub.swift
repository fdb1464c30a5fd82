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
    /// More bytes than were announced, without end.
    case endless
    case ignoresRange
    case wrongRange
  }

  /// What stands in a repository at a revision.
  struct Revision: Sendable {
    var commit: String
    var files: [String: [UInt8]]
    /// Weights have a SHA-256 as their hash, the others git's SHA-1.
    var etags: [String: String] = [:]
  }

  /// An answer to every request whose path contains `part`.
  struct Refusal: Sendable {
    var part = ""
    var status: Int
    var headers: [String: String] = [:]
    /// Whether the page that comes with it has no end.
    var isEndless = false
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

  private let state = Mutex(State())

  private struct State: Sendable {
    /// By id, then by revision.
    var repositories: [String: [String: Revision]] = [:]
    var requests: [Request] = []
    var faults: [String: [Fault]] = [:]
    var refusals: [Refusal] = []
    var listing: String?
    var pullRequests: String?
    /// Where those are sent who ask for content, by prefix of the path.
    var redirects: [(part: String, location: String)] = []
    var silent = false
    var port = 0
  }

  /// A repository of the given files, the same at every revision.
  init(files: [String: [UInt8]] = TinyModel().files) throws {
    self.files = files
    try add(files)
  }

  /// Adds a repository, or a revision of one; the revision `*` is every one that is not given.
  func add(
    _ files: [String: [UInt8]], id: String = FakeHub.id, revision: String = "*",
    commit: String = FakeHub.commit
  ) throws {
    let folder = try TemporaryFolder()
    var added = Revision(commit: commit, files: files)
    for (name, bytes) in files {
      let length = name.hasSuffix(".safetensors") ? 64 : 40
      let path = try folder.write(bytes, to: "content")
      added.etags[name] = try ContentHash.of(path, like: String(repeating: "0", count: length))
    }
    state.withLock { $0.repositories[id, default: [:]][revision] = added }
  }

  /// Has the repository at the revisions alone that were added.
  func forget(_ revision: String) { state.withLock { $0.repositories[Self.id]?[revision] = nil } }

  var endpoint: String { "http://127.0.0.1:\(state.withLock { $0.port })" }
  var requests: [Request] { state.withLock { $0.requests } }
  func etag(_ name: String) -> String {
    state.withLock { $0.repositories[Self.id]?["*"]?.etags[name] ?? "" }
  }

  /// The requests for the content of a file.
  func fetches(of name: String) -> [Request] {
    requests.filter { $0.method == "GET" && $0.path.hasSuffix("/" + name) }
  }

  func order(_ faults: [Fault], for name: String) { state.withLock { $0.faults[name] = faults } }
  func refuse(_ refusal: Refusal) { state.withLock { $0.refusals.append(refusal) } }
  func answerAlways(_ status: Int, code: String? = nil) {
    refuse(Refusal(status: status, headers: code.map { ["X-Error-Code": $0] } ?? [:]))
  }
  func list(_ text: String) { state.withLock { $0.listing = text } }
  func listPullRequests(_ text: String) { state.withLock { $0.pullRequests = text } }
  /// Sends those who ask for the content of weights to another host.
  func redirectContent(to host: String) {
    state.withLock { $0.redirects.append((".safetensors", host)) }
  }
  /// Sends those whose path contains `part` to a fixed address.
  func redirect(_ part: String, to location: String) {
    state.withLock { $0.redirects.append((part, location)) }
  }
  /// Takes requests and never answers.
  func fallSilent() { state.withLock { $0.silent = true } }

  /// Returns when somebody has asked for something.
  func waitForRequest() async throws {
    while requests.isEmpty {
      try Task.checkCancellation()
      await Task.yield()
    }
  }

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

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
      let response = hub.respond(to: request)
      if hub.state.withLock({ $0.silent }) { await never() }
      return response
    }
  }

  private func respond(to request: HTTPRequest) -> HTTPResponse {
    let path = request.target.rawValue
    let seen = Request(
      method: request.method.rawValue, path: path, authorization: request.headers[.authorization],
      range: request.headers[.range])
    let state = state.withLock { state in
      state.requests.append(seen)
      return state
    }
    if let refusal = state.refusals.first(where: { $0.part.isEmpty || path.contains($0.part) }) {
      return error(refusal.status, refusal.headers, isEndless: refusal.isEndless)
    }
    for (id, revisions) in state.repositories {
      if path.hasPrefix("/api/models/\(id)/discussions?") {
        return state.pullRequests.map { .text($0) } ?? error(403)
      }
      if path.hasPrefix("/api/models/\(id)/revision/") {
        let name = path.dropFirst("/api/models/\(id)/revision/".count).removingPercentEncoding ?? ""
        guard let revision = revisions[name] ?? revisions["*"] else {
          return error(404, ["X-Error-Code": "RevisionNotFound"])
        }
        return .text(state.listing ?? Self.listing(revision))
      }
      for revision in revisions.values where path.hasPrefix("/\(id)/resolve/\(revision.commit)/") {
        return file(
          String(path.dropFirst("/\(id)/resolve/\(revision.commit)/".count)), revision, seen, state.redirects)
      }
    }
    return error(404, ["X-Error-Code": "RepoNotFound"])
  }

  private func file(
    _ quoted: String, _ revision: Revision, _ seen: Request, _ redirects: [(part: String, location: String)]
  ) -> HTTPResponse {
    let name = quoted.removingPercentEncoding ?? quoted
    guard let bytes = revision.files[name], let etag = revision.etags[name] else {
      return error(404, ["X-Error-Code": "EntryNotFound"])
    }
    if let redirect = redirects.first(where: { seen.path.contains($0.part) }) {
      let isAddress = redirect.location.hasPrefix("http://127") && redirect.part == ".safetensors"
      return HTTPResponse(
        statusCode: .found,
        headers: HTTPHeaders([
          .location: redirect.location + (isAddress ? seen.path : ""),
          HTTPHeader("X-Linked-Etag"): "\"\(etag)\"", HTTPHeader("X-Linked-Size"): "\(bytes.count)",
          HTTPHeader("X-Repo-Commit"): revision.commit,
        ]))
    }
    guard seen.method == "GET" else {
      return HTTPResponse(
        statusCode: .ok,
        headers: HTTPHeaders([
          .eTag: "W/\"\(etag)\"", .contentLength: "\(bytes.count)",
          HTTPHeader("X-Repo-Commit"): revision.commit,
        ]))
    }
    return content(of: name, bytes, range: seen.range)
  }

  private static func listing(_ revision: Revision) -> String {
    let siblings = revision.files.keys.sorted().map { #"{"rfilename": "\#($0)"}"# }.joined(separator: ",")
    return #"{"sha": "\#(revision.commit)", "siblings": [\#(siblings)]}"#
  }

  private func error(
    _ status: Int, _ headers: [String: String] = [:], isEndless: Bool = false
  ) -> HTTPResponse {
    var all = HTTPHeaders()
    for (name, value) in headers { all[HTTPHeader(name)] = value }
    let page: HTTPBodySequence = isEndless ? .init(from: EndlessBody()) : .init(data: Data("a page".utf8))
    return HTTPResponse(statusCode: HTTPStatusCode(status, phrase: "Ordered"), headers: all, body: page)
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
    case .status(let status): return error(status)
    case .content(let other): return HTTPResponse(statusCode: .ok, body: Data(other))
    case .endless:
      return HTTPResponse(statusCode: .ok, headers: HTTPHeaders(), body: .init(from: EndlessBody()))
    case .ignoresRange: start = 0
    case .cut, .hang, .wrongRange, nil: break
    }
    guard start < bytes.count || bytes.isEmpty else { return error(416) }
    let part = Array(bytes[start...])
    var headers: HTTPHeaders = [.contentLength: "\(part.count)"]
    if start > 0 {
      let shift = if case .wrongRange = fault { 1 } else { 0 }
      headers[.contentRange] = "bytes \(start - shift)-\(bytes.count - 1)/\(bytes.count)"
    }
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

/// Until the server stops.
private func never() async {
  let never = AsyncStream<Void>.makeStream()
  for await _ in never.stream {}
  withExtendedLifetime(never.continuation) {}
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
      if hangs { await never() }
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

/// A body without end.
private struct EndlessBody: AsyncBufferedSequence {
  typealias Element = UInt8

  struct AsyncIterator: AsyncBufferedIteratorProtocol {
    mutating func next() async throws -> UInt8? { 7 }
    mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
      ArraySlice(repeating: 7, count: 4096)
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
