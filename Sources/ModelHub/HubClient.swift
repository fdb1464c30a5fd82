import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Asks a hub which files a model has, and fetches them.
///
/// The token goes to the hub's own address only, never to a host that it redirects to.
final class HubClient: Sendable {
  /// What a revision of a repository holds.
  struct Listing: Equatable, Sendable {
    var commit: String
    var files: [String]
  }

  /// What the hub says of a file before it is fetched.
  struct RemoteFile: Equatable, Sendable {
    var name: String
    /// The content's hash: SHA-256 (64 digits) or git's SHA-1 (40 digits); the blob's name in the cache.
    var etag: String
    var byteCount: Int
  }

  static let listingLimit = 32 << 20
  static let fileLimit = 10_000

  private let settings: HubSettings
  private let connection: HTTPConnection
  private let backOff: BackOff
  let id: String

  init(id: String, settings: HubSettings, backOff: BackOff) {
    self.id = id
    self.settings = settings
    self.backOff = backOff
    connection = HTTPConnection(timeoutSeconds: settings.timeoutSeconds)
  }

  var host: String { settings.endpoint.absoluteString }

  /// The files of a revision; an address that does not answer is asked so many times.
  func listing(revision: String, attempts: Int) async throws -> Listing {
    struct Answer: Decodable {
      struct Sibling: Decodable { var rfilename: String }
      var sha: String
      var siblings: [Sibling]?
    }
    let url = try url("/api/models/\(id)/revision/\(Self.quoted(revision, allowing: ""))")
    let data = try await backOff.run(attempts: attempts) { [self] in
      let body = BodyInMemory(limit: Self.listingLimit)
      let answer = try await exchange("GET", url, receiver: body, follows: .everywhere).answer
      try check(answer, url: url, revision: revision)
      return body.data
    }
    let answer: Answer
    do {
      answer = try JSONDecoder().decode(Answer.self, from: data)
    } catch {
      throw HubError.unexpectedAnswer(url: url.absoluteString, reason: "not a list of files")
    }
    let files = (answer.siblings ?? []).map(\.rfilename)
    guard ModelReference.isCommit(answer.sha), files.count <= Self.fileLimit else {
      throw HubError.unexpectedAnswer(url: url.absoluteString, reason: "not a list of files at a commit")
    }
    for name in files where !Self.isSafe(name) { throw HubError.unsafeFileName(id: id, name: name) }
    return Listing(commit: answer.sha, files: files)
  }

