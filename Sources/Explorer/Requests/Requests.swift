/// The requests under way: of each kind the latest counts, and an answer to an older one is dropped.
struct Requests: Equatable, Sendable {
  enum Kind: Hashable, CaseIterable, Sendable {
    case model, corpus, index, search, compare, texts, models, pull, themes, export
    case view(ViewRequest.Kind)

    static let allCases: [Kind] =
      [.model, .corpus, .index, .search, .compare, .texts, .models, .pull, .themes, .export]
      + ViewRequest.Kind.allCases.map { .view($0) }
  }

  struct Request: Equatable, Sendable {
    /// The number of the latest request; 0 before the first.
    var generation = 0
    var isOutstanding = false
    /// How long the latest request has been outstanding.
    var waitedMilliseconds = 0
  }

  /// After so long a wait a spinner appears and old results are marked.
  static let patienceMilliseconds = 100
  /// How long each picture of the spinner stays.
  static let spinnerMilliseconds = 100

  private var requests: [Kind: Request] = [:]

  subscript(kind: Kind) -> Request { requests[kind] ?? Request() }

  /// Begins a request that replaces the one before it, and gives its generation.
  ///
  /// The wait goes on where a newer request replaces an unanswered one: what is on the screen has been
  /// out of date since the first of them.
  mutating func begin(_ kind: Kind) -> Int {
    var request = self[kind]
    if !request.isOutstanding { request.waitedMilliseconds = 0 }
    request.generation += 1
    request.isOutstanding = true
    requests[kind] = request
    return request.generation
  }

  /// Gives up a request, so that its answers are dropped.
  mutating func abandon(_ kind: Kind) {
    requests[kind, default: Request()].generation += 1
    end(kind)
  }

  /// Takes an answer: false where it is not the one that is waited for.
  mutating func accept(_ kind: Kind, generation: Int, isLast: Bool = true) -> Bool {
    let request = self[kind]
    guard request.isOutstanding, request.generation == generation else { return false }
    if isLast { end(kind) }
    return true
  }

  private mutating func end(_ kind: Kind) {
    requests[kind]?.isOutstanding = false
    requests[kind]?.waitedMilliseconds = 0
  }

  mutating func tick(milliseconds: Int) {
    for (kind, request) in requests where request.isOutstanding {
      let (sum, overflows) = request.waitedMilliseconds.addingReportingOverflow(max(0, milliseconds))
      if !overflows { requests[kind]?.waitedMilliseconds = sum }
    }
  }

  func isOutstanding(_ kind: Kind) -> Bool { self[kind].isOutstanding }

  /// True once a request has been outstanding for longer than a user should have to wonder.
  func isSlow(_ kind: Kind) -> Bool {
    self[kind].isOutstanding && self[kind].waitedMilliseconds >= Self.patienceMilliseconds
  }

  var isWaiting: Bool { requests.values.contains(where: \.isOutstanding) }

  /// The longest wait; nil while nothing is outstanding.
  var longestWait: Int? {
    requests.values.filter(\.isOutstanding).map(\.waitedMilliseconds).max()
  }
}
