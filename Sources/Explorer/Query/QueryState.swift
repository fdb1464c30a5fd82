import Recipes
import Screen

/// The query line: what is typed, what the model saw of it, and earlier queries.
struct QueryState: Equatable, Sendable {
  var field = TextField()
  /// Earlier queries, the latest last.
  var history: [String]
  /// What the model saw of the query that was tokenized last.
  var tokens: Tokenized?
  /// How long the latest answer took; nil where no encoder was called, or nothing was answered yet.
  var encodeMilliseconds: Double?
  var rankMilliseconds: Double?

  struct Tokenized: Equatable, Sendable {
    var tokens: QueryTokens
    var query: String
    var encoding: Encoding
  }

  /// How many queries are kept.
  static let historyLimit = 1000

  init(history: [String]) {
    self.history = history.suffix(Self.historyLimit)
  }

  /// Appends the query to the history, an earlier equal one moves to the end; false where there is nothing to keep.
  mutating func keep() -> Bool {
    let text = field.text
    guard text.contains(where: { !$0.isWhitespace }), history.last != text else { return false }
    history.removeAll { $0 == text }
    history.append(text)
    if history.count > Self.historyLimit { history.removeFirst() }
    return true
  }
}