  /// A file's hash and size.
  func remoteFile(_ name: String, commit: String) async throws -> RemoteFile {
    let url = try resolveURL(name, commit: commit)
    let answer = try await backOff.run { [self] in
      let answer = try await exchange("HEAD", url, receiver: BodyInMemory(limit: 0), follows: .sameHost)
        .answer
      if !answer.isRedirect { try check(answer, url: url, revision: commit) }
      return answer
    }
    let quotes = CharacterSet(charactersIn: "\"")
    var etag = answer["X-Linked-Etag"] ?? answer["ETag"] ?? ""
    if etag.hasPrefix("W/") { etag.removeFirst(2) }
    etag = etag.trimmingCharacters(in: quotes)
    let size = answer["X-Linked-Size"] ?? (answer.isRedirect ? nil : answer["Content-Length"])
    guard let byteCount = size.flatMap({ Int($0) }), byteCount >= 0 else {
      throw HubError.unexpectedAnswer(url: url.absoluteString, reason: "it does not say the file's size")
    }
    let isName = etag.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x2D
    }
    guard !etag.isEmpty, etag.utf8.count <= 128, isName else {
      throw HubError.unexpectedAnswer(url: url.absoluteString, reason: "it does not say the file's hash")
    }
    return RemoteFile(name: name, etag: etag, byteCount: byteCount)
  }

  /// Fetches a file from `offset` on, into the receiver; the receiver judges the status.
  func fetch(
    _ file: RemoteFile, commit: String, from offset: Int, into receiver: any BodyReceiver
  ) async throws -> HTTPAnswer {
    let url = try resolveURL(file.name, commit: commit)
    let range = offset > 0 ? ["Range": "bytes=\(offset)-"] : [:]
    let (answer, _) = try await exchange("GET", url, headers: range, receiver: receiver, follows: .everywhere)
    if answer.status != 416 { try check(answer, url: url, revision: commit) }
    return answer
  }

  // One exchange.

  enum Following { case sameHost, everywhere }

  private func exchange(
    _ method: String, _ start: URL, headers: [String: String] = [:], receiver: any BodyReceiver,
    follows: Following
  ) async throws -> (answer: HTTPAnswer, url: URL) {
    var url = start
    for _ in 0..<10 {
      var request = URLRequest(url: url, timeoutInterval: settings.timeoutSeconds)
      request.httpMethod = method
      request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
      request.setValue("vecscope", forHTTPHeaderField: "User-Agent")
      for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
      if Self.isSameHost(url, settings.endpoint), let token = settings.token.read() {
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
      }
      let answer = try await connection.send(request, to: SuccessOnly(receiver))
      guard answer.isRedirect, let next = Self.target(of: answer, at: url) else { return (answer, url) }
      if follows == .sameHost && !Self.isSameHost(next, url) { return (answer, url) }
      guard next.scheme == "https" || url.scheme == "http" else {
        throw HubError.unexpectedAnswer(url: start.absoluteString, reason: "a redirect away from https")
      }
      url = next
    }
    throw HubError.unexpectedAnswer(url: start.absoluteString, reason: "more than 10 redirects")
  }

  private static func target(of answer: HTTPAnswer, at url: URL) -> URL? {
    guard let location = answer["Location"], let next = URL(string: location, relativeTo: url)?.absoluteURL,
      ["http", "https"].contains(next.scheme ?? ""), next.host != nil
    else { return nil }
    return next
  }

  static func isSameHost(_ a: URL, _ b: URL) -> Bool {
    func port(_ url: URL) -> Int { url.port ?? (url.scheme == "https" ? 443 : 80) }
    return a.scheme == b.scheme && a.host?.lowercased() == b.host?.lowercased() && port(a) == port(b)
  }

  /// Turns an answer that is no success into an error.
  private func check(_ answer: HTTPAnswer, url: URL, revision: String) throws {
    switch (answer.status, answer["X-Error-Code"]) {
    case (200..<300, _): return
    case (_, "RevisionNotFound"): throw HubError.revisionNotFound(id: id, revision: revision)
    case (_, "RepoNotFound"): throw HubError.repositoryNotFound(id: id, host: host)
    case (401, _), (403, _): throw HubError.notPermitted(id: id, host: host)
    case (404, "EntryNotFound"):
      throw HubError.unexpectedAnswer(url: url.absoluteString, reason: "the file is listed but not there")
    case (404, _): throw HubError.repositoryNotFound(id: id, host: host)
    case (let status, _) where status == 408 || status == 429 || status >= 500:
      throw BackOff.Retry(error: .unavailable(host: host, reason: "status \(status)"))
    case (let status, _):
      throw HubError.unexpectedAnswer(url: url.absoluteString, reason: "status \(status)")
    }
  }

  // Addresses.

  private func resolveURL(_ name: String, commit: String) throws -> URL {
    try url("/\(id)/resolve/\(commit)/\(Self.quoted(name, allowing: "/"))")
  }

  private func url(_ path: String) throws -> URL {
    guard let url = URL(string: settings.endpoint.absoluteString + path) else {
      throw HubError.invalidName(id, reason: "it cannot be part of an address")
    }
    return url
  }

  /// Percent-encodes everything but letters, digits, `-._~` and the given characters.
  static func quoted(_ text: String, allowing others: String) -> String {
    var allowed = CharacterSet(charactersIn: "-._~" + others)
    allowed.insert(charactersIn: "a"..."z")
    allowed.insert(charactersIn: "A"..."Z")
    allowed.insert(charactersIn: "0"..."9")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }

  /// Whether a file's name stays below the model's folder.
  static func isSafe(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= 1000, !name.hasPrefix("/") else { return false }
    guard !name.unicodeScalars.contains(where: { $0 == "\\" || $0.value < 0x20 }) else { return false }
    return name.split(separator: "/", omittingEmptySubsequences: false)
      .allSatisfy { !["", ".", ".."].contains($0) }
  }
}

/// Hands on the body of a success; the page that comes with an error or redirect is dropped.
private final class SuccessOnly: BodyReceiver {
  private let receiver: any BodyReceiver
  private let isSuccess = Atomic(false)

  init(_ receiver: any BodyReceiver) { self.receiver = receiver }

  func begin(_ answer: HTTPAnswer) throws {
    let succeeds = (200..<300).contains(answer.status)
    isSuccess.store(succeeds, ordering: .releasing)
    if succeeds { try receiver.begin(answer) }
  }

  func receive(_ data: Data) throws {
    if isSuccess.load(ordering: .acquiring) { try receiver.receive(data) }
  }
}
