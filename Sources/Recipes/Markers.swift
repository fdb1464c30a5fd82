/// Tokens that are put round the ids of a text, so that an encoder can tell a query from a document.
///
/// They are tokens, not text: they join once the text has been cut to make room for them (SGPT's brackets,
/// Udever's marker tokens).
public struct Markers: Codable, Hashable, Sendable {
  /// The token before the text, as the vocabulary writes it.
  public var opening: String
  /// The token behind the text.
  public var closing: String

  public init(opening: String, closing: String) {
    self.opening = opening
    self.closing = closing
  }
}
