/// A pull request that proposes safetensors for a model whose authors give a pickle.
public struct ConvertedWeights: Equatable, Sendable {
  public var id: String
  /// The revision to pull: `refs/pr/2`.
  public var revision: String
  /// Who proposes it; nil where the hub does not say.
  public var author: String?

  public init(id: String, revision: String, author: String?) {
    self.id = id
    self.revision = revision
    self.author = author
  }

  /// What the user can do: nothing of a pull request is fetched unasked, since the model's authors have not taken it.
  var nextStep: String {
    "'vecscope pull \(id)@\(revision)' fetches the safetensors that "
      + (author.map { "\($0) proposes" } ?? "somebody proposes") + " in a pull request"
  }
}

/// An open pull request, as the hub lists it.
struct PullRequest: Decodable, Equatable, Sendable {
  struct Author: Decodable, Equatable, Sendable { var name: String? }

  /// The account of the hub's own conversion service.
  static let converter = "SFconvertbot"

  var num: Int
  var title: String
  var status: String?
  var isPullRequest: Bool?
  var author: Author?

  var isByConverter: Bool { author?.name == Self.converter }
  var revision: String { "refs/pr/\(num)" }

  /// Whether it is open and may bring safetensors.
  var isCandidate: Bool {
    status ?? "open" == "open" && isPullRequest ?? true && num > 0
      && (isByConverter || title.lowercased().contains("safetensors"))
  }

  /// A name that can be shown: the hub's account names are plain.
  var authorName: String? {
    guard let name = author?.name, (1...64).contains(name.utf8.count),
      name.unicodeScalars.allSatisfy({
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
      })
    else { return nil }
    return name
  }
}

/// Looks for a revision in which all weights are safetensors.
struct ConvertedWeightsSearch: Sendable {
  private static let pages = 3
  private static let candidates = 8
  /// Where the hub does not list pull requests, the first few are tried.
  private static let guesses = 1...5

  let client: HubClient
  /// The folders of the model that need weights.
  let folders: [ModuleFolder]

  /// The newest such pull request, the conversion service's before others; nil where none is found.
  ///
  /// A failure is none found: the search only adds to another error.
  ///
  /// - Throws: `CancellationError`.
  func run() async throws -> ConvertedWeights? {
    for request in try await requests() {
      try Task.checkCancellation()
      do {
        let files = try await client.listing(revision: request.revision, attempts: 1).files
        if FilePlan.missingWeights(folders, files, id: client.id) == nil {
          return ConvertedWeights(id: client.id, revision: request.revision, author: request.authorName)
        }
      } catch HubError.revisionNotFound {
        continue
      } catch let error where !(error is CancellationError) {
        return nil
      }
    }
    return nil
  }

  private func requests() async throws -> [PullRequest] {
    var found: [PullRequest] = []
    do {
      for page in 0..<Self.pages {
        let (requests, hasMore) = try await client.openPullRequests(page: page)
        found += requests.filter(\.isCandidate)
        if !hasMore { break }
      }
    } catch let error where !(error is CancellationError) {
      return Self.guesses.map { PullRequest(num: $0, title: "") }
    }
    let ordered = found.sorted { a, b in
      a.isByConverter != b.isByConverter ? a.isByConverter : a.num > b.num
    }
    return Array(ordered.prefix(Self.candidates))
  }
}
