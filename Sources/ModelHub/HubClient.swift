import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Asks a hub which files a model has, and fetches them.
///
/// The token goes to the hub's own address only: not to a host that it redirects to, nor to the hub again after that.
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

  static let answerLimit = 32 << 20
  static let fileLimit = 10_000
  /// No file of a model is larger: 2 TB.
  static let byteLimit = 2_000_000_000_000

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
  func listing(revision: String, attempts: Int = BackOff.attempts) async throws -> Listing {
    struct Answer: Decodable {
      struct Sibling: Decodable { var rfilename: String }
      var sha: String
      var siblings: [Sibling]?
    }
    let url = try url("/api/models/\(id)/revision/\(Self.quoted(revision, allowing: ""))")
    let answer = try await json(
      Answer.self, url, revision: revision, attempts: attempts, else: "not a list of files")
    let files = (answer.siblings ?? []).map(\.rfilename)
    guard ModelReference.isCommit(answer.sha), files.count <= Self.fileLimit else {
      throw HubError.unexpectedAnswer(url: url.absoluteString, reason: "not a list of files at a commit")
    }
    for name in files {
      if let reason = RepositoryFile.refusal(of: name) {
        throw HubError.unsafeFileName(id: id, name: name, reason: reason)
      }
    }
    return Listing(commit: answer.sha, files: files)
  }

  /// One page of the repository's open pull requests, and whether there are more.
  func openPullRequests(page: Int) async throws -> (requests: [PullRequest], hasMore: Bool) {
    struct Answer: Decodable {
      var discussions: [PullRequest]
      var count: Int
      var start: Int
    }
    let url = try url("/api/models/\(id)/discussions?p=\(page)&type=pull_request&status=open")
    let answer = try await json(
      Answer.self, url, revision: "main", attempts: 2, else: "not a list of pull requests")
    let (end, overflows) = answer.start.addingReportingOverflow(answer.discussions.count)
    return (answer.discussions, !overflows && end < answer.count && !answer.discussions.isEmpty)
  }

  private func json<Value: Decodable>(
    _ type: Value.Type, _ url: URL, revision: String, attempts: Int, else reason: String
  ) async throws -> Value {
    let data = try await backOff.run(attempts: attempts) { [self] in
      let body = BodyInMemory(limit: Self.answerLimit)
      let answer = try await exchange("GET", url, receiver: body, follows: .everywhere)
      try check(answer, url: url, revision: revision, file: nil)
      return body.data
    }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw HubError.unexpectedAnswer(url: url.absoluteString, reason: reason)
    }
  }

  /// A file's hash and size.
  func remoteFile(_ name: String, commit: String) async throws -> RemoteFile {
    let url = try resolveURL(name, commit: commit)
    let answer = try await backOff.run { [self] in
      let answer = try await exchange("HEAD", url, receiver: BodyInMemory(limit: 0), follows: .relative)
      // What leads elsewhere says all that is asked for here in its own head.
      if !answer.answer.isRedirect { try check(answer, url: url, revision: commit, file: name) }
      return answer.answer
    }
    func unexpected(_ reason: String) -> HubError {
      .unexpectedAnswer(url: url.absoluteString, reason: reason)
    }
    if let other = answer["X-Repo-Commit"], ModelReference.isCommit(other), other != commit {
      throw unexpected("it is a file of another commit")
    }
    let size = answer["X-Linked-Size"] ?? (answer.isRedirect ? nil : answer["Content-Length"])
    guard let byteCount = size.flatMap({ Int($0) }), (0...Self.byteLimit).contains(byteCount) else {
      throw unexpected("it does not say the file's size")
    }
    guard let etag = Self.name(ofETag: answer["X-Linked-Etag"] ?? answer["ETag"] ?? "") else {
      throw unexpected("it does not say the file's hash")
    }
    return RemoteFile(name: name, etag: etag, byteCount: byteCount)
  }

  /// The name that an etag gives a blob: without weakness mark and quotes; nil for one that is no plain name.
  static func name(ofETag text: String) -> String? {
    var etag = text[...]
    if etag.hasPrefix("W/") { etag = etag.dropFirst(2) }
    let name = etag.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x2D
    }
    return isPlain && (1...128).contains(name.utf8.count) ? name : nil
  }

  /// Fetches a file from `offset` on, into the receiver; the receiver judges the status.
  func fetch(
    _ file: RemoteFile, commit: String, from offset: Int, into receiver: any BodyReceiver
  ) async throws -> HTTPAnswer {
    let url = try resolveURL(file.name, commit: commit)
    let range = offset > 0 ? ["Range": "bytes=\(offset)-"] : [:]
    let answer = try await exchange("GET", url, headers: range, receiver: receiver, follows: .everywhere)
    if answer.answer.status != 416 { try check(answer, url: url, revision: commit, file: file.name) }
    return answer.answer
  }
}

