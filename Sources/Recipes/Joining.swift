/// How a prompt and a text become one string.
public enum Joining: String, CaseIterable, Codable, Hashable, Sendable {
  /// The text follows the prompt as both are written (sentence-transformers).
  case asWritten = "as-written"
  /// Both lose the white space at their ends and stand together without any between them (INSTRUCTOR's own code).
  case stripped
}