// One exchange.
extension HubClient {
  enum Following { case relative, everywhere }

  /// An answer, and whether the token went with the question.
  struct Exchange: Sendable {
    var answer: HTTPAnswer
    var hadToken: Bool
    /// Who answered.
    var host: String
  }

  private func exchange(
    _ method: String, _ start: URL, headers: [String: String] = [:], receiver: any BodyReceiver,
    follows: Following
  ) async throws -> Exchange {
    var url = start
    var isAtHome = true
    for _ in 0..<10 {
      isAtHome = isAtHome && Self.isSameOrigin(url, settings.endpoint)
      let token = isAtHome ? settings.token.read() : nil
      let request = request(method, url, headers: headers, token: token)
      let host = isAtHome ? self.host : Self.origin(of: url)
      let answer: HTTPAnswer
      do {
        answer = try await connection.send(request, to: receiver)
      } catch let error as URLError {
        throw try BackOff.retry(error, host: host)
      }
      let exchange = Exchange(answer: answer, hadToken: token != nil, host: host)
      guard answer.isRedirect, let (next, isRelative) = Self.target(of: answer, at: url) else {
        return exchange
      }
      if follows == .relative && !isRelative { return exchange }
      guard next.scheme == "https" || url.scheme == "http" else {
        throw HubError.unexpectedAnswer(url: start.absoluteString, reason: "a redirect away from https")
      }
      url = next
    }
    throw HubError.unexpectedAnswer(url: start.absoluteString, reason: "more than 10 redirects")
  }

  private func request(
    _ method: String, _ url: URL, headers: [String: String], token: String?
  ) -> URLRequest {
    var request = URLRequest(url: url, timeoutInterval: settings.timeoutSeconds)
    request.httpMethod = method
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    request.setValue("vecscope", forHTTPHeaderField: "User-Agent")
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    return request
  }

  /// Where a redirect leads, and whether it names no host; nil for one that leads nowhere that can be asked.
  private static func target(of answer: HTTPAnswer, at url: URL) -> (url: URL, isRelative: Bool)? {
    guard let location = answer["Location"], let target = URL(string: location),
      let next = URL(string: location, relativeTo: url)?.absoluteURL,
      ["http", "https"].contains(next.scheme ?? ""), next.host != nil, next.user == nil
    else { return nil }
    return (next, target.scheme == nil && target.host == nil)
  }

  static func isSameOrigin(_ a: URL, _ b: URL) -> Bool { origin(of: a) == origin(of: b) }

  private static func origin(of url: URL) -> String {
    let scheme = url.scheme?.lowercased() ?? ""
    let port = url.port.map { $0 == (scheme == "https" ? 443 : 80) ? "" : ":\($0)" } ?? ""
    return "\(scheme)://\(url.host?.lowercased() ?? "")\(port)"
  }

  // Addresses.

  private func resolveURL(_ name: String, commit: String) throws -> URL {
    try url("/\(id)/resolve/\(commit)/\(Self.quoted(name, allowing: "/"))")
  }

  private func url(_ path: String) throws -> URL {
    guard let url = URL(string: host + path) else {
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
}
